package io.quorate.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.storage.Answers.KeptAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Answers.ScanAnswer;
import io.quorate.storage.HistoryStore.Kept;
import io.quorate.storage.HistoryStore.Place;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.RecordStore.Range;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The promises of both storages on versions that were replaced. */
public abstract class HistoryContract extends StorageContract {
  protected static final Place PLACE = new Place(PARTITION, TENANT);
  private static final byte[] NONE = {};

  // What is found

  @Test
  void versionsAreFoundThatWereThereAtATimeAndNoOthers() {
    keep("a", at(10), at(20), 1000);
    keep("a", at(20), at(30), 1000);
    keep("a", at(30), at(1500), 2000);
    put(key("a"), record(at(1500), "last"));
    assertThat(asOf(at(9))).containsExactly("a=last");
    assertThat(asOf(at(10) - 1)).containsExactly("a=last");
    assertThat(asOf(at(10))).containsExactly("a=last", "a=10");
    assertThat(asOf(at(20) - 1)).containsExactly("a=last", "a=10");
    assertThat(asOf(at(20))).containsExactly("a=last", "a=20");
    assertThat(asOf(at(30))).containsExactly("a=last", "a=30");
    assertThat(asOf(at(1000))).containsExactly("a=last", "a=30");
    assertThat(asOf(at(1500) - 1)).containsExactly("a=last", "a=30");
    assertThat(asOf(at(1500))).containsExactly("a=last");
    assertThat(asOf(-1)).containsExactly("a=last");
    reopen();
    assertThat(asOf(at(20))).containsExactly("a=last", "a=20");
  }

  /** What a bucket holds may have been replaced at its very end, by whatever count of the clock. */
  @Test
  void bucketsAreReadUpToTheirEnds() {
    keep("a", at(10), Hlc.of(1000, 0xFFFF), 1000);
    keep("b", at(10), at(1000), 1000);
    keep("c", at(10), at(1), 1000);
    keep("d", at(10), at(2000), Long.MAX_VALUE);
    assertThat(asOf(Hlc.of(1000, 0xFFFE))).containsExactly("a=10", "d=10");
    assertThat(asOf(Hlc.of(1000, 0xFFFF))).containsExactly("d=10");
    assertThat(asOf(at(1000) - 1)).containsExactly("a=10", "b=10", "d=10");
    assertThat(asOf(at(2000))).isEmpty();
  }

  @Test
  void timesHaveNoSign() {
    long high = Hlc.of(1L << 47, 0);
    long bucketEnd = Hlc.millis(-1);
    keep(key("a"), record(high, "high"), -1, bucketEnd);
    keep(key("b"), record(5, "low"), high, bucketEnd);
    assertThat(asOf(high)).containsExactly("a=high");
    assertThat(asOf(high - 1)).containsExactly("b=low");
    assertThat(asOf(-2)).containsExactly("a=high");
    assertThat(asOf(-1)).isEmpty();
  }

  @Test
  void whatLiesUnderAKeyComesFirstWhateverItsVersion() {
    keep("a", at(10), at(20), 1000);
    keep("b", at(10), at(20), 1000);
    put(key("b"), record(at(5), "lies"));
    put(key("c"), record(at(500), "lies"));
    assertThat(asOf(at(15))).containsExactly("a=10", "b=lies", "b=10", "c=lies");
    assertThat(asOf(at(600))).containsExactly("b=lies", "c=lies");
  }

  @Test
  void tombstonesAreKeptAndRecordsAreReadAsTheyWere() {
    Record tombstone = Record.tombstone(version(at(10)), 3);
    Version fenced = new Version(7, at(10), new NodeId(-2), 9);
    Record large = Record.value(fenced, 4, 77, new byte[300_000]);
    keep(key("a"), tombstone, at(20), 1000);
    keep(key("a"), large, at(20), 1000);
    reopen();
    assertThat(scanAsOf(image(), all(10), at(15)).entries())
        .containsExactlyInAnyOrder(new Entry(key("a"), tombstone), new Entry(key("a"), large));
  }

  /** Two versions are two, whatever they differ in. */
  @Test
  void versionsOfOneTimeAreAllKept() {
    List<Version> versions =
        List.of(
            new Version(0, at(10), new NodeId(1), 1),
            new Version(1, at(10), new NodeId(1), 1),
            new Version(0, at(10), new NodeId(2), 1),
            new Version(0, at(10), new NodeId(1), 2));
    versions.forEach(
        version -> keep(key("a"), Record.value(version, 1, 0, bytes("x")), at(20), 1000));
    keep("a", at(10), at(21), 1000);
    keep("a", at(10), at(21), 1000); // again
    assertThat(scanAsOf(image(), all(1), at(15)).entries()).hasSize(5);
  }

  @Test
  void tenantsAndPartitionsHaveHistoriesOfTheirOwn() {
    keep("a", at(10), at(20), 1000);
    for (Key other : List.of(new Key(TENANT - 1, bytes("b")), new Key(TENANT + 1, bytes("c")))) {
      keep(other, record(at(10), "other"), at(20), 1000);
    }
    for (int partition : List.of(PARTITION - 1, PARTITION + 1)) {
      keep(partition, key("d"), record(at(10), "other"), at(20), 1000);
    }
    assertThat(asOf(at(15))).containsExactly("a=10");
    Range next = new Range(PARTITION, TENANT + 1, NONE, NONE, 10, 1000);
    assertThat(show(scanAsOf(image(), next, at(15)))).containsExactly("c=other");
    put(new Key(-1, bytes("z")), record(at(30), "last"));
    keep(0xFFFF, new Key(-1, bytes("z")), record(at(10), "x"), at(20), 1000);
    Range last = new Range(0xFFFF, -1, NONE, NONE, 10, 1000);
    assertThat(show(scanAsOf(image(), last, at(15)))).containsExactly("z=x");
  }

  @Test
  void aPlainScanAndAGetShowNothingOfIt() {
    keep("a", at(10), at(20), 1000);
    put(key("b"), record(at(30), "lies"));
    assertThat(keys(scan(all(10)))).containsExactly("b");
    assertThat(keys(scan(image(), all(10)))).containsExactly("b");
    assertThat(get(key("a"))).isEmpty();
  }

  // Pages

  /** Keys with zeros, ones, and prefixes of each other; by pages of all sizes. */
  @Test
  void pagesHaveWhatAListOfAllWouldHave() {
    for (int seed = 1; seed <= 8; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TreeMap<Key, Record> lying = new TreeMap<>();
      KeptHistory model = new KeptHistory();
      List<PutAnswer> answers = new ArrayList<>();
      onLane(
          () -> {
            for (int i = 0; i < 60; i++) {
              putOrKeep(random, lying, model, answers);
            }
          });
      answers.forEach(this::await);
      Image image = image();
      for (int i = 0; i < 60; i++) {
        byte[] prefix = random.nextInt(3) == 0 ? wildKey(random, 0) : NONE;
        KeyRange keys = new KeyRange(prefix, wildKey(random, 0), wildKey(random, 0), false);
        check(image, keys, at(random.nextInt(100)), random, lying, model);
      }
      onLane(image::close);
      PutAnswer cleared = new PutAnswer();
      onLane(() -> records.clear(PARTITION, cleared));
      await(cleared);
    }
  }

  private void putOrKeep(
      SplittableRandom random, Map<Key, Record> lying, KeptHistory model, List<PutAnswer> answers) {
    // Not the empty key, after which no page can begin.
    Key key = new Key(TENANT, wildKey(random, 1));
    long hlc = at(random.nextInt(90));
    Record record = record(hlc, "v".repeat(random.nextInt(40)));
    PutAnswer answer = new PutAnswer();
    answers.add(answer);
    if (random.nextInt(4) == 0) {
      lying.put(key, record);
      records.put(PARTITION, key, record, answer);
      return;
    }
    long untilMillis = Hlc.millis(hlc) + 1 + random.nextInt(20);
    long bucketEnd = (untilMillis / 25 + 1) * 25;
    history().keep(PARTITION, key, record, at(untilMillis), bucketEnd, answer);
    model.keep(PARTITION, key, record, at(untilMillis), bucketEnd, new PutAnswer());
  }

  private void check(
      Image image,
      KeyRange keys,
      long asOf,
      SplittableRandom random,
      Map<Key, Record> lying,
      KeptHistory model) {
    int recordsMax = random.nextInt(6);
    int bytesMax = random.nextBoolean() ? 1 << 20 : random.nextInt(200);
    Range range = new Range(PARTITION, TENANT, keys, NONE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    List<Entry> lyingInRange =
        lying.entrySet().stream()
            .filter(each -> keys.contains(each.getKey().bytes()))
            .map(each -> new Entry(each.getKey(), each.getValue()))
            .toList();
    Map<Key, List<Record>> expected = byKey(model.page(range, asOf, lyingInRange).entries());
    List<Entry> seen = new ArrayList<>();
    byte[] after = NONE;
    boolean complete = false;
    while (!complete) {
      Range page = new Range(PARTITION, TENANT, keys, after, recordsMax, bytesMax);
      Page read = scanAsOf(image, page, asOf);
      complete = read.complete();
      List<Entry> entries = read.entries();
      if (!complete) {
        after = entries.getLast().key().bytes();
        assertIsNoLongerThanItMustBe(entries, recordsMax, bytesMax);
      }
      for (Entry each : entries) {
        boolean inOrder = seen.isEmpty() || seen.getLast().key().compareTo(each.key()) <= 0;
        assertThat(inOrder).as("%s after %s", each.key(), seen).isTrue();
        seen.add(each);
      }
    }
    Map<Key, List<Record>> found = byKey(seen);
    assertThat(found.keySet())
        .as("%s as of %s", keys, Hlc.toString(asOf))
        .isEqualTo(expected.keySet());
    expected.forEach(
        (key, records) -> {
          List<Record> there = Objects.requireNonNull(found.get(key));
          assertThat(there).as("%s", key).containsExactlyInAnyOrderElementsOf(records);
          if (lying.containsKey(key)) {
            assertThat(there.getFirst()).isEqualTo(lying.get(key));
          }
        });
  }

  /** Without its last key a page is below its bounds. */
  private static void assertIsNoLongerThanItMustBe(
      List<Entry> entries, int recordsMax, int bytesMax) {
    Key last = entries.getLast().key();
    List<Entry> before = entries.stream().filter(entry -> !entry.key().equals(last)).toList();
    if (!before.isEmpty()) {
      assertThat(before).hasSizeLessThan(recordsMax);
      assertThat(before.stream().mapToInt(each -> each.record().bytes().length).sum())
          .isLessThan(bytesMax);
    }
  }

  private static Map<Key, List<Record>> byKey(List<Entry> entries) {
    Map<Key, List<Record>> found = new TreeMap<>();
    for (Entry each : entries) {
      found.computeIfAbsent(each.key(), first -> new ArrayList<>()).add(each.record());
    }
    return found;
  }

  /** Short, so that many are equal, and of bytes that sort and escape in special ways. */
  private static byte[] wildKey(SplittableRandom random, int bytesMin) {
    byte[] key = new byte[bytesMin + random.nextInt(3)];
    byte[] letters = {0, 1, 2, -2, -1};
    for (int i = 0; i < key.length; i++) {
      key[i] = letters[random.nextInt(letters.length)];
    }
    return key;
  }

  @Test
  void entriesOfOneKeyAreInOnePageHoweverManyThereAre() {
    put(key("a"), record(at(90), "lies"));
    for (int i = 0; i < 30; i++) {
      keep("a", at(10 + i), at(60 + i), i % 2 == 0 ? 1000 : 2000);
    }
    keep("b", at(10), at(60), 1000);
    Image image = image();
    for (int recordsMax : List.of(0, 1, 5)) {
      Page first = scanAsOf(image, new Range(PARTITION, TENANT, NONE, NONE, recordsMax, 1), at(50));
      assertThat(first.entries()).hasSize(31).allMatch(entry -> entry.key().equals(key("a")));
      assertThat(first.complete()).isFalse();
      Range rest = new Range(PARTITION, TENANT, NONE, bytes("a"), recordsMax, 1);
      assertThat(scanAsOf(image, rest, at(50)).entries()).hasSize(1);
    }
  }

  @Test
  void aPageIsCompleteIfNothingFollowsThatWasThereAtTheTime() {
    keep("a", at(10), at(20), 1000);
    keep("b", at(30), at(40), 1000);
    Page page = scanAsOf(image(), all(1), at(15));
    assertThat(show(page)).containsExactly("a=10");
    assertThat(page.complete()).isTrue();
    Range nothing = new Range(PARTITION, TENANT, bytes("a"), bytes("b"), 10, 1000);
    assertThat(scanAsOf(image(), nothing, at(15))).isEqualTo(new Page(List.of(), true));
  }

  @Test
  void thePastIsNotReadInReverse() {
    Image image = image();
    KeyRange reverse = new KeyRange(NONE, NONE, NONE, true);
    Range range = new Range(PARTITION, TENANT, reverse, NONE, 10, 1000);
    ScanAnswer answer = new ScanAnswer();
    onLane(
        () ->
            assertThatThrownBy(() -> image.scan(range, at(1), answer))
                .isInstanceOf(IllegalArgumentException.class));
    assertThat(answer).isNotDone();
  }

  @Test
  void aBucketTakesNothingThatWasReplacedAfterItsEnd() {
    PutAnswer answer = new PutAnswer();
    for (long bucketEnd : List.of(999L, 0L, -1L)) {
      onLane(
          () ->
              assertThatThrownBy(
                      () ->
                          history()
                              .keep(
                                  PARTITION,
                                  key("a"),
                                  record(at(1), "x"),
                                  at(1000),
                                  bucketEnd,
                                  answer))
                  .isInstanceOf(IllegalArgumentException.class));
    }
    assertThat(answer).isNotDone();
  }

  // Images

  @Test
  void anImageShowsWhatWasKeptAndLayThenAndNothingOfLater() {
    put(key("a"), record(at(10), "old"));
    put(key("b"), record(at(10), "old"));
    Image before = image();
    PutAnswer last = new PutAnswer();
    onLane(
        () -> {
          history().keep(PARTITION, key("a"), record(at(10), "old"), at(20), 1000, new PutAnswer());
          records.put(PARTITION, key("a"), record(at(20), "new"), last);
        });
    await(last);
    Image between = image();
    PutAnswer forgotten = new PutAnswer();
    onLane(() -> history().forget(PLACE, 1000, at(1000), forgotten));
    await(forgotten);
    Image after = image();
    keep("b", at(5), at(10), 2000);
    assertThat(show(scanAsOf(before, all(10), at(15)))).containsExactly("a=old", "b=old");
    assertThat(show(scanAsOf(between, all(10), at(15)))).containsExactly("a=new", "a=old", "b=old");
    assertThat(show(scanAsOf(after, all(10), at(15)))).containsExactly("a=new", "b=old");
    assertThat(show(scanAsOf(after, all(10), at(7)))).containsExactly("a=new", "b=old");
    assertThat(asOf(at(7))).containsExactly("a=new", "b=old", "b=5");
  }

  @Test
  void imagesOfThePastEndAsImagesDo() {
    keep("a", at(10), at(20), 1000);
    Image closed = image();
    Image dropped = image();
    onLane(closed::close);
    assertThat(kindOf(closed)).isEqualTo(StorageFault.Kind.CLOSED);
    PutAnswer answer = new PutAnswer();
    onLane(() -> records.drop(PARTITION + 1, answer));
    await(answer);
    assertThat(kindOf(dropped)).isEqualTo(StorageFault.Kind.CLOSED);
    Image open = image();
    assertThat(show(scanAsOf(open, all(10), at(15)))).containsExactly("a=10");
    storage.close();
    assertThat(kindOf(open)).isEqualTo(StorageFault.Kind.CLOSED);
    assertThat(kindOf(image())).isEqualTo(StorageFault.Kind.CLOSED);
  }

  private StorageFault.Kind kindOf(Image image) {
    ScanAnswer answer = new ScanAnswer();
    onLane(() -> image.scan(all(10), at(15), answer));
    return faultOf(answer).kind();
  }

  @Test
  void pagesOfThePastArriveOnTheLane() {
    keep("a", at(10), at(20), 1000);
    Image image = image();
    ScanAnswer answer = new ScanAnswer();
    List<Boolean> onLane = new ArrayList<>();
    answer.first(() -> onLane.add(lane().isCurrent()));
    onLane(() -> image.scan(all(10), at(15), answer));
    await(answer);
    assertThat(onLane).containsExactly(true);
  }

  // Marks, and what is taken away

  @Test
  void marksAreThereAfterOpeningEachInPlaceOfTheOneBefore() {
    assertThat(history().load()).isEmpty();
    mark(PLACE, 3);
    mark(PLACE, 9);
    mark(new Place(0, 0), 1);
    mark(new Place(65_535, Integer.MAX_VALUE), -2);
    for (int life = 0; life < 2; life++) {
      assertThat(history().load())
          .containsExactly(
              Map.entry(new Place(0, 0), 1L),
              Map.entry(PLACE, 9L),
              Map.entry(new Place(65_535, Integer.MAX_VALUE), -2L));
      reopen();
    }
  }

  @Test
  void bucketsAreForgottenUpToATimeAndTheMarkSaysSo() {
    List<Place> places =
        List.of(
            PLACE,
            new Place(PARTITION, TENANT - 1),
            new Place(PARTITION, TENANT + 1),
            new Place(PARTITION - 1, TENANT),
            new Place(PARTITION + 1, TENANT));
    for (Place place : places) {
      for (long bucketEnd : List.of(1L, 255L, 256L, 1000L, 1001L, Long.MAX_VALUE)) {
        Key key = new Key(place.tenant(), bytes("until " + bucketEnd));
        keep(place.partition(), key, record(0, "x"), 2, bucketEnd);
      }
      mark(place, 5);
    }
    PutAnswer forgotten = new PutAnswer();
    onLane(() -> history().forget(PLACE, 1000, at(1000), forgotten));
    await(forgotten);
    for (int life = 0; life < 2; life++) {
      assertThat(keys(scanAsOf(image(), all(10), 1)))
          .containsExactly("until 1001", "until " + Long.MAX_VALUE);
      for (Place place : places.subList(1, places.size())) {
        Range range = new Range(place.partition(), place.tenant(), NONE, NONE, 10, 1000);
        assertThat(scanAsOf(image(), range, 1).entries()).hasSize(6);
        assertThat(history().load()).containsEntry(place, 5L);
      }
      assertThat(history().load()).containsEntry(PLACE, at(1000));
      reopen();
    }
    PutAnswer all = new PutAnswer();
    onLane(() -> history().forget(PLACE, Long.MAX_VALUE, 7, all));
    await(all);
    assertThat(scanAsOf(image(), all(10), 1).entries()).isEmpty();
    assertThat(holders(PARTITION, TENANT, TENANT + 1)).containsExactly(TENANT, TENANT + 1);
  }

  @Test
  void ofWhatOneTurnDoesTheLastStays() {
    PutAnswer last = new PutAnswer();
    onLane(
        () -> {
          history().keep(PARTITION, key("a"), record(at(10), "x"), at(20), 1000, new PutAnswer());
          history().forget(PLACE, 1000, 5, new PutAnswer());
          history().keep(PARTITION, key("b"), record(at(10), "y"), at(20), 1000, new PutAnswer());
          history().mark(PLACE, 6, last);
        });
    await(last);
    assertThat(asOf(at(15))).containsExactly("b=y");
    assertThat(history().load()).containsExactly(Map.entry(PLACE, 6L));
  }

  @Test
  void aHistoryIsClearedWithItsMarkAndTheRecordsStay() {
    fill();
    PutAnswer cleared = new PutAnswer();
    onLane(() -> history().clear(PLACE, cleared));
    await(cleared);
    for (int life = 0; life < 2; life++) {
      assertThat(asOf(at(15))).containsExactly("a=lies");
      assertThat(history().load().keySet())
          .containsExactly(new Place(PARTITION, TENANT + 1), new Place(PARTITION + 1, TENANT));
      assertThat(countOf(new Place(PARTITION, TENANT + 1))).isEqualTo(2);
      assertThat(countOf(new Place(PARTITION + 1, TENANT))).isEqualTo(2);
      reopen();
    }
  }

  @Test
  void tenantsThatAreClearedLoseTheirHistory() {
    fill();
    PutAnswer cleared = new PutAnswer();
    onLane(() -> records.clear(PARTITION, List.of(TENANT), cleared));
    await(cleared);
    for (int life = 0; life < 2; life++) {
      assertThat(history().load().keySet())
          .containsExactly(new Place(PARTITION, TENANT + 1), new Place(PARTITION + 1, TENANT));
      assertThat(countOf(PLACE)).isZero();
      assertThat(countOf(new Place(PARTITION, TENANT + 1))).isEqualTo(2);
      assertThat(countOf(new Place(PARTITION + 1, TENANT))).isEqualTo(2);
      reopen();
    }
  }

  /** As a store does that has no better way. */
  @Test
  void tenantsThatAreClearedOneByOneLoseTheirHistory() {
    fill();
    PutAnswer cleared = new PutAnswer();
    List<Integer> tenants = List.of(TENANT - 1, TENANT);
    onLane(() -> new ClearOneByOne(records, PARTITION, tenants, cleared).readOn());
    await(cleared);
    assertThat(history().load().keySet())
        .containsExactly(new Place(PARTITION, TENANT + 1), new Place(PARTITION + 1, TENANT));
    assertThat(countOf(PLACE)).isZero();
    assertThat(countOf(new Place(PARTITION, TENANT + 1))).isEqualTo(2);
  }

  @Test
  void partitionsThatAreClearedOrDroppedLoseTheirHistory() {
    for (boolean drop : new boolean[] {false, true}) {
      fill();
      PutAnswer cleared = new PutAnswer();
      onLane(
          () -> {
            if (drop) {
              records.drop(PARTITION, cleared);
            } else {
              records.clear(PARTITION, cleared);
            }
          });
      await(cleared);
      for (int life = 0; life < 2; life++) {
        assertThat(history().load().keySet()).containsExactly(new Place(PARTITION + 1, TENANT));
        assertThat(countOf(PLACE)).isZero();
        assertThat(countOf(new Place(PARTITION, TENANT + 1))).isZero();
        assertThat(countOf(new Place(PARTITION + 1, TENANT))).isEqualTo(2);
        reopen();
      }
    }
  }

  /** What only its history has left is to be found, or it would never be taken away. */
  @Test
  void keptVersionsAndMarksCountAsSomethingThatIsHeld() {
    for (boolean marks : new boolean[] {false, true}) {
      assertThat(holdsAny(PARTITION)).isFalse();
      for (int tenant : List.of(0, 2, 256, Integer.MAX_VALUE)) {
        if (marks) {
          mark(new Place(PARTITION, tenant), 1);
        } else {
          keep(new Key(tenant, NONE), record(at(10), "x"), at(20), 1000);
        }
      }
      put(new Key(1, bytes("a")), record(at(20), "x"));
      put(new Key(2, bytes("a")), record(at(20), "x"));
      assertThat(holdsAny(PARTITION)).isTrue();
      assertThat(holdsAny(PARTITION + 1)).isFalse();
      assertThat(holdsAny(PARTITION - 1)).isFalse();
      assertThat(tenants(PARTITION)).containsExactly(0, 1, 2, 256, Integer.MAX_VALUE);
      assertThat(tenants(PARTITION + 1)).isEmpty();
      assertThat(holders(PARTITION, 0, 1, 2, 3, 256)).containsExactly(0, 1, 2, 256);
      assertThat(holders(PARTITION, 3, 255)).isEmpty();
      PutAnswer some = new PutAnswer();
      onLane(() -> records.clear(PARTITION, List.of(0, 1, 2, Integer.MAX_VALUE), some));
      await(some);
      assertThat(holdsAny(PARTITION)).isTrue();
      assertThat(holders(PARTITION, 0, 1, 2, 256)).containsExactly(256);
      PutAnswer all = new PutAnswer();
      onLane(() -> records.clear(PARTITION, all));
      await(all);
    }
  }

  /** What there is may lie in memory or in files, so this is said only roughly. */
  @Test
  void bytesOfTenantsHaveThoseOfTheirHistory() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      byte[] value = new byte[1_000];
      random.nextBytes(value); // or it would be compressed
      Record record = Record.value(version(at(10 + i)), 0, 0, value);
      keep(PARTITION, new Key(1, new byte[] {(byte) i}), record, at(500), 1000);
    }
    for (int life = 0; life < 2; life++) {
      long[] both = bytes(List.of(PARTITION), 1, 2);
      assertThat(both[0]).isBetween(120_000L, 400_000L);
      assertThat(both[1]).isLessThan(20_000);
      reopen();
    }
  }

  // Durability

  @Test
  void aKeptVersionIsDurableWithTheRecordOfItsTurn() {
    PutAnswer kept = new PutAnswer();
    PutAnswer stored = new PutAnswer();
    AtomicInteger order = new AtomicInteger();
    kept.first(() -> assertThat(order.getAndIncrement()).isZero());
    stored.first(() -> assertThat(order.getAndIncrement()).isOne());
    onLane(
        () -> {
          history().keep(PARTITION, key("a"), record(at(10), "x"), at(20), 1000, kept);
          records.put(PARTITION, key("a"), record(at(20), "y"), stored);
        });
    await(stored);
    assertThat(kept).isCompletedWithValue(true);
    assertThat(syncs).hasValue(1);
  }

  @Test
  void closingMakesWaitingVersionsDurable() {
    PutAnswer kept = keepLater(PARTITION, key("a"), record(at(10), "x"), at(20), 1000);
    onLane(() -> {}); // its turn has ended
    storage.close();
    await(kept);
    storage = open();
    records = storage.records(lane());
    assertThat(asOf(at(15))).containsExactly("a=x");
  }

  @Test
  void closedStorageKeepsNothing() {
    storage.close();
    List<PutAnswer> answers = IntStream.range(0, 4).mapToObj(i -> new PutAnswer()).toList();
    onLane(
        () -> {
          history().keep(PARTITION, key("a"), record(at(1), "x"), at(2), 1000, answers.get(0));
          history().mark(PLACE, 1, answers.get(1));
          history().forget(PLACE, 1, 1, answers.get(2));
          history().clear(PLACE, answers.get(3));
        });
    for (PutAnswer answer : answers) {
      assertThat(faultOf(answer).kind()).isEqualTo(StorageFault.Kind.CLOSED);
    }
  }

  // Reading all of it

  @Test
  void allThatIsKeptOfAPlaceIsReadPageByPage() {
    fill();
    keep("c\0d", at(30), at(40), 1000);
    keep("c\0d", at(30), at(50), 1000);
    keep("c", at(30), at(1500), 2000);
    Record tombstone = Record.tombstone(version(at(60)), 3);
    keep(key(""), tombstone, at(70), 1000);
    reopen();
    List<Kept> all = new ArrayList<>();
    for (int versionsMax : List.of(1, 2, 100)) {
      List<Kept> read = readAll(PLACE, versionsMax, 1 << 20);
      assertThat(read).doesNotHaveDuplicates().hasSize(6);
      all.addAll(read);
    }
    assertThat(readAll(PLACE, 100, 1)).hasSize(6);
    assertThat(new LinkedHashSet<>(all))
        .containsExactlyInAnyOrder(
            new Kept(key("a"), record(at(10), "10"), at(20)),
            new Kept(key("b"), record(at(10), "10"), at(20)),
            new Kept(key("c\0d"), record(at(30), "30"), at(40)),
            new Kept(key("c\0d"), record(at(30), "30"), at(50)),
            new Kept(key("c"), record(at(30), "30"), at(1500)),
            new Kept(key(""), tombstone, at(70)));
    assertThat(readAll(new Place(PARTITION, TENANT + 1), 1, 1 << 20)).hasSize(2);
    assertThat(readAll(new Place(PARTITION, TENANT + 2), 1, 1 << 20)).isEmpty();
  }

  @Test
  void aPageEndsWithTheVersionThatFillsIt() {
    for (int i = 0; i < 5; i++) {
      keep(key("k" + i), record(at(10), "x".repeat(1000)), at(20), 1000);
    }
    assertThat(page(PLACE, NONE, 100, 2500).versions()).hasSize(3);
    assertThat(page(PLACE, NONE, 2, 2500).versions()).hasSize(2);
    assertThat(page(PLACE, NONE, 5, 1 << 20).next()).isEmpty();
  }

  /** What is left is read once, whatever comes and goes meanwhile. */
  @Test
  void pagesFollowEachOtherWhileVersionsComeAndGo() {
    for (int i = 0; i < 10; i++) {
      keep("k" + i, at(10), at(20), i % 2 == 0 ? 1000 : 2000);
    }
    HistoryStore.KeptPage first = page(PLACE, NONE, 3, 1 << 20);
    forget(PLACE, 1000, at(1000));
    keep("a", at(10), at(20), 1000);
    keep("z", at(10), at(20), 3000);
    List<String> rest = new ArrayList<>();
    byte[] from = first.next();
    while (from.length > 0) {
      HistoryStore.KeptPage next = page(PLACE, from, 1, 1 << 20);
      next.versions().forEach(each -> rest.add(new String(each.key().bytes(), UTF_8)));
      from = next.next();
    }
    List<String> read = new ArrayList<>(rest);
    first.versions().forEach(each -> read.add(new String(each.key().bytes(), UTF_8)));
    assertThat(rest).doesNotHaveDuplicates();
    assertThat(read).contains("k1", "k3", "k5", "k7", "k9");
  }

  @Test
  void closedStorageReadsNothingOfIt() {
    fill();
    HistoryStore open = history();
    storage.close();
    KeptAnswer answer = new KeptAnswer();
    onLane(() -> open.read(PLACE, NONE, 10, 1000, answer));
    assertThat(faultOf(answer).kind()).isEqualTo(StorageFault.Kind.CLOSED);
  }

  private void forget(Place place, long bucketEnd, long since) {
    PutAnswer answer = new PutAnswer();
    onLane(() -> history().forget(place, bucketEnd, since, answer));
    await(answer);
  }

  protected final List<Kept> readAll(Place place, int versionsMax, int bytesMax) {
    List<Kept> all = new ArrayList<>();
    byte[] from = NONE;
    do {
      HistoryStore.KeptPage page = page(place, from, versionsMax, bytesMax);
      all.addAll(page.versions());
      from = page.next();
    } while (from.length > 0);
    return all;
  }

  protected final HistoryStore.KeptPage page(
      Place place, byte[] from, int versionsMax, int bytesMax) {
    KeptAnswer answer = new KeptAnswer();
    onLane(() -> history().read(place, from, versionsMax, bytesMax, answer));
    return await(answer);
  }

  // Words of these tests

  protected static long at(long millis) {
    return Hlc.of(millis, 0);
  }

  protected final HistoryStore history() {
    return records.history();
  }

  protected final PutAnswer keepLater(
      int partition, Key key, Record record, long until, long bucketEnd) {
    PutAnswer answer = new PutAnswer();
    onLane(() -> history().keep(partition, key, record, until, bucketEnd, answer));
    return answer;
  }

  protected final void keep(int partition, Key key, Record record, long until, long bucketEnd) {
    await(keepLater(partition, key, record, until, bucketEnd));
  }

  protected final void keep(Key key, Record record, long until, long bucketEnd) {
    keep(PARTITION, key, record, until, bucketEnd);
  }

  /** Keeps a version whose value is its time in milliseconds. */
  protected final void keep(String key, long hlc, long until, long bucketEnd) {
    keep(key(key), record(hlc, String.valueOf(Hlc.millis(hlc))), until, bucketEnd);
  }

  protected final void mark(Place place, long since) {
    PutAnswer answer = new PutAnswer();
    onLane(() -> history().mark(place, since, answer));
    await(answer);
  }

  /** A record, a version and a mark, of two tenants and of one in another partition. */
  protected final void fill() {
    put(key("a"), record(at(20), "lies"));
    keep("a", at(10), at(20), 1000);
    keep("b", at(10), at(20), 2000);
    keep(new Key(TENANT + 1, bytes("a")), record(at(10), "x"), at(20), 1000);
    keep(new Key(TENANT + 1, bytes("b")), record(at(10), "x"), at(20), 2000);
    keep(PARTITION + 1, key("a"), record(at(10), "x"), at(20), 1000);
    keep(PARTITION + 1, key("b"), record(at(10), "x"), at(20), 2000);
    mark(PLACE, 5);
    mark(new Place(PARTITION, TENANT + 1), 6);
    mark(new Place(PARTITION + 1, TENANT), 7);
  }

  private int countOf(Place place) {
    Range range = new Range(place.partition(), place.tenant(), NONE, NONE, 10, 1000);
    return scanAsOf(image(), range, at(15)).entries().size();
  }

  protected final Page scanAsOf(Image image, Range range, long asOf) {
    ScanAnswer answer = new ScanAnswer();
    onLane(() -> image.scan(range, asOf, answer));
    return await(answer);
  }

  /** All of the first tenant, as it would be read now. */
  protected final List<String> asOf(long asOf) {
    Image image = image();
    List<String> found = show(scanAsOf(image, all(100), asOf));
    onLane(image::close);
    return found;
  }

  protected static List<String> show(Page page) {
    return page.entries().stream()
        .map(
            each ->
                new String(each.key().bytes(), UTF_8)
                    + "="
                    + new String(each.record().copyValue(), UTF_8))
        .toList();
  }
}

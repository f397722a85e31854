package io.quorate.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.ClusterId;
import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.HintsAnswer;
import io.quorate.storage.Answers.LookAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Answers.ScanAnswer;
import io.quorate.storage.DiskMarkStore.DiskMark;
import io.quorate.storage.HintStore.Contents;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.HintStore.Known;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.HintStore.Missed;
import io.quorate.storage.HintStore.Owed;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore.Change;
import io.quorate.storage.RaftStore.HardState;
import io.quorate.storage.RaftStore.LogEntry;
import io.quorate.storage.RaftStore.Snapshot;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.RecordStore.Range;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The promises of both storages; each runs these tests over its own kind of lane. */
public abstract class StorageContract {
  protected static final int TENANT = 7;
  protected static final int PARTITION = 3;

  /** Syncs and writes that the storage reported. */
  protected final AtomicInteger syncs = new AtomicInteger();

  protected final AtomicInteger synced = new AtomicInteger();

  protected final StorageListener listener =
      new StorageListener() {
        @Override
        public void onSync(long nanos, int writes, long bytes) {
          syncs.incrementAndGet();
          synced.addAndGet(writes);
        }
      };

  protected Storage storage;
  protected RecordStore records;

  /** One per node: what it gathers of a turn is its own. */
  protected TreeStore trees;

  /** Opens the disk of this test, with what is on it. */
  protected abstract Storage open();

  protected abstract Lane lane();

  /** Runs a task as one turn of the lane, and comes back after it. */
  protected abstract void onLane(Runnable turn);

  /** Lets the lane run until the answer is there. */
  protected abstract <T> T await(CompletableFuture<T> answer);

  @BeforeEach
  void openFirst() {
    storage = open();
    records = storage.records(lane());
    trees = storage.trees(lane());
  }

  @AfterEach
  void closeLast() {
    storage.close();
  }

  protected final void reopen() {
    storage.close();
    storage = open();
    records = storage.records(lane());
    trees = storage.trees(lane());
  }

  // Records

  @Test
  void missingKeyIsFoundToBeMissing() {
    assertThat(get(key("nobody"))).isEmpty();
  }

  @Test
  void storedRecordIsReadAsItWas() {
    Record record = record(1, "hello");
    put(key("a"), record);
    assertThat(get(key("a"))).contains(record);
  }

  @Test
  void emptyAndLargeValuesAreReadAsTheyWere() {
    Record empty = record(1, "");
    Record large = Record.value(version(2), 1, 0, new byte[4 << 20]);
    put(key("empty"), empty);
    put(key("large"), large);
    put(key(""), record(3, "under the empty key"));
    assertThat(get(key("empty"))).contains(empty);
    assertThat(get(key("large"))).contains(large);
    assertThat(get(key(""))).contains(record(3, "under the empty key"));
  }

  @Test
  void lastPutOfATurnWins() {
    List<PutAnswer> answers = new ArrayList<>();
    onLane(
        () -> {
          for (int i = 1; i <= 5; i++) {
            answers.add(putNow(key("a"), record(i, "value " + i)));
          }
        });
    answers.forEach(this::await);
    assertThat(get(key("a"))).contains(record(5, "value 5"));
  }

  @Test
  void laterPutReplacesWhatIsThereWhateverItsVersion() {
    put(key("a"), record(9, "first"));
    put(key("a"), record(1, "second"));
    assertThat(get(key("a"))).contains(record(1, "second"));
  }

  @Test
  void putsOfOneTurnBecomeDurableByOneSync() {
    int before = syncs.get();
    List<PutAnswer> answers = new ArrayList<>();
    onLane(
        () -> {
          for (int i = 0; i < 100; i++) {
            answers.add(putNow(key("k" + i), record(i, "v" + i)));
          }
        });
    answers.forEach(this::await);
    assertThat(syncs.get() - before).isEqualTo(1);
    assertThat(synced.get()).isGreaterThanOrEqualTo(100);
  }

  @Test
  void answersArriveOnTheLaneAndInTheOrderOfThePuts() {
    List<Integer> order = new ArrayList<>();
    List<Boolean> onLane = new ArrayList<>();
    List<PutAnswer> answers = new ArrayList<>();
    onLane(
        () -> {
          for (int i = 0; i < 20; i++) {
            int number = i;
            PutAnswer answer = putNow(key("k" + i), record(i, "v"));
            answers.add(answer);
            answer.first(
                () -> {
                  order.add(number);
                  onLane.add(lane().isCurrent());
                });
          }
        });
    answers.forEach(this::await);
    assertThat(order).isSorted().hasSize(20);
    assertThat(onLane).containsOnly(true);

    GetAnswer read = new GetAnswer();
    read.first(() -> onLane.add(lane().isCurrent()));
    onLane(() -> records.get(PARTITION, key("k1"), read));
    await(read);
    ScanAnswer page = new ScanAnswer();
    page.first(() -> onLane.add(lane().isCurrent()));
    onLane(() -> records.scan(all(100), page));
    await(page);
    assertThat(onLane).hasSize(22).containsOnly(true);
  }

  @Test
  void queuedBytesGrowWithPutsAndAreGoneWhenTheyAreDurable() {
    long[] queued = new long[1];
    PutAnswer answer = new PutAnswer();
    onLane(
        () -> {
          records.put(PARTITION, key("a"), record(1, "x".repeat(1000)), answer);
          queued[0] = storage.queuedBytes();
        });
    await(answer);
    assertThat(queued[0]).isGreaterThanOrEqualTo(1000);
    assertThat(storage.queuedBytes()).isZero();
  }

  @Test
  void tenantsAndPartitionsDoNotSeeEachOther() {
    put(key("a"), record(1, "mine"));
    assertThat(get(new Key(TENANT + 1, bytes("a")))).isEmpty();
    GetAnswer elsewhere = new GetAnswer();
    onLane(() -> records.get(PARTITION + 1, key("a"), elsewhere));
    assertThat(await(elsewhere)).isEmpty();

    put(new Key(TENANT - 1, bytes("b")), record(1, "before"));
    put(new Key(TENANT + 1, bytes("b")), record(1, "after"));
    assertThat(keys(scan(all(100)))).containsExactly("a");
  }

  @Test
  void tenantsWithLargeNumbersAreScanned() {
    Key high = new Key(-1, bytes("a"));
    PutAnswer answer = new PutAnswer();
    onLane(() -> records.put(0xFFFF, high, record(1, "x"), answer));
    await(answer);
    Page page = scan(new Range(0xFFFF, -1, new byte[0], new byte[0], 10, 1000));
    assertThat(page.entries()).containsExactly(new Entry(high, record(1, "x")));
    assertThat(page.complete()).isTrue();
  }

  @Test
  void aRemovedRecordIsGoneForGood() {
    put(key("a"), record(1, "x"));
    put(key("b"), record(1, "y"));
    PutAnswer answer = new PutAnswer();
    onLane(() -> records.remove(PARTITION, key("a"), answer));
    await(answer);
    assertThat(get(key("a"))).isEmpty();
    assertThat(keys(scan(all(100)))).containsExactly("b");

    reopen();
    assertThat(get(key("a"))).isEmpty();
    assertThat(get(key("b"))).contains(record(1, "y"));
  }

  @Test
  void aDroppedPartitionIsGoneForGoodAndTheOthersStay() {
    Key key = key("a");
    PutAnswer beside = new PutAnswer();
    put(key, record(1, "x"));
    onLane(() -> records.put(PARTITION + 1, key, record(2, "beside"), beside));
    await(beside);
    PutAnswer dropped = new PutAnswer();
    onLane(() -> records.drop(PARTITION, dropped));
    await(dropped);
    assertThat(get(key)).isEmpty();
    put(key("b"), record(3, "after"));
    reopen();
    assertThat(get(key)).isEmpty();
    assertThat(get(key("b"))).contains(record(3, "after"));
    GetAnswer there = new GetAnswer();
    onLane(() -> records.get(PARTITION + 1, key, there));
    assertThat(await(there)).contains(record(2, "beside"));
  }

  @Test
  void aPartitionThatIsClearedIsGoneAndNothingBesideIt() {
    Key key = key("a");
    PutAnswer beside = new PutAnswer();
    put(key, record(1, "x"));
    onLane(() -> records.put(PARTITION + 1, key, record(2, "beside"), beside));
    await(beside);
    assertThat(holdsAny(PARTITION)).isTrue();
    assertThat(holdsAny(PARTITION + 2)).isFalse();
    PutAnswer cleared = new PutAnswer();
    onLane(() -> records.clear(PARTITION, cleared));
    await(cleared);
    assertThat(get(key)).isEmpty();
    assertThat(holdsAny(PARTITION)).isFalse();
    put(key("b"), record(3, "after"));
    reopen();
    assertThat(get(key)).isEmpty();
    assertThat(get(key("b"))).contains(record(3, "after"));
    assertThat(holdsAny(PARTITION)).isTrue();
    assertThat(holdsAny(PARTITION + 1)).isTrue();
  }

  @Test
  void tenantsThatAreClearedAreGoneFromOnePartitionAndTheOthersStay() {
    int last = Integer.MAX_VALUE;
    for (int partition : List.of(PARTITION, PARTITION + 1)) {
      for (int tenant : List.of(0, 1, 2, 255, 256, last)) {
        put(partition, new Key(tenant, new byte[0]), record(1, "x"));
        put(partition, new Key(tenant, new byte[] {-1, -1, -1, -1}), record(2, "y"));
      }
    }
    assertThat(holders(PARTITION, 0, 3, 255, last)).containsExactly(0, 255, last);
    assertThat(holders(PARTITION, 3, 257)).isEmpty();
    assertThat(holders(PARTITION + 2, 0, 1)).isEmpty();
    assertThat(tenants(PARTITION)).containsExactly(0, 1, 2, 255, 256, last);
    assertThat(tenants(PARTITION + 2)).isEmpty();
    PutAnswer cleared = new PutAnswer();
    onLane(() -> records.clear(PARTITION, List.of(1, 3, 255, last), cleared));
    await(cleared);
    assertThat(get(new Key(255, new byte[0]))).isEmpty();
    for (int life = 0; life < 2; life++) {
      assertThat(holders(PARTITION, 0, 1, 2, 255, 256, last)).containsExactly(0, 2, 256);
      assertThat(holders(PARTITION + 1, 0, 1, 2, 255, 256, last)).hasSize(6);
      assertThat(tenants(PARTITION)).containsExactly(0, 2, 256);
      assertThat(get(new Key(256, new byte[0]))).contains(record(1, "x"));
      reopen();
    }
    put(new Key(1, new byte[0]), record(3, "after"));
    assertThat(holders(PARTITION, 1, 255)).containsExactly(1);
  }

  /** What there is may lie in memory or in files, so this is said only roughly. */
  @Test
  void bytesOfTenantsAreThoseOfAllPartitionsThatAreAskedFor() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      byte[] value = new byte[1_000];
      random.nextBytes(value); // or it would be compressed
      Record record = Record.value(new Version(0, i + 1, new NodeId(1), 1), 0, 0, value);
      put(PARTITION, new Key(1, new byte[] {(byte) i}), record);
      put(PARTITION + 1, new Key(1, new byte[] {(byte) i}), record);
      put(PARTITION + 1, new Key(3, new byte[] {(byte) i}), record);
    }
    // In memory, RocksDB guesses from the heights of its skip list, which are random; in files,
    // from
    // the places of blocks.
    assertBytes(50_000, 800_000);
    reopen();
    assertBytes(150_000, 260_000);
  }

  /** Of 200 records of 1,000 bytes of two tenants, one of which has them in both partitions. */
  private void assertBytes(long least, long most) {
    long[] both = bytes(List.of(PARTITION, PARTITION + 1), 1, 2, 3);
    assertThat(both[0]).isBetween(2 * least, 2 * most);
    assertThat(both[1]).isLessThan(20_000);
    assertThat(both[2]).isBetween(least, most);
    assertThat(bytes(List.of(PARTITION), 3)[0]).isLessThan(20_000);
  }

  protected final long[] bytes(List<Integer> partitions, Integer... tenants) {
    PutAnswer answered = new PutAnswer();
    List<long[]> told = new ArrayList<>();
    onLane(
        () ->
            records.bytes(
                partitions,
                List.of(tenants),
                bytes -> {
                  told.add(Objects.requireNonNull(bytes));
                  answered.stored();
                }));
    await(answered);
    return told.get(0);
  }

  private void put(int partition, Key key, Record record) {
    PutAnswer answer = new PutAnswer();
    onLane(() -> records.put(partition, key, record, answer));
    await(answer);
  }

  protected final List<Integer> tenants(int partition) {
    PutAnswer answered = new PutAnswer();
    List<Integer> found = new ArrayList<>();
    onLane(
        () ->
            records.tenants(
                partition,
                there -> {
                  found.addAll(Objects.requireNonNull(there));
                  answered.stored();
                }));
    await(answered);
    return found;
  }

  protected final List<Integer> holders(int partition, Integer... tenants) {
    PutAnswer answered = new PutAnswer();
    List<Integer> found = new ArrayList<>();
    onLane(
        () ->
            records.holders(
                partition,
                List.of(tenants),
                there -> {
                  found.addAll(there);
                  answered.stored();
                }));
    await(answered);
    return found;
  }

  protected final boolean holdsAny(int partition) {
    PutAnswer answered = new PutAnswer();
    boolean[] found = new boolean[1];
    onLane(
        () ->
            records.holdsAny(
                partition,
                there -> {
                  found[0] = there;
                  answered.stored();
                }));
    await(answered);
    return found[0];
  }

  // Arrivals

  @Test
  void arrivalsAreThereAfterOpeningEachInPlaceOfTheOneBefore() {
    assertThat(storage.arrivals(lane()).load()).isEmpty();
    PutAnswer saved = new PutAnswer();
    onLane(
        () -> {
          ArrivalStore arrivals = storage.arrivals(lane());
          arrivals.save(3, 7, new PutAnswer());
          arrivals.save(3, 9, new PutAnswer());
          arrivals.save(260, 1L << 40, saved);
        });
    await(saved);
    reopen();
    assertThat(storage.arrivals(lane()).load())
        .containsOnly(Map.entry(3, 9L), Map.entry(260, 1L << 40));
  }

  // The mark of the disk

  @Test
  void theMarkOfTheDiskIsThereAfterOpening() {
    assertThat(storage.diskMark(lane()).load()).isEqualTo(DiskMark.NONE);
    PutAnswer saved = new PutAnswer();
    onLane(
        () -> {
          DiskMarkStore marks = storage.diskMark(lane());
          marks.save(new DiskMark(1L << 40, false), new PutAnswer());
          marks.save(new DiskMark((1L << 40) + 1, true), saved);
        });
    await(saved);
    reopen();
    assertThat(storage.diskMark(lane()).load()).isEqualTo(new DiskMark((1L << 40) + 1, true));
  }

  // Notes

  private static final Version LOW = new Version(0, Hlc.of(5, 0), new NodeId(9), 3);
  private static final Version MIDDLE = new Version(0, Hlc.of(6, 0), new NodeId(-9), 0);
  private static final Version HIGH = new Version(0, Hlc.of(6, 1), new NodeId(9), 0);

  private NoteStore notes() {
    return storage.notes(lane());
  }

  private boolean isNoted(int partition, Version version) {
    LookAnswer answer = new LookAnswer();
    onLane(() -> notes().look(partition, version, answer));
    return await(answer);
  }

  /** Notes three versions of one partition, and one of another. */
  private void noteSome() {
    PutAnswer last = new PutAnswer();
    onLane(
        () -> {
          notes().note(PARTITION, LOW, new PutAnswer());
          notes().note(PARTITION, MIDDLE, new PutAnswer());
          notes().note(PARTITION, HIGH, new PutAnswer());
          notes().note(65_535, LOW, last);
        });
    await(last);
  }

  @Test
  void versionsAreFoundThatAreNotedAndNoOthers() {
    noteSome();
    reopen();
    assertThat(List.of(LOW, MIDDLE, HIGH)).allMatch(version -> isNoted(PARTITION, version));
    assertThat(isNoted(65_535, LOW)).isTrue();
    assertThat(isNoted(65_535, HIGH)).isFalse();
    assertThat(isNoted(PARTITION + 1, LOW)).isFalse();
    List<Version> others =
        List.of(
            new Version(1, LOW.hlc(), LOW.node(), LOW.boot()),
            new Version(0, LOW.hlc() + 1, LOW.node(), LOW.boot()),
            new Version(0, LOW.hlc(), MIDDLE.node(), LOW.boot()),
            new Version(0, LOW.hlc(), LOW.node(), LOW.boot() + 1));
    assertThat(others).noneMatch(version -> isNoted(PARTITION, version));
  }

  @Test
  void versionsThatDifferInTheirTokenAreTwo() {
    Version fenced = new Version(7, LOW.hlc(), LOW.node(), LOW.boot());
    PutAnswer noted = new PutAnswer();
    onLane(() -> notes().note(PARTITION, fenced, noted));
    await(noted);
    assertThat(isNoted(PARTITION, fenced)).isTrue();
    assertThat(isNoted(PARTITION, LOW)).isFalse();
  }

  @Test
  void notesOfOnePartitionAreForgottenUpToATime() {
    noteSome();
    PutAnswer forgotten = new PutAnswer();
    onLane(() -> notes().forget(PARTITION, MIDDLE.hlc(), Hlc.of(8, 0), forgotten));
    await(forgotten);
    reopen();
    assertThat(isNoted(PARTITION, LOW)).isFalse();
    assertThat(isNoted(PARTITION, MIDDLE)).isFalse();
    assertThat(isNoted(PARTITION, HIGH)).isTrue();
    assertThat(isNoted(65_535, LOW)).isTrue();
    assertThat(notes().load())
        .containsExactly(Map.entry(PARTITION, new NoteStore.Marks(Hlc.of(8, 0), 0)));
  }

  @Test
  void whatIsNotedAfterItWasForgottenIsThere() {
    noteSome();
    PutAnswer last = new PutAnswer();
    onLane(
        () -> {
          notes().forget(PARTITION, HIGH.hlc(), HIGH.hlc(), new PutAnswer());
          notes().note(PARTITION, LOW, last);
        });
    await(last);
    assertThat(isNoted(PARTITION, LOW)).isTrue();
    assertThat(isNoted(PARTITION, HIGH)).isFalse();
  }

  @Test
  void floorAndCeilingAreThereAfterOpeningEachOnItsOwn() {
    assertThat(notes().load()).isEmpty();
    PutAnswer last = new PutAnswer();
    onLane(
        () -> {
          notes().setCeiling(PARTITION, 9, new PutAnswer());
          notes().setFloor(PARTITION, 3, new PutAnswer());
          notes().setCeiling(PARTITION, 12, new PutAnswer());
          notes().setFloor(7, 4, new PutAnswer());
          notes().setCeiling(65_535, -2, last);
        });
    await(last);
    reopen();
    assertThat(notes().load())
        .containsExactly(
            Map.entry(PARTITION, new NoteStore.Marks(3, 12)),
            Map.entry(7, new NoteStore.Marks(4, 0)),
            Map.entry(65_535, new NoteStore.Marks(0, -2)));
  }

  @Test
  void aNoteIsDurableWithTheRecordOfItsTurn() {
    PutAnswer noted = new PutAnswer();
    PutAnswer stored = new PutAnswer();
    AtomicInteger order = new AtomicInteger();
    noted.first(() -> assertThat(order.getAndIncrement()).isZero());
    stored.first(() -> assertThat(order.getAndIncrement()).isOne());
    onLane(
        () -> {
          notes().note(PARTITION, LOW, noted);
          records.put(PARTITION, key("a"), record(1, "x"), stored);
        });
    await(stored);
    assertThat(noted).isCompletedWithValue(true);
    assertThat(syncs).hasValue(1);
  }

  @Test
  void closedStorageRefusesNotes() {
    storage.close();
    PutAnswer put = new PutAnswer();
    LookAnswer look = new LookAnswer();
    onLane(
        () -> {
          notes().note(PARTITION, LOW, put);
          notes().look(PARTITION, LOW, look);
        });
    assertThat(faultOf(put).kind()).isEqualTo(StorageFault.Kind.CLOSED);
    assertThat(faultOf(look).kind()).isEqualTo(StorageFault.Kind.CLOSED);
  }

  @Test
  void ofPutAndRemovalOfOneTurnTheLastStays() {
    PutAnswer last = new PutAnswer();
    onLane(
        () -> {
          records.put(PARTITION, key("a"), record(1, "x"), new PutAnswer());
          records.remove(PARTITION, key("a"), new PutAnswer());
          records.remove(PARTITION, key("b"), new PutAnswer());
          records.put(PARTITION, key("b"), record(1, "y"), last);
        });
    await(last);
    assertThat(get(key("a"))).isEmpty();
    assertThat(get(key("b"))).contains(record(1, "y"));
  }

  @Test
  void everythingIsThereAfterClosingAndOpening() {
    put(key("a"), record(1, "x"));
    reopen();
    assertThat(get(key("a"))).contains(record(1, "x"));
  }

  @Test
  void closingMakesWaitingPutsDurable() {
    PutAnswer answer = new PutAnswer();
    onLane(() -> records.put(PARTITION, key("a"), record(1, "x"), answer));
    onLane(() -> {}); // the turn of the put has ended
    storage.close();
    await(answer);
    storage = open();
    records = storage.records(lane());
    trees = storage.trees(lane());
    assertThat(get(key("a"))).contains(record(1, "x"));
  }

  @Test
  void closedStorageRefuses() {
    storage.close();
    PutAnswer put = new PutAnswer();
    GetAnswer get = new GetAnswer();
    ScanAnswer scan = new ScanAnswer();
    onLane(
        () -> {
          records.put(PARTITION, key("a"), record(1, "x"), put);
          records.get(PARTITION, key("a"), get);
          records.scan(all(1), scan);
        });
    assertThat(faultOf(put).kind()).isEqualTo(StorageFault.Kind.CLOSED);
    assertThat(faultOf(get).kind()).isEqualTo(StorageFault.Kind.CLOSED);
    assertThat(faultOf(scan).kind()).isEqualTo(StorageFault.Kind.CLOSED);
  }

  // Images

  @Test
  void anImageShowsWhatWasDurableAndNothingOfLater() {
    for (String name : List.of("a", "b", "c", "d")) {
      put(key(name), record(1, name));
    }
    put(key("b"), record(2, "before"));
    put(new Key(TENANT + 1, bytes("other")), record(1, "other"));
    PutAnswer last = new PutAnswer();
    List<Image> images = new ArrayList<>();
    onLane(
        () -> {
          images.add(records.image());
          records.put(PARTITION, key("e"), record(3, "of this turn"), new PutAnswer());
          records.put(PARTITION, key("a"), record(3, "over"), last);
        });
    await(last);
    Image between = image();
    PutAnswer removed = new PutAnswer();
    onLane(() -> records.remove(PARTITION, key("c"), removed));
    await(removed);
    Image second = image();
    clear(List.of(TENANT));
    Image third = image();
    PutAnswer cleared = new PutAnswer();
    onLane(() -> records.clear(PARTITION, cleared));
    await(cleared);

    assertThat(scan(images.getFirst(), all(10)).entries())
        .containsExactly(
            new Entry(key("a"), record(1, "a")),
            new Entry(key("b"), record(2, "before")),
            new Entry(key("c"), record(1, "c")),
            new Entry(key("d"), record(1, "d")));
    assertThat(keys(scan(between, all(10)))).containsExactly("a", "b", "c", "d", "e");
    assertThat(scan(second, all(10)).entries())
        .containsExactly(
            new Entry(key("a"), record(3, "over")),
            new Entry(key("b"), record(2, "before")),
            new Entry(key("d"), record(1, "d")),
            new Entry(key("e"), record(3, "of this turn")));
    assertThat(scan(third, all(10))).isEqualTo(new Page(List.of(), true));
    Range others = new Range(PARTITION, TENANT + 1, new byte[0], new byte[0], 10, 1000);
    assertThat(keys(scan(third, others))).containsExactly("other");
    assertThat(scan(others).entries()).isEmpty();
  }

  /** An image of before the put must not stand in for it, though nothing was handed in since. */
  @Test
  void anImageHasThePutThatBecameDurableRightBefore() {
    put(key("a"), record(1, "x"));
    List<Image> images = new ArrayList<>();
    PutAnswer pending = new PutAnswer();
    pending.first(() -> images.add(records.image()));
    onLane(
        () -> {
          images.add(records.image());
          records.put(PARTITION, key("b"), record(2, "y"), pending);
          images.add(records.image());
        });
    await(pending);
    assertThat(keys(scan(images.getFirst(), all(10)))).containsExactly("a");
    assertThat(keys(scan(images.getLast(), all(10)))).containsExactly("a", "b");
  }

  /** Its reader may rest on it, whether or not its writer has been told. */
  @Test
  void anImageHasWhatWasReadBefore() {
    PutAnswer pending = putLater(key("a"), record(1, "x"));
    boolean seen = false;
    while (!seen) {
      seen = get(key("a")).isPresent();
    }
    assertThat(keys(scan(image(), all(10)))).containsExactly("a");
    await(pending);
  }

  @Test
  void pagesOfAnImageFollowEachOtherInBothDirections() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      names.add("user:%02d".formatted(i));
      put(key(names.getLast()), record(i, "v"));
    }
    put(key("usez"), record(1, "no user"));
    for (boolean reverse : new boolean[] {false, true}) {
      Image image = image();
      KeyRange range = new KeyRange(bytes("user:"), new byte[0], new byte[0], reverse);
      List<String> seen = new ArrayList<>();
      byte[] after = new byte[0];
      boolean complete = false;
      int pages = 0;
      while (!complete) {
        Page page = scan(image, new Range(PARTITION, TENANT, range, after, 10, 1 << 20));
        seen.addAll(keys(page));
        complete = page.complete();
        after = page.entries().getLast().key().bytes();
        put(key("user:%02d+".formatted(pages)), record(100, "between"));
        put(key("user:%02d+".formatted(20 - pages)), record(100, "between"));
        pages++;
      }
      assertThat(pages).isEqualTo(3);
      assertThat(seen).containsExactlyElementsOf(reverse ? names.reversed() : names);
      clear(List.of(TENANT));
      names.forEach(name -> put(key(name), record(1, "again")));
    }
  }

  @Test
  void aClosedImageCannotBeReadAndOthersOfItsMomentCan() {
    put(key("a"), record(1, "x"));
    List<Image> images = new ArrayList<>();
    onLane(
        () -> {
          images.add(records.image());
          images.add(records.image());
          images.getFirst().close();
          images.getFirst().close();
        });
    put(key("a"), record(2, "y"));
    assertThat(faultOf(scanLater(images.getFirst(), all(10))).kind())
        .isEqualTo(StorageFault.Kind.CLOSED);
    Image other = images.getLast();
    assertThat(scan(other, all(10)).entries()).containsExactly(new Entry(key("a"), record(1, "x")));
    onLane(other::close);
    assertThat(faultOf(scanLater(other, all(10))).kind()).isEqualTo(StorageFault.Kind.CLOSED);
    assertThat(scan(image(), all(10)).entries())
        .containsExactly(new Entry(key("a"), record(2, "y")));
  }

  /** All that lies here may be written again for it, and what it was is gone. */
  @Test
  void noImageOutlivesTheDropOfAPartition() {
    put(key("a"), record(1, "x"));
    put(PARTITION + 1, key("a"), record(1, "beside"));
    Image before = image();
    PutAnswer dropped = new PutAnswer();
    onLane(() -> records.drop(PARTITION, dropped));
    await(dropped);
    Range beside = new Range(PARTITION + 1, TENANT, new byte[0], new byte[0], 10, 1000);
    for (Range range : List.of(all(10), beside)) {
      assertThat(faultOf(scanLater(before, range)).kind()).isEqualTo(StorageFault.Kind.CLOSED);
    }
    Image after = image();
    assertThat(scan(after, all(10))).isEqualTo(new Page(List.of(), true));
    assertThat(keys(scan(after, beside))).containsExactly("a");
    onLane(before::close);
  }

  @Test
  void imagesEndWithTheirStore() {
    put(key("a"), record(1, "x"));
    Image open = image();
    Image also = image();
    storage.close();
    assertThat(faultOf(scanLater(open, all(10))).kind()).isEqualTo(StorageFault.Kind.CLOSED);
    Image late = image();
    assertThat(faultOf(scanLater(late, all(10))).kind()).isEqualTo(StorageFault.Kind.CLOSED);
    onLane(
        () -> {
          open.close();
          late.close();
        });
    reopen();
    onLane(also::close);
    assertThat(keys(scan(image(), all(10)))).containsExactly("a");
  }

  protected final Image image() {
    List<Image> images = new ArrayList<>();
    onLane(() -> images.add(records.image()));
    return images.getFirst();
  }

  protected final ScanAnswer scanLater(Image image, Range range) {
    ScanAnswer answer = new ScanAnswer();
    onLane(() -> image.scan(range, answer));
    return answer;
  }

  protected final Page scan(Image image, Range range) {
    return await(scanLater(image, range));
  }

  private void clear(List<Integer> tenants) {
    PutAnswer cleared = new PutAnswer();
    onLane(() -> records.clear(PARTITION, tenants, cleared));
    await(cleared);
  }

  // Trees

  @Test
  void treesThatAreLeftAreThereAfterOpeningInPlaceOfThoseBefore() {
    onLane(() -> trees.leave(HEAD, Map.of(0, new byte[] {1}, 7, new byte[] {2, 3})));
    onLane(() -> {}); // the turn that left them has ended
    reopen();
    TreeStore.Contents left = trees.load();
    assertThat(left.head()).isEqualTo(HEAD);
    assertThat(left.trees())
        .containsOnly(Map.entry(0, new byte[] {1}), Map.entry(7, new byte[] {2, 3}));
    onLane(() -> trees.leave(OTHER_HEAD, Map.of(5, new byte[] {4})));
    onLane(() -> {});
    reopen();
    assertThat(trees.load().head()).isEqualTo(OTHER_HEAD);
    assertThat(trees.load().trees()).containsOnly(Map.entry(5, new byte[] {4}));
  }

  /** Otherwise what was left would not be true any more when it is found. */
  @Test
  void aLaneThatHasLeftTreesWritesNothingMore() {
    PutAnswer before = new PutAnswer();
    PutAnswer after = new PutAnswer();
    onLane(
        () -> {
          records.put(PARTITION, key("a"), record(1, "before"), before);
          trees.leave(HEAD, Map.of());
          records.put(PARTITION, key("a"), record(2, "after"), after);
        });
    assertThat(await(before)).isTrue();
    assertThat(faultOf(after).kind()).isEqualTo(StorageFault.Kind.CLOSED);
    reopen();
    assertThat(get(key("a"))).contains(record(1, "before"));
  }

  private static final byte[] HEAD = {1, 2};
  private static final byte[] OTHER_HEAD = {3};

  /** Hands in an entry of the log, and the record that it is of. */
  private PutAnswer putLogged(long number, int size) {
    PutAnswer answer = new PutAnswer();
    byte[] change = new byte[size];
    Arrays.fill(change, (byte) number);
    trees.log(number, ByteBuffer.wrap(change));
    records.put(PARTITION, key("k" + number), record(number, "v"), answer);
    return answer;
  }

  private SortedMap<Long, byte[]> logged() {
    SortedMap<Long, byte[]> found = new TreeMap<>();
    boolean read =
        trees.replay(
            (number, change) -> {
              byte[] bytes = new byte[change.remaining()];
              change.get(bytes);
              assertThat(found.put(number, bytes)).isNull();
            });
    assertThat(read).isTrue();
    return found;
  }

  @Test
  void whatIsLoggedOfTreesIsThereWithItsRecords() {
    List<PutAnswer> answers = new ArrayList<>();
    onLane(() -> trees.begin(HEAD, new PutAnswer()));
    onLane(
        () -> {
          answers.add(putLogged(3, 1));
          answers.add(putLogged(4, TreeStore.CHANGE_BYTES_MAX));
          answers.add(putLogged(400_000, 30));
        });
    onLane(() -> answers.add(putLogged(400_001, 30)));
    answers.forEach(this::await);
    reopen();
    assertThat(logged()).containsOnlyKeys(3L, 4L, 400_000L, 400_001L);
    assertThat(logged().get(4L)).hasSize(TreeStore.CHANGE_BYTES_MAX).containsOnly(4);
    assertThat(logged().get(3L)).containsExactly(3);
    assertThat(get(key("k400000"))).isPresent();
    assertThat(trees.load().head()).isEqualTo(HEAD);
  }

  @Test
  void ofTheLogGoesOnlyWhatIsBelowTheNumber() {
    List<PutAnswer> answers = new ArrayList<>();
    for (long first = 0; first < 40; first += 4) {
      long from = first;
      onLane(
          () -> {
            for (long number = from; number < from + 4; number++) {
              answers.add(putLogged(number, 8));
            }
          });
    }
    onLane(() -> trees.cut(18));
    answers.forEach(this::await);
    onLane(() -> answers.add(putLogged(40, 8)));
    answers.forEach(this::await);
    assertThat(logged().keySet())
        .as("rows that end below it are gone, at most")
        .containsAll(LongStream.rangeClosed(18, 40).boxed().toList())
        .doesNotContain(0L, 3L, 15L);
  }

  @Test
  void treesAreKeptAndForgottenOneByOneAndAllAtOnce() {
    PutAnswer last = new PutAnswer();
    onLane(
        () -> {
          trees.begin(HEAD, new PutAnswer());
          trees.keep(1, new byte[] {1}, new PutAnswer());
          trees.keep(2, new byte[] {2}, new PutAnswer());
          trees.keep(3, new byte[] {3}, new PutAnswer());
          trees.keep(1, new byte[] {4}, new PutAnswer());
          trees.forget(List.of(2, 9), last);
        });
    await(last);
    assertThat(trees.load().trees())
        .containsOnly(Map.entry(1, new byte[] {4}), Map.entry(3, new byte[] {3}));
    PutAnswer went = new PutAnswer();
    PutAnswer logged = new PutAnswer();
    onLane(
        () -> {
          var unused = putLogged(7, 4);
          trees.goOn(OTHER_HEAD, List.of(3), went);
        });
    await(went);
    reopen();
    assertThat(trees.load().head()).isEqualTo(OTHER_HEAD);
    assertThat(trees.load().trees()).containsOnly(Map.entry(1, new byte[] {4}));
    assertThat(logged()).containsOnlyKeys(7L);
    onLane(() -> trees.begin(HEAD, logged));
    await(logged);
    assertThat(trees.load().head()).isEqualTo(HEAD);
    assertThat(trees.load().trees()).isEmpty();
    assertThat(logged()).isEmpty();
  }

  // Scans

  @Test
  void scanOfNothingIsCompleteAndEmpty() {
    Page page = scan(all(10));
    assertThat(page.entries()).isEmpty();
    assertThat(page.complete()).isTrue();
  }

  @Test
  void scanGoesByUnsignedBytesAndShowsTombstones() {
    put(new Key(TENANT, new byte[] {(byte) 0xFF}), record(1, "high"));
    put(new Key(TENANT, new byte[] {0x7F}), record(2, "middle"));
    put(new Key(TENANT, new byte[] {0x7F, 0}), Record.tombstone(version(3), 1));
    Page page = scan(all(10));
    assertThat(page.entries())
        .containsExactly(
            new Entry(new Key(TENANT, new byte[] {0x7F}), record(2, "middle")),
            new Entry(new Key(TENANT, new byte[] {0x7F, 0}), Record.tombstone(version(3), 1)),
            new Entry(new Key(TENANT, new byte[] {(byte) 0xFF}), record(1, "high")));
  }

  @Test
  void prefixBoundsTheScanEvenWhereItEndsInTheHighestByte() {
    byte[] prefix = {'p', (byte) 0xFF};
    Key inside = new Key(TENANT, new byte[] {'p', (byte) 0xFF, 1});
    put(inside, record(1, "x"));
    put(key("p"), record(1, "too short"));
    put(key("q"), record(1, "after"));
    Page page = scan(new Range(PARTITION, TENANT, prefix, new byte[0], 10, 1000));
    assertThat(page.entries()).containsExactly(new Entry(inside, record(1, "x")));
    assertThat(page.complete()).isTrue();

    Key highest = new Key(TENANT, new byte[] {(byte) 0xFF, (byte) 0xFF});
    put(highest, record(1, "y"));
    byte[] top = {(byte) 0xFF};
    Page last = scan(new Range(PARTITION, TENANT, top, new byte[0], 10, 1000));
    assertThat(last.entries()).containsExactly(new Entry(highest, record(1, "y")));
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrRepeat() {
    for (int i = 0; i < 25; i++) {
      put(key("user:%02d".formatted(i)), record(i, "v"));
    }
    put(key("usez"), record(1, "no user"));
    List<String> seen = new ArrayList<>();
    byte[] after = new byte[0];
    int pages = 0;
    boolean complete = false;
    while (!complete) {
      Page page = scan(new Range(PARTITION, TENANT, bytes("user:"), after, 10, 1 << 20));
      seen.addAll(keys(page));
      after = page.entries().getLast().key().bytes();
      complete = page.complete();
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(25).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void pageThatEndsWithTheRangeIsComplete() {
    put(key("a"), record(1, "x"));
    put(key("b"), record(1, "x"));
    assertThat(scan(all(2)).complete()).isTrue();
    assertThat(scan(all(1)).complete()).isFalse();
  }

  @Test
  void pageIsBoundedByBytesButHoldsAtLeastOneRecord() {
    for (int i = 0; i < 10; i++) {
      put(key("k" + i), record(i, "x".repeat(1000)));
    }
    Page some = scan(new Range(PARTITION, TENANT, new byte[0], new byte[0], 100, 2500));
    assertThat(some.entries()).hasSizeBetween(2, 3);
    assertThat(some.complete()).isFalse();
    Page one = scan(new Range(PARTITION, TENANT, new byte[0], new byte[0], 100, 1));
    assertThat(one.entries()).hasSize(1);
  }

  @Test
  void cursorBelowThePrefixStartsAtThePrefix() {
    put(key("a"), record(1, "x"));
    put(key("b1"), record(1, "x"));
    put(key("c"), record(1, "x"));
    Page page = scan(new Range(PARTITION, TENANT, bytes("b"), bytes("a"), 10, 1000));
    assertThat(keys(page)).containsExactly("b1");
    Page past = scan(new Range(PARTITION, TENANT, bytes("b"), bytes("c"), 10, 1000));
    assertThat(past.entries()).isEmpty();
    assertThat(past.complete()).isTrue();
  }

  @Test
  void startIsInAPageAndEndIsNot() {
    put(key("a"), record(1, "x"));
    put(key("b"), record(2, "x"));
    put(key("b1"), record(3, "x"));
    put(key("c"), record(4, "x"));
    put(key("d"), record(5, "x"));
    for (boolean reverse : new boolean[] {false, true}) {
      assertThat(keys(scan(between("", "b", "d", reverse, ""))))
          .containsExactlyElementsOf(reverse ? List.of("c", "b1", "b") : List.of("b", "b1", "c"));
      assertThat(keys(scan(between("b", "", "b1", reverse, "")))).containsExactly("b");
      assertThat(keys(scan(between("b", "a", "z", reverse, ""))))
          .as("bounds beyond the prefix leave nothing out")
          .containsExactlyInAnyOrder("b", "b1");
      for (Range empty :
          List.of(
              between("", "d", "b", reverse, ""),
              between("", "b", "b", reverse, ""),
              between("b", "c", "", reverse, ""),
              between("", "e", "", reverse, ""))) {
        assertThat(scan(empty)).isEqualTo(new Page(List.of(), true));
      }
    }
  }

  @Test
  void reverseScanGoesDownFromTheLastKeyAndStaysInItsTenantAndPartition() {
    put(new Key(TENANT - 1, new byte[] {(byte) 0xFF}), record(1, "other"));
    put(new Key(TENANT + 1, new byte[] {0}), record(1, "other"));
    put(new Key(TENANT, new byte[] {(byte) 0xFF, (byte) 0xFF}), record(2, "highest"));
    put(new Key(TENANT, new byte[] {0x7F}), Record.tombstone(version(3), 1));
    for (int other : new int[] {PARTITION - 1, PARTITION + 1}) {
      PutAnswer answer = new PutAnswer();
      onLane(() -> records.put(other, key("k"), record(4, "other"), answer));
      await(answer);
    }
    Page page = scan(between("", "", "", true, ""));
    assertThat(page.entries())
        .containsExactly(
            new Entry(new Key(TENANT, new byte[] {(byte) 0xFF, (byte) 0xFF}), record(2, "highest")),
            new Entry(new Key(TENANT, new byte[] {0x7F}), Record.tombstone(version(3), 1)));
    assertThat(page.complete()).isTrue();
  }

  @Test
  void lastPlaceOfAllIsReadInReverse() {
    Key last = new Key(-1, new byte[] {(byte) 0xFF});
    PutAnswer answer = new PutAnswer();
    onLane(() -> records.put(0xFFFF, last, record(1, "x"), answer));
    await(answer);
    KeyRange all = new KeyRange(new byte[0], new byte[0], new byte[0], true);
    assertThat(scan(new Range(0xFFFF, -1, all, new byte[0], 10, 1000)).entries())
        .containsExactly(new Entry(last, record(1, "x")));
  }

  /** Whatever the bounds and the pages are, both directions have the keys of the range. */
  @Test
  void pagesOfARangeFollowEachOtherInBothDirections() {
    SplittableRandom random = new SplittableRandom(7);
    TreeSet<Key> held = new TreeSet<>();
    for (int i = 0; i < 40; i++) {
      Key key = new Key(TENANT, shortKey(random, 1));
      held.add(key);
      put(key, record(i, "v"));
    }
    for (int i = 0; i < 300; i++) {
      byte[] prefix = random.nextInt(3) == 0 ? shortKey(random, 0) : new byte[0];
      KeyRange forward = new KeyRange(prefix, shortKey(random, 0), shortKey(random, 0), false);
      List<Key> expected =
          new ArrayList<>(held.stream().filter(key -> forward.contains(key.bytes())).toList());
      int entriesMax = 1 + random.nextInt(5);
      assertThat(read(forward, entriesMax)).as("%s", forward).isEqualTo(expected);
      KeyRange reverse = new KeyRange(prefix, forward.start(), forward.end(), true);
      Collections.reverse(expected);
      assertThat(read(reverse, entriesMax)).as("%s", reverse).isEqualTo(expected);
    }
  }

  /** Keys of all pages, of which each goes on after the last key of the one before. */
  private List<Key> read(KeyRange range, int entriesMax) {
    List<Key> keys = new ArrayList<>();
    byte[] after = new byte[0];
    boolean complete = false;
    while (!complete) {
      Page page = scan(new Range(PARTITION, TENANT, range, after, entriesMax, 1 << 20));
      page.entries().forEach(entry -> keys.add(entry.key()));
      complete = page.complete();
      after = complete ? after : page.entries().getLast().key().bytes();
    }
    return keys;
  }

  private static byte[] shortKey(SplittableRandom random, int bytesMin) {
    byte[] key = new byte[bytesMin + random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(5) - 2);
    }
    return key;
  }

  private static Range between(
      String prefix, String start, String end, boolean reverse, String after) {
    KeyRange keys = new KeyRange(bytes(prefix), bytes(start), bytes(end), reverse);
    return new Range(PARTITION, TENANT, keys, bytes(after), 10, 1 << 20);
  }

  // Hints

  @Test
  void hintsAreOneForEachRecordAndTarget() {
    HintStore hints = storage.hints(lane());
    add(hints, hint(2, "a"), hint(2, "a"), hint(2, "b"), hint(3, "a"));
    reopen();
    Map<NodeId, Owed> owed = storage.hints(lane()).load().owed();
    assertThat(owed.keySet()).containsExactlyInAnyOrder(new NodeId(2), new NodeId(3));
    assertThat(owedTo(owed, 2).count()).isEqualTo(2);
    assertThat(owedTo(owed, 3).count()).isEqualTo(1);
    assertThat(owedTo(owed, 2).bytes()).isBetween(2L, 200L);
    assertThat(storage.hints(lane()).known(hint(2, "a"))).isEqualTo(Known.YES);
    assertThat(storage.hints(lane()).known(hint(3, "b"))).isEqualTo(Known.NO);
  }

  @Test
  void hintsOfOneTargetArePagedInOrder() {
    HintStore hints = storage.hints(lane());
    NodeId highest = new NodeId(-1);
    add(hints, hint(2, "b"), hint(2, "a"), hint(2, "a\0"), hint(3, "x"));
    add(hints, new Hint(highest, 0xFFFF, key("last")));
    HintsAnswer.Page first = page(hints, 2, null, 2);
    assertThat(hintsOf(first)).containsExactly(hint(2, "a"), hint(2, "a\0"));
    assertThat(first.complete()).isFalse();
    HintsAnswer.Page rest = page(hints, 2, first.hints().getLast().hint(), 2);
    assertThat(hintsOf(rest)).containsExactly(hint(2, "b"));
    assertThat(rest.complete()).isTrue();
    HintsAnswer.Page last = page(hints, -1, null, 10);
    assertThat(hintsOf(last)).containsExactly(new Hint(highest, 0xFFFF, key("last")));
    assertThat(hintsOf(page(hints, 4, null, 10))).isEmpty();
  }

  @Test
  void hintThatWasRemovedIsGone() {
    HintStore hints = storage.hints(lane());
    add(hints, hint(2, "a"), hint(2, "b"));
    PutAnswer removed = new PutAnswer();
    onLane(() -> hints.remove(hint(2, "a"), removed));
    await(removed);
    assertThat(hintsOf(page(hints, 2, null, 10))).containsExactly(hint(2, "b"));
    assertThat(hints.known(hint(2, "a"))).isEqualTo(Known.NO);
  }

  @Test
  void marksForRepairStayUntilTheyAreTakenAway() {
    HintStore hints = storage.hints(lane());
    List<PutAnswer> answers = Stream.generate(PutAnswer::new).limit(5).toList();
    onLane(
        () -> {
          hints.markRepair(new NodeId(2), 7, Lack.KNOWN, answers.get(0));
          hints.markRepair(new NodeId(2), 0xFFFF, Lack.KNOWN, answers.get(1));
          hints.unmarkRepair(new NodeId(2), 7, answers.get(2));
          hints.markRepair(new NodeId(2), 8, Lack.POSSIBLE, answers.get(3));
          hints.markRepair(new NodeId(2), 9, Lack.POSSIBLE, answers.get(4));
        });
    answers.forEach(this::await);
    PutAnswer known = new PutAnswer();
    onLane(() -> hints.markRepair(new NodeId(2), 9, Lack.KNOWN, known));
    await(known);
    reopen();
    Owed owed = owedTo(storage.hints(lane()).load().owed(), 2);
    assertThat(owed.repairs())
        .containsExactly(
            Map.entry(8, Lack.POSSIBLE), Map.entry(9, Lack.KNOWN), Map.entry(0xFFFF, Lack.KNOWN));
    assertThat(owed.count()).isZero();
  }

  /** Otherwise a crash could keep a record and forget which replica lacks it. */
  @Test
  void hintsOfATurnBecomeDurableWithItsRecords() {
    HintStore hints = storage.hints(lane());
    int before = syncs.get();
    PutAnswer put = new PutAnswer();
    PutAnswer hinted = new PutAnswer();
    onLane(
        () -> {
          hints.add(kept(hint(2, "a")), hinted);
          records.put(PARTITION, key("a"), record(1, "x"), put);
        });
    await(put);
    await(hinted);
    assertThat(syncs.get() - before).isEqualTo(1);
  }

  private void add(HintStore hints, Hint... added) {
    List<PutAnswer> answers = new ArrayList<>();
    onLane(
        () -> {
          for (Hint hint : added) {
            PutAnswer answer = new PutAnswer();
            answers.add(answer);
            hints.add(kept(hint), answer);
          }
        });
    answers.forEach(this::await);
  }

  private HintsAnswer.Page page(HintStore hints, long target, @Nullable Hint after, int most) {
    HintsAnswer answer = new HintsAnswer();
    onLane(() -> hints.page(new NodeId(target), after, most, answer));
    return await(answer);
  }

  private static List<Hint> hintsOf(HintsAnswer.Page page) {
    return page.hints().stream().map(Kept::hint).toList();
  }

  private static Kept kept(Hint hint) {
    return new Kept(hint, new Missed(3, 5_000));
  }

  @Test
  void hintsKeepTheirEpochAndStamp() {
    HintStore hints = storage.hints(lane());
    add(hints, hint(2, "a"), hint(2, "b"));
    assertThat(page(hints, 2, null, 10).hints())
        .containsExactly(kept(hint(2, "a")), kept(hint(2, "b")));
    reopen();
    assertThat(owedTo(storage.hints(lane()).load().owed(), 2).hints())
        .containsExactly(Map.entry(5_000L, 2L));
  }

  @Test
  void deadLetterTakesItsHintsPlaceAndStaysUntilItIsTakenAway() {
    HintStore hints = storage.hints(lane());
    add(hints, hint(2, "a"), hint(2, "b"));
    DeadLetter letter = new DeadLetter(hint(2, "a"), new Missed(3, 5_000), 9_000, "no: \u00fc");
    PutAnswer buried = new PutAnswer();
    onLane(() -> hints.bury(letter, buried));
    await(buried);
    reopen();
    Contents contents = storage.hints(lane()).load();
    assertThat(contents.deadLetters()).containsExactly(letter);
    assertThat(owedTo(contents.owed(), 2).count()).isEqualTo(1);
    PutAnswer removed = new PutAnswer();
    onLane(() -> storage.hints(lane()).removeDeadLetter(letter.hint(), removed));
    await(removed);
    reopen();
    assertThat(storage.hints(lane()).load().deadLetters()).isEmpty();
  }

  @Test
  void pausesStayUntilTheyAreTakenBack() {
    List<PutAnswer> answers = List.of(new PutAnswer(), new PutAnswer());
    onLane(
        () -> {
          storage.hints(lane()).pause(new NodeId(2), true, answers.get(0));
          storage.hints(lane()).pause(null, true, answers.get(1));
        });
    answers.forEach(this::await);
    reopen();
    Contents paused = storage.hints(lane()).load();
    assertThat(paused.paused()).isTrue();
    assertThat(owedTo(paused.owed(), 2).paused()).isTrue();
    PutAnswer back = new PutAnswer();
    onLane(() -> storage.hints(lane()).pause(null, false, back));
    await(back);
    reopen();
    Contents resumed = storage.hints(lane()).load();
    assertThat(resumed.paused()).isFalse();
    assertThat(owedTo(resumed.owed(), 2).paused()).isTrue();
  }

  private static Hint hint(long target, String key) {
    return new Hint(new NodeId(target), PARTITION, key(key));
  }

  private static Owed owedTo(Map<NodeId, Owed> owed, long target) {
    return Objects.requireNonNull(owed.get(new NodeId(target)));
  }

  // Raft

  @Test
  void freshRaftStoreIsEmpty() {
    RaftStore.Image image = storage.raft(lane()).load();
    assertThat(image.hardState()).isEqualTo(HardState.INITIAL);
    assertThat(image.snapshot()).isNull();
    assertThat(image.entries()).isEmpty();
  }

  @Test
  void raftStateIsLoadedAsItWasSaved() {
    RaftStore raft = storage.raft(lane());
    save(raft, new Change(new HardState(3, -5), null, true, List.of(entry(1, 2), entry(2, 3))));
    save(raft, new Change(null, null, true, List.of(entry(3, 3))));
    reopen();
    RaftStore.Image image = storage.raft(lane()).load();
    assertThat(image.hardState()).isEqualTo(new HardState(3, -5));
    assertThat(show(image)).containsExactly("1/2", "2/3", "3/3");
    assertThat(image.entries().get(2).payload()).isEqualTo(bytes("entry 3/3"));
  }

  @Test
  void entriesReplaceTheLogFromTheFirstOfThemOn() {
    RaftStore raft = storage.raft(lane());
    save(raft, new Change(null, null, true, entries(1, 10, 1)));
    save(raft, new Change(null, null, true, List.of(entry(4, 2), entry(5, 2))));
    assertThat(show(raft.load())).containsExactly("1/1", "2/1", "3/1", "4/2", "5/2");
    reopen();
    assertThat(show(storage.raft(lane()).load()))
        .containsExactly("1/1", "2/1", "3/1", "4/2", "5/2");
  }

  @Test
  void truncationAfterReopeningLeavesNothingBehind() {
    save(storage.raft(lane()), new Change(null, null, true, entries(1, 10, 1)));
    reopen();
    RaftStore raft = storage.raft(lane());
    assertThat(raft.load().entries()).hasSize(10);
    save(raft, new Change(null, null, true, List.of(entry(2, 5))));
    reopen();
    assertThat(show(storage.raft(lane()).load())).containsExactly("1/1", "2/5");
  }

  @Test
  void snapshotReplacesTheLogUpToItsIndex() {
    RaftStore raft = storage.raft(lane());
    save(raft, new Change(null, null, true, entries(1, 6, 1)));
    byte[] state = new byte[3 << 20];
    state[state.length - 1] = 9;
    save(raft, new Change(null, new Snapshot(4, 1, state), true, List.of()));
    reopen();
    RaftStore.Image image = storage.raft(lane()).load();
    assertThat(snapshotOf(image).index()).isEqualTo(4);
    assertThat(snapshotOf(image).term()).isEqualTo(1);
    assertThat(snapshotOf(image).payload()).isEqualTo(state);
    assertThat(show(image)).containsExactly("5/1", "6/1");
  }

  @Test
  void smallerSnapshotLeavesNothingOfTheLargerOne() {
    RaftStore raft = storage.raft(lane());
    save(raft, new Change(null, new Snapshot(4, 1, new byte[3 << 20]), true, List.of()));
    save(raft, new Change(null, new Snapshot(5, 1, bytes("tiny")), true, entries(6, 7, 1)));
    reopen();
    RaftStore.Image image = storage.raft(lane()).load();
    assertThat(snapshotOf(image).payload()).isEqualTo(bytes("tiny"));
    assertThat(show(image)).containsExactly("6/1", "7/1");
  }

  @Test
  void foreignSnapshotDropsTheWholeLog() {
    RaftStore raft = storage.raft(lane());
    save(raft, new Change(null, null, true, entries(1, 6, 1)));
    save(raft, new Change(new HardState(7, 0), new Snapshot(3, 7, bytes("s")), false, List.of()));
    assertThat(raft.load().entries()).isEmpty();
    save(raft, new Change(null, null, true, List.of(entry(4, 7))));
    reopen();
    RaftStore.Image image = storage.raft(lane()).load();
    assertThat(image.hardState()).isEqualTo(new HardState(7, 0));
    assertThat(show(image)).containsExactly("4/7");
  }

  // Identity

  @Test
  void identityIsKept() {
    assertThat(storage.identity().load()).isNull();
    Identity fresh = new Identity(new NodeId(-3), 1, null);
    storage.identity().save(fresh);
    assertThat(storage.identity().load()).isEqualTo(fresh);
    reopen();
    assertThat(storage.identity().load()).isEqualTo(fresh);
    Identity member = new Identity(new NodeId(-3), 2, new ClusterId(0));
    storage.identity().save(member);
    reopen();
    assertThat(storage.identity().load()).isEqualTo(member);
  }

  // Words of these tests

  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  protected static Key key(String text) {
    return new Key(TENANT, bytes(text));
  }

  protected static Version version(long hlc) {
    return new Version(0, hlc, new NodeId(1), 1);
  }

  protected static Record record(long hlc, String value) {
    return Record.value(version(hlc), 1, 0, bytes(value));
  }

  protected static Range all(int recordsMax) {
    return new Range(PARTITION, TENANT, new byte[0], new byte[0], recordsMax, 1 << 20);
  }

  protected static LogEntry entry(long index, long term) {
    return new LogEntry(index, term, bytes("entry " + index + "/" + term));
  }

  protected static List<LogEntry> entries(long first, long last, long term) {
    List<LogEntry> entries = new ArrayList<>();
    for (long index = first; index <= last; index++) {
      entries.add(entry(index, term));
    }
    return entries;
  }

  protected static List<String> show(RaftStore.Image image) {
    return image.entries().stream().map(entry -> entry.index() + "/" + entry.term()).toList();
  }

  protected static List<String> keys(Page page) {
    return page.entries().stream().map(entry -> new String(entry.key().bytes(), UTF_8)).toList();
  }

  protected static Snapshot snapshotOf(RaftStore.Image image) {
    return Objects.requireNonNull(image.snapshot());
  }

  protected final PutAnswer putNow(Key key, Record record) {
    PutAnswer answer = new PutAnswer();
    records.put(PARTITION, key, record, answer);
    return answer;
  }

  protected final PutAnswer putLater(Key key, Record record) {
    PutAnswer answer = new PutAnswer();
    onLane(() -> records.put(PARTITION, key, record, answer));
    return answer;
  }

  protected final void put(Key key, Record record) {
    await(putLater(key, record));
  }

  protected final GetAnswer getLater(Key key) {
    GetAnswer answer = new GetAnswer();
    onLane(() -> records.get(PARTITION, key, answer));
    return answer;
  }

  protected final Optional<Record> get(Key key) {
    return await(getLater(key));
  }

  protected final Page scan(Range range) {
    ScanAnswer answer = new ScanAnswer();
    onLane(() -> records.scan(range, answer));
    return await(answer);
  }

  protected final void save(RaftStore raft, Change change) {
    PutAnswer answer = new PutAnswer();
    onLane(() -> raft.save(change, answer));
    await(answer);
  }

  /** The fault that an answer failed with. */
  protected final <T> StorageFault faultOf(CompletableFuture<T> answer) {
    return await(answer.handle((value, thrown) -> faultIn(thrown)));
  }

  private static StorageFault faultIn(@Nullable Throwable thrown) {
    if (thrown instanceof Answers.Faulted faulted) {
      return faulted.fault();
    }
    throw new AssertionError("a fault was expected", thrown);
  }
}

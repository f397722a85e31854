package io.quorate.version;

import static io.quorate.version.RecordModel.CRDTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The laws for records that replicas of one key can come to: not for any, for what one knows of
 * another's update depends on how it learned of it.
 */
class CrdtsTest extends ParsedRecordLaws {
  private static final long MARK = Hlc.of(15, 0);
  private static final Field HITS = new Field("", Field.Kind.COUNTER);
  private static final Field TAGS = new Field("", Field.Kind.SET);
  private static final Field NAME = new Field("name", Field.Kind.REGISTER);
  private static final Writer A = new Writer(Hlc.of(10, 0), 1);
  private static final Writer B = new Writer(Hlc.of(20, 0), 2);

  /** One history for all records of a run, so that they are of one key. */
  private static final List<Record> HISTORY = history(20_261_124, 500);

  CrdtsTest() {
    super(CRDTS);
  }

  @Override
  Arbitrary<Record> recordsOfTheModel() {
    return Arbitraries.of(HISTORY);
  }

  @Override
  Record writtenAgain(Record read) {
    return CrdtState.of(read).toRecord();
  }

  /** Values without their additions' writers, which no reader is told of. */
  @Override
  @Nullable Object shown(@Nullable RecordHeader record) {
    return record == null ? List.of() : CrdtState.of((Record) record).values();
  }

  /** What four replicas have held of one key, in turn: they take updates, and what others hold. */
  private static List<Record> history(long seed, int turns) {
    Random random = new Random(seed);
    List<CrdtState> replicas =
        new ArrayList<>(
            List.of(CrdtState.EMPTY, CrdtState.EMPTY, CrdtState.EMPTY, CrdtState.EMPTY));
    List<CrdtState> sent = new ArrayList<>();
    List<Record> records = new ArrayList<>();
    long up = 0;
    for (int turn = 1; turn <= turns; turn++) {
      int at = random.nextInt(replicas.size());
      CrdtState held = replicas.get(at);
      CrdtState with;
      if (random.nextInt(3) == 0) {
        Writer writer = new Writer(Hlc.of(1 + turn / 30, 0), turn / 30 % 7);
        CrdtState read = replicas.get(random.nextInt(replicas.size()));
        byte[] value = {(byte) random.nextInt(5)};
        with =
            CrdtState.update(
                writer,
                List.of(
                    switch (random.nextInt(5)) {
                      case 0 -> new FieldChange.Count(HITS, turn, ++up, up / 3);
                      case 1 -> new FieldChange.Add(TAGS, turn, value, List.of());
                      case 2 -> new FieldChange.Add(TAGS, turn, value, read.additions(TAGS, value));
                      case 3 ->
                          new FieldChange.Remove(TAGS, turn, value, read.additions(TAGS, value));
                      default ->
                          new FieldChange.Assign(
                              NAME,
                              Hlc.of(2 + turn / 30, random.nextInt(9)),
                              turn,
                              random.nextBoolean() ? null : value);
                    }));
        up = turn % 30 == 29 ? 0 : up; // the next writer's totals begin at 0
        sent.add(with);
      } else if (random.nextInt(6) == 0 && !sent.isEmpty()) {
        with = sent.get(random.nextInt(sent.size())); // an attempt that comes late
      } else {
        with = replicas.get(random.nextInt(replicas.size()));
      }
      CrdtState next = held.merge(with);
      replicas.set(at, next);
      if (next.latest().openedHlc() != 0) {
        records.add(next.toRecord());
      }
    }
    return records;
  }

  @Test
  void theHistoryEndsAdditionsFoldsAndClears() {
    assertThat(HISTORY)
        .anySatisfy(record -> assertThat(record.isTombstone()).isTrue())
        .anySatisfy(record -> assertThat(CrdtState.of(record).values()).hasSize(3))
        .anySatisfy(record -> assertThat(CrdtState.of(record).writers()).isGreaterThan(5));
  }

  @Test
  void incrementsThatMeetAreAllCountedAndOneThatIsTriedAgainOnce() {
    CrdtState one = count(A, 1, 5, 0);
    CrdtState other = count(B, 1, 7, 2);

    assertThat(counted(one.merge(other).merge(one))).isEqualTo(10);
    assertThat(counted(one.merge(count(A, 2, 8, 0)).merge(one))).isEqualTo(8);
  }

  @Test
  void anAdditionThatARemovalHasNotSeenStays() {
    CrdtState added = add(A, 1, "x");
    CrdtState removed = added.merge(remove(B, 1, "x", added));
    CrdtState both = removed.merge(add(A, 2, "x"));

    assertThat(elements(removed)).isEmpty();
    assertThat(elements(removed.merge(added))).isEmpty();
    assertThat(elements(both)).containsExactly("x");
  }

  /** As clients send what has more additions than nodes take in one change. */
  @Test
  void oneRemovalInSeveralChangesIsThatRemoval() {
    CrdtState added = add(A, 1, "x").merge(add(A, 2, "x")).merge(add(B, 1, "x"));
    List<Addition> seen = added.additions(TAGS, bytes("x"));
    List<Addition> first = seen.subList(0, 2);
    List<Addition> rest = seen.subList(2, 3);
    CrdtState removed =
        CrdtState.update(
            B,
            List.of(
                new FieldChange.Remove(TAGS, 2, bytes("x"), first),
                new FieldChange.Remove(TAGS, 3, bytes("x"), rest)));
    CrdtState replaced =
        CrdtState.update(
            B,
            List.of(
                new FieldChange.Add(TAGS, 2, bytes("x"), first),
                new FieldChange.Remove(TAGS, 3, bytes("x"), rest)));

    assertThat(seen).hasSize(3);
    assertThat(elements(added.merge(removed))).isEmpty();
    assertThat(elements(added.merge(removed).merge(add(A, 3, "x")))).containsExactly("x");
    assertThat(added.merge(replaced).additions(TAGS, bytes("x")))
        .containsExactly(new Addition(B, 2));
  }

  @Test
  void anEarlierChangeThatComesLaterIsStillTaken() {
    CrdtState late = add(A, 1, "x");
    CrdtState early = add(A, 2, "y");

    assertThat(elements(early.merge(late))).containsExactly("x", "y");
    assertThat(late.merge(early).known().numbers().get(A)).hasToString("1-2");
  }

  @Test
  void ofTwoAssignmentsTheLaterStays() {
    CrdtState early = assign(B, 11, "b");
    CrdtState late = assign(A, 12, "a");

    assertThat(early.merge(late).values().getFirst().elements().getFirst().value())
        .isEqualTo(bytes("a"));
    assertThat(early.merge(late)).isEqualTo(late.merge(early));
  }

  @Test
  void aPurgeFoldsTheWritersUpToItAndReadersSeeTheSame() {
    CrdtState all = count(A, 1, 5, 1).merge(count(B, 1, 7, 0)).merge(add(A, 1, "x"));
    CrdtState folded = counted(all, MARK);

    assertThat(folded.values()).isEqualTo(all.values());
    assertThat(all.writers()).isEqualTo(2);
    assertThat(folded.writers()).isEqualTo(1);
    assertThat(folded.known().floor()).isEqualTo(A);
    assertThat(counted(folded.merge(count(B, 2, 9, 0)))).isEqualTo(13);
    assertThat(elements(folded.merge(add(A, 1, "x")))).containsExactly("x");
  }

  @Test
  void aReplicaThatHasFoldedAndOneThatHasNotYetCountTheSameTogether() {
    CrdtState all = count(A, 1, 5, 0).merge(count(B, 1, 7, 0));
    CrdtState folded = counted(all, MARK);
    CrdtState foldedTwice = counted(all, Hlc.of(20, 0));

    assertThat(counted(folded.merge(all))).isEqualTo(12);
    assertThat(counted(folded.merge(count(A, 1, 5, 0)))).isEqualTo(12);
    assertThat(counted(folded.merge(foldedTwice))).isEqualTo(12);
    assertThat(folded.merge(foldedTwice)).isEqualTo(foldedTwice);
  }

  @Test
  void aPurgeIsToldOfWhatEachWriterHasCountedAndOfTheBase() {
    CrdtState once = count(A, 1, 5, 0);
    CrdtState twice = count(A, 2, 9, 0);
    CrdtState folded = counted(once, MARK);
    CrdtState foldedMore = counted(twice, MARK);

    assertThat(reported(once)).isNotNull().isNotEqualTo(reported(twice));
    assertThat(reported(folded)).isNotNull().isNotEqualTo(reported(foldedMore));
    assertThat(reported(once.merge(count(B, 1, 1, 0)))).isEqualTo(reported(once));
  }

  private static @Nullable RecordHeader reported(CrdtState state) {
    return CRDTS.reported(state.toRecord(), MARK);
  }

  @Test
  void whatWasTakenOutOfTotalsBeforeItWasSentIsOut() {
    assertThat(counted(count(A, 2, 8, 0).merge(count(A, 3, 6, 0)))).isEqualTo(6);
  }

  @Test
  void whatWasRemovedBeforeAPurgeStaysAwayAndAReplicaThatLacksTheRemovalIsNotPurged() {
    CrdtState added = add(A, 1, "x");
    CrdtState removed = added.merge(remove(B, 1, "x", added));

    assertThat(CRDTS.reported(added.toRecord(), MARK))
        .isNotEqualTo(CRDTS.reported(removed.toRecord(), MARK));
    CrdtState marked = counted(removed, MARK);
    assertThat(elements(marked.merge(counted(added, MARK)))).isEmpty();
    assertThat(CRDTS.counted(removed.toRecord(), Hlc.of(20, 0))).isNull();
  }

  @Test
  void anUpdateOfAWriterThatMayBeFoldedIsWithinThePromise() {
    CrdtState seen = add(B, 1, "x");

    assertThat(CRDTS.isWithinPromise(count(A, 1, 5, 0).toRecord(), MARK)).isTrue();
    assertThat(CRDTS.isWithinPromise(remove(A, 1, "x", seen).toRecord(), MARK)).isTrue();
    assertThat(CRDTS.isWithinPromise(count(B, 1, 5, 0).toRecord(), MARK)).isFalse();
  }

  @Test
  void sumsStayAtTheLargestThatFits() {
    long most = Long.MAX_VALUE - 1;
    CrdtState all = count(A, 1, most, 0).merge(count(B, 1, most, 0));

    assertThat(counted(all)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aFlagGoesByWhatWinsOfAnEnablingAndADisablingAtTheSameTime() {
    for (Field.Kind kind : List.of(Field.Kind.FLAG_ENABLE_WINS, Field.Kind.FLAG_DISABLE_WINS)) {
      Field flag = new Field("f", kind);
      CrdtState on = flag(flag, A, "1");
      CrdtState off = flag(flag, B, "0");

      assertThat(on.values().getFirst().enabled()).isTrue();
      assertThat(off.values().getFirst().enabled()).isFalse();
      assertThat(on.merge(off).values().getFirst().enabled())
          .isEqualTo(kind == Field.Kind.FLAG_ENABLE_WINS);
    }
  }

  @Test
  void twoTotalsOfOneNumberAreInConflictAndMergeAllTheSame() {
    Record one = count(A, 1, 5, 0).toRecord();
    Record other = count(A, 1, 6, 0).toRecord();

    assertThat(CRDTS.areInConflict(one, other)).isTrue();
    assertThat(CRDTS.areInConflict(one, count(A, 2, 6, 0).toRecord())).isFalse();
    assertThat(CRDTS.merge(one, other)).isEqualTo(CRDTS.merge(other, one)).isEqualTo(other);
  }

  @Test
  void aHotCounterIsWorthAPurge() {
    CrdtState state = CrdtState.EMPTY;
    for (int i = 1; i <= 33; i++) {
      assertThat(state.writers()).isEqualTo(i - 1);
      state = state.merge(count(new Writer(Hlc.of(10 + i, 0), i), 1, 1, 0));
      assertThat(CRDTS.purgeableFromMillis(state.toRecord()))
          .isEqualTo(i < 33 ? Long.MAX_VALUE : 11);
    }
  }

  private static CrdtState flag(Field flag, Writer writer, String value) {
    return CrdtState.update(writer, List.of(new FieldChange.Add(flag, 1, bytes(value), List.of())));
  }

  private static CrdtState count(Writer writer, long number, long up, long down) {
    return CrdtState.update(writer, List.of(new FieldChange.Count(HITS, number, up, down)));
  }

  private static CrdtState add(Writer writer, long number, String value) {
    return CrdtState.update(
        writer, List.of(new FieldChange.Add(TAGS, number, bytes(value), List.of())));
  }

  private static CrdtState remove(Writer writer, long number, String value, CrdtState seen) {
    return CrdtState.update(
        writer,
        List.of(
            new FieldChange.Remove(
                TAGS, number, bytes(value), seen.additions(TAGS, bytes(value)))));
  }

  private static CrdtState assign(Writer writer, long millis, String value) {
    return CrdtState.update(
        writer, List.of(new FieldChange.Assign(NAME, Hlc.of(millis, 0), 9, bytes(value))));
  }

  private static long counted(CrdtState state) {
    return state.values().getFirst().count();
  }

  private static List<String> elements(CrdtState state) {
    List<String> elements = new ArrayList<>();
    for (FieldValue value : state.values()) {
      value.elements().forEach(element -> elements.add(new String(element.value(), UTF_8)));
    }
    return elements;
  }

  private static CrdtState counted(CrdtState state, long mark) {
    CrdtState counted = state.counted(mark);
    assertThat(counted).isNotNull();
    return counted == null ? state : counted;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

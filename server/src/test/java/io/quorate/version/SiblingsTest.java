package io.quorate.version;

import static io.quorate.version.RecordModel.SIBLINGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The laws for records that replicas of one key can come to: not for any set of siblings, for what
 * one knows of another's write depends on how it learned of it.
 */
class SiblingsTest extends ParsedRecordLaws {
  private static final long MARK = Hlc.of(15, 0);
  private static final SiblingSet EMPTY = SiblingSet.EMPTY;

  /** One history for all records of a run, so that they are of one key. */
  private static final List<Record> HISTORY = history(20_261_124, 400);

  SiblingsTest() {
    super(SIBLINGS);
  }

  @Override
  Arbitrary<Record> recordsOfTheModel() {
    return Arbitraries.of(HISTORY);
  }

  @Override
  Record writtenAgain(Record read) {
    return SiblingSet.of(read).toRecord();
  }

  @Override
  @Nullable Object shown(@Nullable RecordHeader record) {
    return record == null ? List.of() : List.copyOf(SiblingSet.of((Record) record).siblings());
  }

  /**
   * What four replicas have held of one key, in turn: they write for clients that have seen what
   * one of them had at some time, and take in what another holds.
   */
  private static List<Record> history(long seed, int turns) {
    Random random = new Random(seed);
    List<SiblingSet> replicas = new ArrayList<>(List.of(EMPTY, EMPTY, EMPTY, EMPTY));
    List<CausalContext> seen = new ArrayList<>(List.of(CausalContext.NONE));
    List<Record> records = new ArrayList<>();
    for (int turn = 0; turn < turns; turn++) {
      int at = random.nextInt(replicas.size());
      SiblingSet held = replicas.get(at);
      SiblingSet next;
      if (random.nextInt(3) == 0) {
        Dot dot = new Dot(Hlc.of(1 + turn / 10, turn), new Dot.Actor(new NodeId(at), 1, 0));
        boolean again = random.nextInt(5) == 0 && turn > 20;
        WriteId id =
            new WriteId(Hlc.of((again ? turn - 15 : turn) / 10, 0), again ? turn - 15 : turn, 1);
        byte @Nullable [] value = random.nextInt(4) == 0 ? null : new byte[] {(byte) turn};
        long expires = random.nextInt(5) == 0 ? 1 + random.nextInt(40) : 0;
        CausalContext of = seen.get(random.nextInt(seen.size()));
        next = held.hasTaken(id) ? held : held.write(dot, id, of, value, expires);
      } else {
        next = held.merge(replicas.get(random.nextInt(replicas.size())));
        seen.add(next.context());
      }
      replicas.set(at, next);
      if (next.latest() != 0) {
        records.add(next.toRecord());
      }
    }
    return records;
  }

  @Property
  void aWriteTakesThePlaceOfWhatItsWriterHasSeenAndOfNothingElse(
      @ForAll("records") Record held, @ForAll("records") Record read) {
    CausalContext seen = SiblingSet.of(read).context();
    SiblingSet before = SiblingSet.of(held);
    Dot dot = new Dot(before.latest() + 2, new Dot.Actor(new NodeId(9), 1, 0));

    SiblingSet after = before.write(dot, new WriteId(dot.hlc() - 1, 77, 1), seen, new byte[1], 0);

    assertThat(after.siblings())
        .filteredOn(sibling -> !sibling.dot().equals(dot))
        .containsExactlyElementsOf(
            before.siblings().stream().filter(sibling -> !seen.covers(sibling)).toList());
    assertThat(after.find(new WriteId(dot.hlc() - 1, 77, 1))).isNotNull();
    assertThat(SIBLINGS.merge(after.toRecord(), held)).isEqualTo(after.toRecord());
    assertThat(before.countAfter(seen)).isEqualTo(after.siblings().size());
  }

  @Test
  void concurrentWritesAreKeptAndOneThatHasSeenThemTakesTheirPlace() {
    SiblingSet one = EMPTY.write(dot(10, 1), id(9, 1), CausalContext.NONE, bytes("a"), 0);
    SiblingSet other = EMPTY.write(dot(10, 2), id(9, 2), CausalContext.NONE, bytes("b"), 0);
    SiblingSet both = one.merge(other);
    SiblingSet resolved = both.write(dot(11, 1), id(11, 3), both.context(), bytes("ab"), 0);

    assertThat(both.siblings()).hasSize(2);
    assertThat(resolved.siblings()).extracting(Sibling::value).containsExactly(bytes("ab"));
    assertThat(resolved.merge(one).merge(other)).isEqualTo(resolved);
  }

  @Test
  void aWriteThatTwoCoordinatorsTookIsOneSibling() {
    SiblingSet one = EMPTY.write(dot(10, 1), id(9, 1), CausalContext.NONE, bytes("a"), 0);
    SiblingSet again = EMPTY.write(dot(12, 2), id(9, 1), CausalContext.NONE, bytes("a"), 0);
    SiblingSet overwritten = one.write(dot(13, 1), id(12, 2), one.context(), bytes("b"), 0);

    assertThat(one.merge(again).siblings()).extracting(Sibling::dot).containsExactly(dot(10, 1));
    assertThat(overwritten.merge(again).siblings())
        .extracting(Sibling::value)
        .containsExactly(bytes("b"));
  }

  @Test
  void aDeletionLeavesWhatItsClientHasNotSeen() {
    SiblingSet one = EMPTY.write(dot(10, 1), id(9, 1), CausalContext.NONE, bytes("a"), 0);
    SiblingSet deleted = one.write(dot(11, 1), id(11, 2), one.context(), null, 0);
    SiblingSet other = one.write(dot(12, 2), id(11, 3), CausalContext.NONE, bytes("b"), 0);

    assertThat(deleted.toRecord().isTombstone()).isTrue();
    assertThat(deleted.merge(other).siblings())
        .extracting(Sibling::value)
        .containsExactly(bytes("b"));
  }

  @Test
  void aPurgeLeavesNothingOfADeletionAndKeepsWhatIsKnownAsOneNumber() {
    SiblingSet one = EMPTY.write(dot(10, 1), id(9, 1), CausalContext.NONE, bytes("a"), 0);
    Record deleted = one.write(dot(11, 1), id(11, 2), one.context(), null, 0).toRecord();
    Record left = one.write(dot(12, 2), id(11, 3), CausalContext.NONE, bytes("b"), 0).toRecord();

    assertThat(SIBLINGS.counted(deleted, MARK)).isNull();
    assertThat(SIBLINGS.purgeableFromMillis(deleted)).isEqualTo(11);
    SiblingSet counted = SiblingSet.of(counted(left));
    assertThat(counted.siblings()).hasSize(2);
    assertThat(counted.vector().isEmpty()).isTrue();
    assertThat(counted.floor()).isEqualTo(dot(12, 2).version());
    assertThat(counted.merge(one).siblings()).hasSize(2);
  }

  @Test
  void aPurgeIsToldOfOldSiblingsOfNewRecords() {
    SiblingSet one = EMPTY.write(dot(10, 1), id(9, 1), CausalContext.NONE, bytes("a"), 0);
    SiblingSet newer = one.write(dot(20, 2), id(19, 2), CausalContext.NONE, bytes("b"), 0);

    assertThat(SIBLINGS.reported(newer.toRecord(), MARK))
        .isNotNull()
        .isEqualTo(SIBLINGS.reported(one.toRecord(), MARK));
  }

  @Test
  void idsOfWritesThatAreGoneAreBounded() {
    SiblingSet set = EMPTY;
    for (int i = 1; i <= 200; i++) {
      set = set.write(dot(i, 1), id(i, i), set.context(), bytes("v"), 0);
    }
    assertThat(set.gone().list()).hasSize(SiblingSet.IDS_MAX);
    assertThat(set.hasTaken(id(199, 199))).isTrue();
    assertThat(set.hasTaken(id(1, 1))).isFalse();
    assertThat(set.vector().size()).isEqualTo(1);
  }

  private static Record counted(Record record) {
    Record counted = SIBLINGS.counted(record, MARK);
    assertThat(counted).isNotNull();
    return counted == null ? record : counted;
  }

  private static Dot dot(long millis, int node) {
    return new Dot(Hlc.of(millis, 0), new Dot.Actor(new NodeId(node), 1, 0));
  }

  private static WriteId id(long millis, int number) {
    return new WriteId(Hlc.of(millis, 0), 5, number);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

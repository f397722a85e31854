package io.quorate.replication.coordinator.read;

import static io.quorate.version.RecordModel.LAST_WRITE_WINS;
import static io.quorate.version.UnionOfBytes.UNION;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.replication.coordinator.read.ReadTally.Asked;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.UnionOfBytes;
import io.quorate.version.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What answers of replicas to a read amount to, by the model of the record. */
class ReadTallyTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final Quorum QUORUM = Quorum.of(List.of(A, B, C), Level.QUORUM);

  @Test
  void theLastWriteThatAnyReplicaHoldsIsRead() {
    ReadTally tally = new ReadTally(LAST_WRITE_WINS, QUORUM, QUORUM);
    Record older = value(1, 7);
    Record newer = value(2, 8);
    answer(tally, A, newer);
    Asked other = answer(tally, B, older);

    assertThat(tally.newest()).isEqualTo(newer);
    assertThat(tally.holders()).containsExactly(A);
    assertThat(tally.isNewest(other)).isFalse();
    assertThat(tally.lacks(older.summary())).isFalse();
    assertThat(tally.isCoveredBy(older.summary())).isFalse();
    assertThat(tally.lacks(value(3, 9).summary())).isTrue();
    assertThat(tally.isCoveredBy(value(3, 9).summary())).isTrue();
    assertThat(tally.heldVerdict()).isEqualTo(Verdict.PENDING);

    tally.holdsNewest(other);
    assertThat(tally.heldVerdict()).isEqualTo(Verdict.REACHED);
  }

  @Test
  void whereNothingIsHeldAllThatAnsweredHoldThat() {
    ReadTally tally = new ReadTally(LAST_WRITE_WINS, QUORUM, QUORUM);
    tally.answered(tally.ask(A), null);
    tally.answered(tally.ask(B), null);

    assertThat(tally.newest()).isNull();
    assertThat(tally.heldVerdict()).isEqualTo(Verdict.REACHED);
    assertThat(tally.lacks(value(1, 7).summary())).isTrue();
  }

  /** Neither of two replicas may hold what is read: then both are brought it. */
  @Test
  void recordsThatAreNotOrderedAreMergedAndHeldByThoseThatHoldTheMerge() {
    ReadTally tally = new ReadTally(UNION, QUORUM, QUORUM);
    Record first = UnionOfBytes.of(version(1), 1);
    Record second = UnionOfBytes.of(version(2), 2);
    Asked one = answer(tally, A, first);
    Asked other = answer(tally, B, second);

    assertThat(tally.newest()).isEqualTo(UNION.merge(first, second));
    assertThat(tally.holders()).isEmpty();
    assertThat(tally.awaitsHolders()).isTrue();
    assertThat(tally.lacks(second.summary()))
        .as("a summary does not tell what is in the record")
        .isTrue();

    tally.holdsNewest(one);
    assertThat(tally.heldVerdict()).isEqualTo(Verdict.PENDING);
    tally.holdsNewest(other);
    assertThat(tally.heldVerdict()).isEqualTo(Verdict.REACHED);
    answer(tally, C, UNION.merge(second, first));
    assertThat(tally.holders()).containsExactly(A, B, C);
  }

  private static Asked answer(ReadTally tally, NodeId replica, Record record) {
    Asked one = tally.ask(replica);
    tally.found(record, record.summary());
    tally.answered(one, record.summary());
    return one;
  }

  private static Record value(long millis, int value) {
    return Record.value(version(millis), 1, 0, new byte[] {(byte) value});
  }

  private static Version version(long millis) {
    return new Version(0, Hlc.of(millis, 0), A, 1);
  }
}

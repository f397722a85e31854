package io.quorate.replication.coordinator.read;

import static io.quorate.placement.Level.ALL;
import static io.quorate.placement.Level.ONE;
import static io.quorate.placement.Level.QUORUM;
import static io.quorate.placement.ReadRepair.BLOCKING;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.D;
import static io.quorate.replication.coordinator.operation.PlayedNode.E;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static io.quorate.replication.coordinator.read.PlayedRead.answered;
import static io.quorate.replication.coordinator.read.PlayedRead.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.event.CoordinatorEvent.FailedFast;
import io.quorate.replication.coordinator.event.CoordinatorEvent.HedgeRefused;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Hedged;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.BegunAgain;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.version.Record;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A read that asks replicas, of which none lacks what another one has. C is asked before B, for
 * replicas take turns.
 */
class ReadOperationTest {
  private static final Same SAME = Same.INSTANCE;
  private static final Same NOTHING_HELD = Same.INSTANCE;
  private static final long NEXT = EPOCH + 1;
  private static final StaleEpoch STALE = new StaleEpoch(NEXT);

  /** Later than any clock of the cluster can show, ms from when the node began. */
  private static final long FAR_AHEAD = 25 * 3_600_000L;

  private static final Record RECORD = record(version(B, 0, 0), 1);

  private PlayedNode node = new PlayedNode(A, B, C);
  private PlayedRead read = new PlayedRead(node, EPOCH);

  private void use(PlayedNode other) {
    node = other;
    read = new PlayedRead(node, EPOCH);
  }

  private List<Object> get(Level level) {
    return read.get(level, BLOCKING);
  }

  /** A get that waits for the answer of C. */
  private void asksC() {
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(RECORD))).containsExactly(read.asks(C, 1, RECORD));
  }

  private static CoordinatorConfig withoutHedges() {
    CoordinatorConfig usual = CoordinatorConfig.DEFAULT;
    return new CoordinatorConfig(
        usual.operationsMax(),
        usual.valueBytesMax(),
        usual.recordBytesMax(),
        usual.versionsOnlyAboveBytes(),
        usual.hedgeDelayNanosMin(),
        0,
        usual.sweepNanos(),
        usual.lagNanosMax(),
        usual.breaker(),
        usual.repair(),
        usual.limiter());
  }

  // ---- how many are enough

  @Test
  void quorumIsAskedAndTheOwnReplicaFirst() {
    asksC();

    assertThat(node.readReply(C, 1, SAME)).containsExactly(answered(read.found(RECORD, A, C)));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void ownReplicaIsEnoughForOneAndTheReaderIsToldThatItMayMissWrites() {
    assertThat(get(ONE)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(RECORD)))
        .containsExactly(answered(read.foundAndMayBeMissed(RECORD, A)));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void allAreAskedForAll() {
    assertThat(get(ALL)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(RECORD)))
        .containsExactly(read.asks(C, 1, RECORD), read.asks(B, 1, RECORD));
    assertThat(node.readReply(B, 1, SAME)).isEmpty();
    assertThat(node.readReply(C, 1, SAME)).containsExactly(answered(read.found(RECORD, A, C, B)));
  }

  @Test
  void replicaThatAnswersTwiceCountsOnce() {
    assertThat(get(ALL)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(RECORD)))
        .containsExactly(read.asks(C, 1, RECORD), read.asks(B, 1, RECORD));
    assertThat(node.readReply(B, 1, SAME)).isEmpty();
    assertThat(node.readReply(B, 1, SAME)).isEmpty();
  }

  @Test
  void replicaThatWasNotAskedDoesNotCount() {
    asksC();

    assertThat(node.readReply(B, 1, SAME)).isEmpty();
  }

  // ---- absent

  @Test
  void keyThatNobodyHoldsIsAbsent() {
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, NOTHING_HELD)).containsExactly(read.asks(C, 1, null));
    assertThat(node.readReply(C, 1, NOTHING_HELD))
        .containsExactly(answered(read.absent(null, A, C)));
  }

  @Test
  void deletedKeyIsAbsentAndItsDeletionIsNamed() {
    Record deletion = Record.tombstone(version(B, 0, 0), EPOCH);

    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(deletion))).containsExactly(read.asks(C, 1, deletion));
    assertThat(node.readReply(C, 1, SAME))
        .containsExactly(answered(read.absent(deletion.version(), A, C)));
  }

  private Record livesFor(long millis) {
    return Record.value(version(B, 0, 0), EPOCH, node.wallMillis() + millis, new byte[1]);
  }

  @Test
  void valueIsFoundUntilItExpires() {
    Record briefly = livesFor(1);
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(briefly))).containsExactly(read.asks(C, 1, briefly));

    assertThat(node.readReply(C, 1, SAME)).containsExactly(answered(read.found(briefly, A, C)));
  }

  /** Otherwise a later read through a node whose clock is behind could find it again. */
  @Test
  void valueThatExpiresWhileItIsReadIsReadOnceMore() {
    Record briefly = livesFor(1);
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(briefly))).containsExactly(read.asks(C, 1, briefly));
    assertThat(node.after(1)).isEmpty();

    assertThat(node.readReply(C, 1, SAME))
        .containsExactly(Window.EXPIRED_WHILE_READ, read.asksOwn(2));
    assertThat(node.ownAnswers(2, new Held(briefly))).containsExactly(read.asks(B, 2, briefly));
    assertThat(node.readReply(B, 2, SAME))
        .containsExactly(answered(read.absent(briefly.version(), A, B)));
  }

  // ---- what the answer says

  @Test
  void readerIsToldWhereSomethingNewerMayHaveBeenLost() {
    assertThat(node.hasLost(placed(EPOCH, A, B, C), EPOCH + 1)).isEmpty();
    asksC();

    assertThat(node.readReply(C, 1, SAME))
        .containsExactly(
            Window.READ_TOLD_OF_LOSS, answered(read.foundAndMayBeMissed(RECORD, A, C)));
  }

  @Test
  void whatWasWrittenSinceTheLossIsNotDoubted() {
    assertThat(node.hasLost(placed(EPOCH, A, B, C), EPOCH)).isEmpty();
    asksC();

    assertThat(node.readReply(C, 1, SAME)).containsExactly(answered(read.found(RECORD, A, C)));
  }

  @Test
  void whatIsNotFoundMayHaveBeenLost() {
    assertThat(node.hasLost(placed(EPOCH, A, B, C), EPOCH)).isEmpty();
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, NOTHING_HELD)).containsExactly(read.asks(C, 1, null));

    assertThat(node.readReply(C, 1, NOTHING_HELD))
        .containsExactly(Window.READ_TOLD_OF_LOSS, answered(read.absentAndMayBeMissed(null, A, C)));
  }

  // ---- slow replicas

  @Test
  void readThatIsSlowerThanReadsAreAsksOneMore() {
    asksC();

    assertThat(node.after(1)).isEmpty();
    assertThat(node.after(1)).containsExactly(new Hedged(), read.asks(B, 1, RECORD));
    assertThat(node.after(1)).as("there is nobody left to ask").isEmpty();
    assertThat(node.readReply(B, 1, SAME)).containsExactly(answered(read.found(RECORD, A, B)));
    assertThat(node.readReply(C, 1, SAME)).isEmpty();
  }

  @Test
  void slowDiskOfThisNodeIsHedgedToo() {
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));

    assertThat(node.after(2)).containsExactly(new Hedged(), read.asks(C, 1, null));
    assertThat(node.after(1)).containsExactly(new Hedged(), read.asks(B, 1, null));
    assertThat(node.readReply(C, 1, new Held(RECORD))).isEmpty();
    assertThat(node.readReply(B, 1, new Held(RECORD)))
        .containsExactly(answered(read.found(RECORD, C, B)));
    assertThat(node.ownAnswers(1, new Held(RECORD))).isEmpty();
  }

  @Test
  void withoutABudgetASlowReadAsksNobodyMoreUntilTheFirstHasBeenSilentForLong() {
    use(new PlayedNode(tenant(3), placed(EPOCH, A, B, C), withoutHedges()));
    asksC();

    assertThat(node.after(2)).containsExactly(new HedgeRefused());
    assertThat(node.after(298)).as("it is said once").isEmpty();
    assertThat(node.after(1))
        .containsExactly(
            Window.READ_SENT_AGAIN,
            read.asks(C, 1, RECORD),
            Window.ASKED_IN_PLACE_OF_A_SILENT_ONE,
            read.asks(B, 1, RECORD));
    assertThat(node.readReply(B, 1, SAME)).containsExactly(answered(read.found(RECORD, A, B)));
  }

  // ---- replicas that fail

  @Test
  void anotherIsAskedInPlaceOfOneThatRefuses() {
    asksC();

    assertThat(node.readReply(C, 1, new Refused("disk: checksum mismatch")))
        .containsExactly(read.asks(B, 1, RECORD));
    assertThat(node.readReply(B, 1, SAME)).containsExactly(answered(read.found(RECORD, A, B)));
  }

  @Test
  void readFailsOnceTooManyHaveRefused() {
    asksC();
    assertThat(node.readReply(C, 1, new Refused("it is mended")))
        .containsExactly(read.asks(B, 1, RECORD));

    assertThat(node.readReply(B, 1, new Refused("disk: checksum mismatch")))
        .containsExactly(new Failed(Reason.UNAVAILABLE, false, List.of(A)));
    assertThat(node.message()).contains("disk: checksum mismatch");
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void othersAreAskedWhereTheOwnReplicaRefuses() {
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Refused("disk: checksum mismatch")))
        .containsExactly(read.asks(C, 1, null), read.asks(B, 1, null));
    assertThat(node.readReply(C, 1, new Held(RECORD))).isEmpty();
    assertThat(node.readReply(B, 1, new Held(RECORD)))
        .containsExactly(answered(read.found(RECORD, C, B)));
  }

  @Test
  void anotherIsAskedInPlaceOfOneThatDies() {
    asksC();
    node.dies(C);

    assertThat(node.after(1)).containsExactly(read.asks(B, 1, RECORD));
    assertThat(node.readReply(B, 1, SAME)).containsExactly(answered(read.found(RECORD, A, B)));
  }

  @Test
  void readFailsFastWhereTooFewAreUp() {
    node.dies(B);
    node.dies(C);

    assertThat(get(QUORUM))
        .containsExactly(new FailedFast(QUORUM), new Failed(Reason.UNAVAILABLE, false, List.of()));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void readWaitsForTheFirstWordOfReplicasThatAreYetToBeHeard() {
    node.isYetToBeHeard(B);
    node.isYetToBeHeard(C);

    assertThat(get(QUORUM)).containsExactly(Window.FIRST_WORD_AWAITED);
    node.isHeard(C);
    assertThat(node.after(1)).containsExactly(new BegunAgain());
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicaIsNotBelievedThatTellsOfARecordOfNoClock() {
    asksC();

    assertThat(node.readReply(C, 1, new Held(record(version(C, FAR_AHEAD, 0), 1))))
        .containsExactly(read.asks(B, 1, RECORD));
    assertThat(node.readReply(B, 1, SAME)).containsExactly(answered(read.found(RECORD, A, B)));
  }

  @Test
  void replicaIsBelievedThatHoldsSuchARecordAsThisNodeDoes() {
    Record far = record(version(C, FAR_AHEAD, 0), 1);
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(far))).containsExactly(read.asks(C, 1, far));

    assertThat(node.readReply(C, 1, new HeldSummary(far.summary())))
        .containsExactly(answered(read.found(far, A, C)));
  }

  // ---- the deadline

  @Test
  void deadlineWhileTheOwnDiskIsSilent() {
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of()));
    assertThat(node.ownAnswers(1, new Held(RECORD))).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void deadlineNamesThoseThatHaveAnswered() {
    asksC();

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of(A)));
    assertThat(node.readReply(C, 1, SAME)).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  // ---- epochs

  @Test
  void answersOfTwoEpochsAreNeverCountedTogether() {
    assertThat(get(ALL)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(RECORD)))
        .containsExactly(read.asks(C, 1, RECORD), read.asks(B, 1, RECORD));
    assertThat(node.readReply(B, 1, SAME)).isEmpty();
    assertThat(node.readReply(C, 1, STALE)).containsExactly(Window.READ_OF_ENDED_EPOCH);

    PlayedRead next = read.under(NEXT);
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).containsExactly(next.asksOwn(2));
    assertThat(node.readReply(C, 1, SAME)).as("of the epoch that is over").isEmpty();
    assertThat(node.ownAnswers(2, new Held(RECORD)))
        .containsExactly(next.asks(B, 2, RECORD), next.asks(C, 2, RECORD));
    assertThat(node.readReply(C, 2, SAME)).isEmpty();
    assertThat(node.readReply(B, 2, SAME)).containsExactly(answered(next.found(RECORD, A, B, C)));
  }

  @Test
  void ownAnswerOfTheEpochBeforeDoesNotCountWhenItComesLate() {
    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.after(2)).containsExactly(new Hedged(), read.asks(C, 1, null));
    assertThat(node.readReply(C, 1, STALE)).containsExactly(Window.READ_OF_ENDED_EPOCH);
    PlayedRead next = read.under(NEXT);
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).containsExactly(next.asksOwn(2));

    assertThat(node.ownAnswers(1, new Held(RECORD))).isEmpty();
    assertThat(node.ownAnswers(2, new Held(RECORD))).containsExactly(next.asks(B, 2, RECORD));
  }

  @Test
  void refusalUnderAnEpochThatThisNodeKnowsIsFollowedAtOnce() {
    asksC();
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).as("nobody has refused it").isEmpty();

    assertThat(node.readReply(C, 1, STALE))
        .containsExactly(Window.READ_OF_ENDED_EPOCH, read.under(NEXT).asksOwn(2));
  }

  @Test
  void readIsGivenBackByANodeThatIsNoReplicaAnyMore() {
    asksC();
    assertThat(node.readReply(C, 1, STALE)).containsExactly(Window.READ_OF_ENDED_EPOCH);

    assertThat(node.isPlaced(placed(NEXT, B, C, D)))
        .containsExactly(Window.READ_GIVEN_TO_A_REPLICA, new BegunAgain());
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void readFailsIfItsTenantIsGone() {
    asksC();
    assertThat(node.losesItsTenant(placed(NEXT, A, B, C))).isEmpty();

    assertThat(node.readReply(C, 1, STALE))
        .containsExactly(
            Window.READ_OF_ENDED_EPOCH, new Failed(Reason.UNKNOWN_TENANT, false, List.of()));
  }

  /** Another attempt reads the tenant as it is now. */
  @Test
  void readIsTriedAgainIfItsTenantIsTruncated() {
    asksC();
    assertThat(node.itsTenantIsTruncated(placed(NEXT, A, B, C))).isEmpty();

    assertThat(node.readReply(C, 1, STALE))
        .containsExactly(
            Window.READ_OF_ENDED_EPOCH, new Failed(Reason.UNAVAILABLE, false, List.of()));
  }

  @Test
  void deadlineWhileTheNewEpochIsAwaited() {
    asksC();
    assertThat(node.readReply(C, 1, STALE)).containsExactly(Window.READ_OF_ENDED_EPOCH);

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of(A)));
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).isEmpty();
  }

  /** A write is acknowledged by a majority of each set, so a read that shows it must know both. */
  @Test
  void whilePartitionMovesAMajorityOfEachSetIsAsked() {
    PartitionPlacement moving =
        new PartitionPlacement(
            EPOCH,
            List.of(A, B, C),
            PurgeMarks.NONE,
            Collections.emptySortedSet(),
            new Move(Move.Step.DUAL_WRITE, List.of(A, D, E), EPOCH));
    use(new PlayedNode(tenant(3), moving, CoordinatorConfig.DEFAULT));

    assertThat(get(QUORUM)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(RECORD)))
        .containsExactly(read.asks(C, 1, RECORD), read.asks(D, 1, RECORD));
    assertThat(node.readReply(C, 1, SAME)).isEmpty();
    assertThat(node.readReply(D, 1, SAME))
        .containsExactly(Window.READ_WHILE_MOVING, answered(read.found(RECORD, A, C, D)));
  }
}

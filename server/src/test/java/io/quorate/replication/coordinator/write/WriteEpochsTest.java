package io.quorate.replication.coordinator.write;

import static io.quorate.placement.Level.QUORUM;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.D;
import static io.quorate.replication.coordinator.operation.PlayedNode.E;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Restamped;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.BegunAgain;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedReplica.Stamped;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.version.Record;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A write whose partition is placed otherwise while it is under way (docs/design/protocol.md#f3).
 */
class WriteEpochsTest {
  private static final Stored STORED = Stored.INSTANCE;
  private static final long NEXT = EPOCH + 1;
  private static final StaleEpoch STALE = new StaleEpoch(NEXT);

  private PlayedNode node = new PlayedNode(A, B, C);
  private PlayedWrite write = new PlayedWrite(node);

  /** Stamped under the first epoch, which it keeps. */
  private Record record(long millis, int counter) {
    return write.record(version(A, millis, counter), EPOCH);
  }

  private Record firstRound() {
    Record record = record(0, 0);
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(
            write.sent(B, 1, record, EPOCH), write.sent(C, 1, record, EPOCH), new Stamped(record));
    return record;
  }

  // ---- with a stamp

  @Test
  void answersOfTwoEpochsAreNeverCountedTogetherAndTheStampIsKept() {
    Record record = firstRound();
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);

    assertThat(node.isPlaced(placed(NEXT, A, B, C)))
        .containsExactly(
            write.sent(B, 2, record, NEXT),
            write.sent(C, 2, record, NEXT),
            write.again(2, record, NEXT));
    assertThat(node.writeReply(C, 1, STORED)).as("of the epoch that is over").isEmpty();
    assertThat(node.writeReply(B, 2, STORED)).as("the own answer was given before").isEmpty();
    assertThat(node.writeReply(C, 2, STORED)).containsExactly(write.written(record, NEXT, B, C));
  }

  @Test
  void ownAnswerOfTheEpochBeforeDoesNotCountWhenItComesLate() {
    Record record = firstRound();
    assertThat(node.writeReply(B, 1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);
    assertThat(node.isPlaced(placed(NEXT, A, B, C)))
        .containsExactly(
            write.sent(B, 2, record, NEXT),
            write.sent(C, 2, record, NEXT),
            write.again(2, record, NEXT));

    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 2, STORED)).isEmpty();
    assertThat(node.ownAnswers(2, STORED)).containsExactly(write.written(record, NEXT, B, A));
  }

  /** Replicas learn of an epoch one after another, and this node may be the last. */
  @Test
  void refusalUnderAnEpochThatThisNodeHasNotHeardOfIsNoFailure() {
    Record record = firstRound();
    assertThat(node.writeReply(B, 1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);
    assertThat(node.writeReply(C, 1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();

    assertThat(node.after(100)).isEmpty();
    assertThat(node.isPlaced(placed(NEXT, A, B, C)))
        .containsExactly(
            write.sent(B, 2, record, NEXT),
            write.sent(C, 2, record, NEXT),
            write.again(2, record, NEXT));
  }

  @Test
  void refusalUnderAnEpochThatThisNodeKnowsIsFollowedAtOnce() {
    Record record = firstRound();
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).as("nobody has refused it").isEmpty();

    assertThat(node.writeReply(B, 1, STALE))
        .containsExactly(
            Window.WRITE_OF_ENDED_EPOCH,
            write.sent(B, 2, record, NEXT),
            write.sent(C, 2, record, NEXT),
            write.again(2, record, NEXT));
  }

  @Test
  void secondStampThatIsSpentStaysSpent() {
    firstRound();
    Record second = record(9, 2);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0))))
        .containsExactly(
            new Restamped(false),
            write.sent(B, 2, second, EPOCH),
            write.sent(C, 2, second, EPOCH),
            write.again(2, second, EPOCH));
    assertThat(node.writeReply(B, 2, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);
    assertThat(node.isPlaced(placed(NEXT, A, B, C)))
        .containsExactly(
            write.sent(B, 3, second, NEXT),
            write.sent(C, 3, second, NEXT),
            write.again(3, second, NEXT));

    assertThat(node.ownAnswers(3, STORED)).isEmpty();
    assertThat(node.writeReply(B, 3, new HoldsNewer(version(C, 30, 0))))
        .containsExactly(Window.STEPPED_OVER_TWICE, write.written(second, NEXT, A, B));
  }

  @Test
  void higherVersionThatWasToldOfUnderTheEpochBeforeHasNoSecondStampUntilItIsToldOfAgain() {
    Record record = firstRound();
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0)))).isEmpty();
    assertThat(node.writeReply(B, 1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);
    assertThat(node.isPlaced(placed(NEXT, A, B, C)))
        .containsExactly(
            write.sent(B, 2, record, NEXT),
            write.sent(C, 2, record, NEXT),
            write.again(2, record, NEXT));
    Record second = write.record(version(A, 9, 2), NEXT);

    assertThat(node.ownAnswers(2, STORED)).isEmpty();
    assertThat(node.writeReply(C, 2, new HoldsNewer(version(C, 9, 0))))
        .containsExactly(
            new Restamped(false),
            write.sent(B, 3, second, NEXT),
            write.sent(C, 3, second, NEXT),
            write.again(3, second, NEXT));
  }

  @Test
  void aNodeThatIsNoReplicaAnyMoreStillBringsTheRecord() {
    Record record = firstRound();
    node.dies(D);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);

    assertThat(node.isPlaced(placed(NEXT, B, C, D)))
        .containsExactly(
            Window.WRITTEN_FROM_OUTSIDE,
            write.sent(B, 2, record, NEXT),
            write.sent(C, 2, record, NEXT),
            Window.MISSED_FROM_OUTSIDE);
    assertThat(node.writeReply(B, 2, STORED)).isEmpty();
    assertThat(node.writeReply(C, 2, STORED)).containsExactly(write.written(record, NEXT, B, C));
    assertThat(node.isIdle()).as("it has nothing that a hint could refer to").isTrue();
  }

  @Test
  void tenantThatIsGoneLeavesTheOutcomeUnknown() {
    firstRound();
    assertThat(node.losesItsTenant(placed(NEXT, A, B, C))).isEmpty();

    assertThat(node.writeReply(B, 1, STALE))
        .containsExactly(
            Window.WRITE_OF_ENDED_EPOCH, new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));
    assertThat(node.message()).contains("the tenant is gone");
  }

  @Test
  void deadlineWhileTheNewEpochIsAwaitedLeavesTheOutcomeUnknown() {
    firstRound();
    assertThat(node.ownAnswers(1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, true, List.of()));
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).isEmpty();
  }

  // ---- without a stamp

  @Test
  void writeWithoutAStampBeginsAgainUnderTheNewEpoch() {
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownAnswers(1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);

    assertThat(node.isPlaced(placed(NEXT, A, B, C))).containsExactly(write.fresh(NEXT));
    Record record = write.record(version(A, 0, 0), NEXT);
    assertThat(node.ownStamps(2, null, 0))
        .containsExactly(
            write.sent(B, 1, record, NEXT), write.sent(C, 1, record, NEXT), new Stamped(record));
    assertThat(node.ownAnswers(2, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED)).containsExactly(write.written(record, NEXT, A, B));
  }

  @Test
  void questionOfTheEpochBeforeGetsNoStamp() {
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownAnswers(1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).containsExactly(write.fresh(NEXT));

    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(Window.STAMP_GIVEN_UP, new Stamped(null));
    assertThat(node.ownAnswers(1, new Refused("given up while it waited"))).isEmpty();
  }

  @Test
  void writeWithoutAStampIsGivenBackByANodeThatIsNoReplicaAnyMore() {
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownAnswers(1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);

    assertThat(node.isPlaced(placed(NEXT, B, C, D)))
        .containsExactly(Window.WRITE_GIVEN_TO_A_REPLICA, new BegunAgain());
    assertThat(node.isIdle()).isTrue();
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(Window.STAMP_GIVEN_UP, new Stamped(null));
  }

  @Test
  void deadlineWhileTheNewEpochIsAwaitedAppliesNothingWithoutAStamp() {
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownAnswers(1, STALE)).containsExactly(Window.WRITE_OF_ENDED_EPOCH);

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of()));
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  // ---- two sets in charge

  private void movesFromAbcToAde() {
    PartitionPlacement moving =
        new PartitionPlacement(
            EPOCH,
            List.of(A, B, C),
            PurgeMarks.NONE,
            Collections.emptySortedSet(),
            new Move(Move.Step.DUAL_WRITE, List.of(A, D, E), EPOCH));
    node = new PlayedNode(tenant(3), moving, CoordinatorConfig.DEFAULT);
    write = new PlayedWrite(node);
  }

  @Test
  void majorityOfEachSetIsNeededAndNoneOfTheUnion() {
    movesFromAbcToAde();
    Record record = record(0, 0);
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(
            write.sent(B, 1, record, EPOCH),
            write.sent(C, 1, record, EPOCH),
            write.sent(D, 1, record, EPOCH),
            write.sent(E, 1, record, EPOCH),
            new Stamped(record));

    assertThat(node.writeReply(D, 1, STORED)).isEmpty();
    assertThat(node.writeReply(E, 1, STORED)).containsExactly(Window.WAITED_FOR_OTHER_SET);
    assertThat(node.writeReply(C, 1, STORED)).containsExactly(Window.WAITED_FOR_OTHER_SET);
    assertThat(node.ownAnswers(1, STORED))
        .containsExactly(Window.WRITTEN_TO_BOTH_SETS, write.written(record, EPOCH, D, E, C, A));
  }

  @Test
  void oneSetThatCannotTakeItAnyMoreDecides() {
    movesFromAbcToAde();
    Record record = record(0, 0);
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0)).endsWith(new Stamped(record));

    assertThat(node.writeReply(B, 1, STORED)).isEmpty();
    assertThat(node.ownAnswers(1, STORED)).containsExactly(Window.WAITED_FOR_OTHER_SET);
    assertThat(node.writeReply(D, 1, new NotNow("it is mended")))
        .containsExactly(Window.WAITED_FOR_OTHER_SET);
    assertThat(node.writeReply(E, 1, new NotNow("it is mended")))
        .containsExactly(
            write.missed(D, EPOCH),
            write.missed(E, EPOCH),
            new Failed(Reason.OUTCOME_UNKNOWN, true, List.of(B, A)));
  }
}

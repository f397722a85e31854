package io.quorate.replication.coordinator.read;

import static io.quorate.placement.Level.ALL;
import static io.quorate.placement.Level.QUORUM;
import static io.quorate.placement.ReadRepair.BLOCKING;
import static io.quorate.placement.ReadRepair.EVERYONE;
import static io.quorate.placement.ReadRepair.OFF;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.D;
import static io.quorate.replication.coordinator.operation.PlayedNode.E;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static io.quorate.replication.coordinator.read.PlayedRead.answered;
import static io.quorate.replication.coordinator.read.PlayedRead.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Hedged;
import io.quorate.replication.coordinator.event.CoordinatorEvent.LeftUnrepaired;
import io.quorate.replication.coordinator.event.CoordinatorEvent.RepairedBeforeAnswering;
import io.quorate.replication.coordinator.event.CoordinatorEvent.RepairedByChance;
import io.quorate.replication.coordinator.event.CoordinatorEvent.RepairedInBackground;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Record;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A read whose replicas differ: as many replicas as must acknowledge a write hold the result before
 * it is returned (docs/design/consistency.md#f1). C is asked before B, for replicas take turns.
 */
class ReadRepairTest {
  private static final Same SAME = Same.INSTANCE;
  private static final Stored STORED = Stored.INSTANCE;
  private static final long NEXT = EPOCH + 1;
  private static final Record OLDER = record(version(B, 0, 0), 1);
  private static final Record NEWER = record(version(B, 5, 0), 1);

  private PlayedNode node = new PlayedNode(A, B, C);
  private PlayedRead read = new PlayedRead(node, EPOCH);

  private void ownHolds(Record held, ReadRepair repair) {
    assertThat(read.get(QUORUM, repair)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(held))).containsExactly(read.asks(C, 1, held));
  }

  /** C lacks what this node holds, and is sent it. */
  private void bringsToC() {
    ownHolds(NEWER, BLOCKING);
    assertThat(node.readReply(C, 1, new HeldSummary(OLDER.summary())))
        .containsExactly(new RepairedBeforeAnswering(1), read.repairs(C, 1, NEWER));
  }

  // ---- blocking

  @Test
  void whatAnotherHoldsIsStoredHereBeforeItIsReturned() {
    ownHolds(OLDER, BLOCKING);

    assertThat(node.readReply(C, 1, new Held(NEWER)))
        .containsExactly(new RepairedBeforeAnswering(1), read.repairsOwn(1, NEWER));
    assertThat(node.ownAnswers(2, STORED))
        .containsExactly(
            new RepairedInBackground(1),
            read.repairs(B, 1, NEWER),
            answered(read.found(NEWER, A, C)));
    assertThat(node.isIdle()).isTrue();
    assertThat(node.writeReply(B, 1, STORED)).as("nobody waits for it").isEmpty();
  }

  @Test
  void ownReplicaMayStoreItAtOnce() {
    ownHolds(OLDER, BLOCKING);
    node.ownAnswersAtOnce(STORED);

    assertThat(node.readReply(C, 1, new Held(NEWER)))
        .containsExactly(
            new RepairedBeforeAnswering(1),
            read.repairsOwn(1, NEWER),
            new RepairedInBackground(1),
            read.repairs(B, 1, NEWER),
            answered(read.found(NEWER, A, C)));
  }

  @Test
  void whatThisNodeHoldsIsBroughtToOneThatHoldsLess() {
    bringsToC();

    assertThat(node.writeReply(C, 1, STORED))
        .containsExactly(
            new RepairedInBackground(1),
            read.repairs(B, 1, NEWER),
            answered(read.found(NEWER, A, C)));
  }

  @Test
  void whatThisNodeHoldsIsBroughtToOneThatHoldsNothing() {
    ownHolds(NEWER, BLOCKING);

    assertThat(node.readReply(C, 1, Nothing.INSTANCE))
        .containsExactly(new RepairedBeforeAnswering(1), read.repairs(C, 1, NEWER));
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0))))
        .as("something newer is as good")
        .containsExactly(
            new RepairedInBackground(1),
            read.repairs(B, 1, NEWER),
            answered(read.found(NEWER, A, C)));
  }

  @Test
  void recordOfANewerVersionIsFetchedAndStoredHere() {
    ownHolds(OLDER, BLOCKING);

    assertThat(node.readReply(C, 1, new HeldSummary(NEWER.summary())))
        .containsExactly(Window.RECORD_FETCHED_AFTER_VERSION, read.asks(C, 1, null));
    assertThat(node.readReply(C, 1, new Held(NEWER)))
        .containsExactly(new RepairedBeforeAnswering(1), read.repairsOwn(1, NEWER));
    assertThat(node.ownAnswers(2, STORED))
        .containsExactly(
            new RepairedInBackground(1),
            read.repairs(B, 1, NEWER),
            answered(read.found(NEWER, A, C)));
  }

  /**
   * A late "same" to the first question does not answer the second: the replica would be counted as
   * holding the record.
   */
  @Test
  void lateAnswerInPlaceOfTheFetchedRecordIsTakenForNothing() {
    ownHolds(OLDER, BLOCKING);
    assertThat(node.readReply(C, 1, new HeldSummary(NEWER.summary())))
        .containsExactly(Window.RECORD_FETCHED_AFTER_VERSION, read.asks(C, 1, null));

    assertThat(node.readReply(C, 1, SAME))
        .containsExactly(new RepairedBeforeAnswering(1), read.repairs(C, 1, OLDER));
  }

  @Test
  void largeValueThatIsKnownIsNotAskedForAgain() {
    node = new PlayedNode(A, B, C, D, E);
    read = new PlayedRead(node, EPOCH);
    Record large = record(version(B, 0, 0), 16 * 1024 + 1);
    assertThat(read.get(QUORUM, BLOCKING)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(large)))
        .containsExactly(read.asks(C, 1, large), read.asks(D, 1, large));

    assertThat(node.readReply(C, 1, new Refused("it is mended")))
        .containsExactly(read.asksVersion(E, 1, large));
    assertThat(node.readReply(D, 1, SAME)).isEmpty();
    assertThat(node.readReply(E, 1, new HeldSummary(large.summary())))
        .containsExactly(answered(read.found(large, A, D, E)));
  }

  @Test
  void everyoneThatLacksItIsBroughtItAndTheQuorumIsWaitedFor() {
    node = new PlayedNode(A, B, C, D, E);
    read = new PlayedRead(node, EPOCH);
    assertThat(read.get(QUORUM, BLOCKING)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(OLDER)))
        .containsExactly(read.asks(C, 1, OLDER), read.asks(D, 1, OLDER));
    assertThat(node.readReply(C, 1, new Held(NEWER))).isEmpty();
    assertThat(node.readReply(D, 1, SAME))
        .containsExactly(
            new RepairedBeforeAnswering(2), read.repairsOwn(1, NEWER), read.repairs(D, 1, NEWER));

    assertThat(node.ownAnswers(2, STORED)).isEmpty();
    assertThat(node.writeReply(D, 1, STORED))
        .containsExactly(
            new RepairedInBackground(2),
            read.repairs(E, 1, NEWER),
            read.repairs(B, 1, NEWER),
            answered(read.found(NEWER, A, C, D)));
  }

  @Test
  void anotherIsBroughtItInPlaceOfOneThatDoesNotTakeIt() {
    List<WriteOutcome> refusals =
        List.of(
            new NotNow("it is mended"),
            new Refused("its disk is full"),
            StoredWhileFilling.INSTANCE);
    for (WriteOutcome refusal : refusals) {
      node = new PlayedNode(A, B, C);
      read = new PlayedRead(node, EPOCH);
      bringsToC();

      assertThat(node.writeReply(C, 1, refusal))
          .containsExactly(Window.REPAIRED_IN_PLACE_OF_ANOTHER, read.repairs(B, 1, NEWER));
      assertThat(node.writeReply(B, 1, STORED)).containsExactly(answered(read.found(NEWER, A, B)));
      assertThat(node.isIdle()).isTrue();
    }
  }

  @Test
  void readFailsOnceTooManyDoNotTakeIt() {
    bringsToC();
    assertThat(node.writeReply(C, 1, new NotNow("it is mended")))
        .containsExactly(Window.REPAIRED_IN_PLACE_OF_ANOTHER, read.repairs(B, 1, NEWER));

    assertThat(node.writeReply(B, 1, new Refused("its disk is full")))
        .containsExactly(new Failed(Reason.UNAVAILABLE, false, List.of(A)));
    assertThat(node.message()).contains("its disk is full");
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void anotherIsBroughtItInPlaceOfOneThatDies() {
    bringsToC();
    node.dies(C);

    assertThat(node.after(1))
        .containsExactly(Window.REPAIRED_IN_PLACE_OF_ANOTHER, read.repairs(B, 1, NEWER));
    assertThat(node.writeReply(B, 1, STORED)).containsExactly(answered(read.found(NEWER, A, B)));
  }

  @Test
  void silentReplicaIsBroughtItAgainAndAnotherInItsPlace() {
    bringsToC();

    assertThat(node.after(300)).as("repairs are not hedged").isEmpty();
    assertThat(node.after(1))
        .containsExactly(
            Window.READ_SENT_AGAIN,
            read.repairs(C, 1, NEWER),
            Window.ASKED_IN_PLACE_OF_A_SILENT_ONE,
            read.repairs(B, 1, NEWER));
    assertThat(node.writeReply(B, 1, STORED)).containsExactly(answered(read.found(NEWER, A, C, B)));
  }

  @Test
  void answerThatComesWhileAnotherIsRepairedCounts() {
    ownHolds(NEWER, BLOCKING);
    assertThat(node.after(2)).containsExactly(new Hedged(), read.asks(B, 1, NEWER));
    assertThat(node.readReply(B, 1, Nothing.INSTANCE))
        .containsExactly(new RepairedBeforeAnswering(1), read.repairs(B, 1, NEWER));

    assertThat(node.readReply(C, 1, SAME))
        .containsExactly(Window.ANSWERED_WHILE_REPAIRING, answered(read.found(NEWER, A, C, B)));
  }

  @Test
  void answerThatComesWhileAnotherIsRepairedAndHoldsLessIsOneMoreToRepair() {
    ownHolds(NEWER, BLOCKING);
    assertThat(node.after(2)).containsExactly(new Hedged(), read.asks(B, 1, NEWER));
    assertThat(node.readReply(B, 1, Nothing.INSTANCE))
        .containsExactly(new RepairedBeforeAnswering(1), read.repairs(B, 1, NEWER));

    assertThat(node.readReply(C, 1, new HeldSummary(OLDER.summary())))
        .containsExactly(Window.ANSWERED_WHILE_REPAIRING, read.repairs(C, 1, NEWER));
    assertThat(node.writeReply(C, 1, STORED)).containsExactly(answered(read.found(NEWER, A, C, B)));
  }

  @Test
  void replicaThatWasSentNoRepairHasStoredNone() {
    ownHolds(NEWER, BLOCKING);

    assertThat(node.writeReply(C, 1, STORED)).isEmpty();
  }

  @Test
  void repairRefusedUnderAnEpochThatIsOverHasTheReadBeginAgain() {
    bringsToC();
    assertThat(node.writeReply(C, 1, new StaleEpoch(NEXT))).isEmpty();
    assertThat(node.after(1)).as("C holds it no more than before").isEmpty();

    PlayedRead next = read.under(NEXT);
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).containsExactly(next.asksOwn(2));
    assertThat(node.writeReply(C, 1, STORED)).as("of the epoch that is over").isEmpty();
    assertThat(node.ownAnswers(2, new Held(NEWER))).containsExactly(next.asks(B, 2, NEWER));
    assertThat(node.readReply(B, 2, SAME)).containsExactly(answered(next.found(NEWER, A, B)));
  }

  @Test
  void deadlineWhileRepairing() {
    bringsToC();

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of(A, C)));
    assertThat(node.writeReply(C, 1, STORED)).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  // ---- off

  @Test
  void withoutRepairTheReaderIsToldThatALaterReadMayMissIt() {
    ownHolds(NEWER, OFF);

    assertThat(node.readReply(C, 1, Nothing.INSTANCE))
        .containsExactly(new LeftUnrepaired(), answered(read.foundAndMayBeMissed(NEWER, A, C)));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void withoutRepairWhatEnoughHoldCannotBeMissed() {
    ownHolds(NEWER, OFF);

    assertThat(node.readReply(C, 1, SAME)).containsExactly(answered(read.found(NEWER, A, C)));
  }

  // ---- everyone

  @Test
  void everyoneIsAskedAndBroughtUpToDateBeforeTheAnswerWhichTellsHowMany() {
    ownHolds(NEWER, EVERYONE);

    assertThat(node.readReply(C, 1, SAME)).containsExactly(read.asks(B, 1, NEWER));
    assertThat(node.readReply(B, 1, Nothing.INSTANCE)).containsExactly(read.repairs(B, 1, NEWER));
    assertThat(node.writeReply(B, 1, STORED))
        .containsExactly(answered(read.found(NEWER, A, C, B).repaired(1)));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void everyoneThatIsUpIsAskedWhereOneIsDown() {
    node.dies(B);
    ownHolds(NEWER, EVERYONE);

    assertThat(node.readReply(C, 1, SAME)).containsExactly(answered(read.found(NEWER, A, C)));
  }

  @Test
  void afterHalfOfItsTimeOneThatIsSlowIsNotWaitedFor() {
    ownHolds(NEWER, EVERYONE);
    assertThat(node.readReply(C, 1, SAME)).containsExactly(read.asks(B, 1, NEWER));

    assertThat(node.after(4_999)).containsExactly(Window.READ_SENT_AGAIN, read.asks(B, 1, NEWER));
    assertThat(node.after(1))
        .containsExactly(Window.SLOW_REPLICA_NOT_AWAITED, answered(read.found(NEWER, A, C)));
  }

  @Test
  void oneThatIsSlowToTakeItIsNotWaitedForEither() {
    ownHolds(NEWER, EVERYONE);
    assertThat(node.readReply(C, 1, SAME)).containsExactly(read.asks(B, 1, NEWER));
    assertThat(node.readReply(B, 1, Nothing.INSTANCE)).containsExactly(read.repairs(B, 1, NEWER));

    assertThat(node.after(5_000))
        .containsExactly(Window.SLOW_REPLICA_NOT_AWAITED, answered(read.found(NEWER, A, C)));
  }

  /** At level ALL there are too few without it. */
  @Test
  void oneThatTheLevelNeedsIsWaitedFor() {
    assertThat(read.get(ALL, EVERYONE)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(NEWER)))
        .containsExactly(read.asks(C, 1, NEWER), read.asks(B, 1, NEWER));
    assertThat(node.readReply(C, 1, SAME)).isEmpty();

    assertThat(node.after(9_999)).containsExactly(Window.READ_SENT_AGAIN, read.asks(B, 1, NEWER));
    assertThat(node.after(1))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of(A, C)));
  }

  // ---- in the background, by chance

  @Test
  void byChanceEveryoneIsAskedAfterTheAnswer() {
    ownHolds(NEWER, ReadRepair.background(100));
    PlayedRead after = read.byChance();

    assertThat(node.readReply(C, 1, SAME))
        .containsExactly(after.asksOwn(2), answered(read.found(NEWER, A, C)));
    assertThat(node.ownAnswers(2, new Held(NEWER)))
        .containsExactly(after.asks(B, 2, NEWER), after.asks(C, 2, NEWER));
    assertThat(node.readReply(C, 2, SAME)).isEmpty();
    assertThat(node.readReply(B, 2, Nothing.INSTANCE)).containsExactly(after.repairs(B, 2, NEWER));
    assertThat(node.writeReply(B, 2, STORED)).containsExactly(new RepairedByChance(1));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void withoutAChanceNobodyIsAskedAfterTheAnswer() {
    ownHolds(NEWER, ReadRepair.background(0));

    assertThat(node.readReply(C, 1, SAME)).containsExactly(answered(read.found(NEWER, A, C)));
    assertThat(node.isIdle()).isTrue();
  }
}

package io.quorate.replication.coordinator.write;

import static io.quorate.placement.Level.ALL;
import static io.quorate.placement.Level.ONE;
import static io.quorate.placement.Level.QUORUM;
import static io.quorate.placement.Level.TWO;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Restamped;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Again;
import io.quorate.replication.coordinator.operation.PlayedReplica.Stamped;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A write on replicas that all are up, under one epoch, from its stamp to its answer. */
class WriteOperationTest {
  private static final Stored STORED = Stored.INSTANCE;

  /** Later than any clock of the cluster can show, ms from when the node began. */
  private static final long FAR_AHEAD = 25 * 3_600_000L;

  private PlayedNode node = new PlayedNode(A, B, C);
  private PlayedWrite write = new PlayedWrite(node);

  private void use(PlayedNode other) {
    node = other;
    write = new PlayedWrite(node);
  }

  private Record record(long millis, int counter) {
    return write.record(version(A, millis, counter), EPOCH);
  }

  private Sent sent(NodeId to, int nth, Record record) {
    return write.sent(to, nth, record, EPOCH);
  }

  private Again again(int nth, Record record) {
    return write.again(nth, record, EPOCH);
  }

  /** A put that has been sent to B and C; the own replica has been given it and has to store it. */
  private Record firstRound(Level level) {
    Record record = record(0, 0);
    assertThat(write.put(level)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(sent(B, 1, record), sent(C, 1, record), new Stamped(record));
    return record;
  }

  // ---- the stamp and the first round

  @Test
  void recordIsStampedAboveTheOneHeldHereAndSentToAllOthers() {
    Record stamped = record(5, 2);

    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, write.record(version(B, 5, 0), EPOCH), 0))
        .containsExactly(sent(B, 1, stamped), sent(C, 1, stamped), new Stamped(stamped));
  }

  @Test
  void recordIsStampedAboveWhatTheSessionHasSeen() {
    Record stamped = record(9, 2);

    assertThat(write.putAbove(version(B, 9, 0).hlc(), ONE)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, write.record(version(B, 5, 0), EPOCH), 0))
        .containsExactly(
            Window.STAMPED_ABOVE_SESSION,
            sent(B, 1, stamped),
            sent(C, 1, stamped),
            new Stamped(stamped));
  }

  @Test
  void whatTheSessionHasSeenLongAgoChangesNoStamp() {
    Record stamped = record(5, 2);

    assertThat(write.putAbove(version(B, -9, 0).hlc(), ONE)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, write.record(version(B, 5, 0), EPOCH), 0))
        .containsExactly(sent(B, 1, stamped), sent(C, 1, stamped), new Stamped(stamped));
  }

  @Test
  void recordIsStampedAboveWhatWasPromisedToAPurge() {
    Record stamped = record(9, 2);

    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(
            node.ownStamps(
                1, write.record(version(B, 5, 0), EPOCH), Hlc.of(node.wallMillis() + 9, 0)))
        .containsExactly(sent(B, 1, stamped), sent(C, 1, stamped), new Stamped(stamped));
  }

  @Test
  void aboveTheEndOfTimeNothingIsStampedOrSent() {
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, lastOfAllTimes(), 0))
        .containsExactly(new Failed(Reason.NOT_SERVING, false, List.of()), new Stamped(null));
    assertThat(node.message()).contains("nothing was applied", "the end of time");
    assertThat(node.isIdle()).isTrue();
  }

  private Record lastOfAllTimes() {
    return write.record(new Version(0, Hlc.END - 1, B, 1), EPOCH);
  }

  @Test
  void replicaThatWasSentNothingAcknowledgesNothing() {
    WriteOperation operation = write.operation(ONE);

    assertThat(node.step(operation::start)).containsExactly(write.fresh(EPOCH));
    assertThat(node.step(() -> operation.onWriteReply(B, STORED))).isEmpty();
  }

  // ---- how many are enough

  @Test
  void eachLevelIsAnsweredByTheAcknowledgementThatItNeedsLast() {
    List<Level> levels = List.of(ONE, TWO, QUORUM, ALL, new Level.Count(1), new Level.Count(3));
    List<Integer> needed = List.of(1, 2, 2, 3, 1, 3);
    List<NodeId> order = List.of(A, C, B);
    for (int i = 0; i < levels.size(); i++) {
      use(new PlayedNode(A, B, C));
      Record record = firstRound(levels.get(i));
      for (int acknowledged = 1; acknowledged <= order.size(); acknowledged++) {
        NodeId from = order.get(acknowledged - 1);
        List<Object> came =
            from.equals(A) ? node.ownAnswers(1, STORED) : node.writeReply(from, 1, STORED);
        if (acknowledged == needed.get(i)) {
          NodeId[] all = order.subList(0, acknowledged).toArray(NodeId[]::new);
          assertThat(came)
              .as("%s", levels.get(i))
              .containsExactly(
                  acknowledged == 1
                      ? write.writtenWeakly(record, EPOCH, all)
                      : write.written(record, EPOCH, all));
        } else {
          assertThat(came).as("%s", levels.get(i)).isEmpty();
        }
      }
      assertThat(node.isIdle()).isTrue();
    }
  }

  @Test
  void othersAreEnoughWhileTheOwnDiskIsSlow() {
    Record record = firstRound(QUORUM);

    assertThat(node.writeReply(B, 1, STORED)).isEmpty();
    assertThat(node.writeReply(C, 1, STORED)).containsExactly(write.written(record, EPOCH, B, C));
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
  }

  @Test
  void replicaThatAnswersTwiceCountsOnce() {
    Record record = firstRound(QUORUM);

    assertThat(node.writeReply(B, 1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED)).isEmpty();
    assertThat(node.ownAnswers(1, STORED)).containsExactly(write.written(record, EPOCH, B, A));
  }

  @Test
  void replicaThatIsBeingFilledStoresAndDoesNotCount() {
    Record record = firstRound(QUORUM);

    assertThat(node.writeReply(C, 1, StoredWhileFilling.INSTANCE))
        .containsExactly(Window.WRITTEN_WHILE_FILLING);
    assertThat(node.writeReply(C, 1, StoredWhileFilling.INSTANCE)).isEmpty();
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED)).containsExactly(write.written(record, EPOCH, A, B));
    assertThat(node.isIdle()).as("C has the record, so it needs no hint").isTrue();
  }

  /**
   * The replica knows already that it is full; this node does not, and counts by its own placement.
   */
  @Test
  void replicaThatIsFilledAsFarAsThisNodeKnowsDoesNotCount() {
    PartitionPlacement filling =
        new PartitionPlacement(EPOCH, List.of(A, B, C), PurgeMarks.NONE, new TreeSet<>(List.of(C)));
    use(new PlayedNode(tenant(3), filling, CoordinatorConfig.DEFAULT));
    Record record = firstRound(QUORUM);

    assertThat(node.writeReply(C, 1, STORED)).containsExactly(Window.WRITTEN_WHILE_FILLING);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED)).containsExactly(write.written(record, EPOCH, A, B));
  }

  // ---- a higher version elsewhere

  @Test
  void higherVersionInTheFirstQuorumHasTheWriteStampedAgainOnce() {
    firstRound(QUORUM);
    Record second = record(9, 2);

    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0))))
        .containsExactly(
            new Restamped(false), sent(B, 2, second), sent(C, 2, second), again(2, second));
    assertThat(node.ownAnswers(2, STORED)).isEmpty();
    assertThat(node.writeReply(C, 2, new HoldsNewer(version(B, 30, 0))))
        .as("the write that has it is concurrent")
        .containsExactly(Window.STEPPED_OVER_TWICE, write.written(second, EPOCH, A, C));
  }

  @Test
  void writeIsStampedAgainAboveTheHighestThatItWasToldOf() {
    firstRound(ALL);
    Record second = record(9, 2);

    assertThat(node.writeReply(B, 1, new HoldsNewer(version(C, 9, 0)))).isEmpty();
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 4, 0)))).isEmpty();
    assertThat(node.ownAnswers(1, STORED))
        .containsExactly(
            new Restamped(false), sent(B, 2, second), sent(C, 2, second), again(2, second));
  }

  @Test
  void higherVersionBesideTheQuorumIsNotWaitedFor() {
    Record record = firstRound(QUORUM);

    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED)).containsExactly(write.written(record, EPOCH, A, B));
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0)))).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void whatIsSaidOfTheFirstRoundDoesNotCountInTheSecond() {
    firstRound(QUORUM);
    Record second = record(9, 2);
    assertThat(node.writeReply(B, 1, STORED)).isEmpty();
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0))))
        .containsExactly(
            new Restamped(false), sent(B, 2, second), sent(C, 2, second), again(2, second));

    assertThat(node.writeReply(B, 1, STORED)).isEmpty();
    assertThat(node.writeReply(C, 1, STORED)).isEmpty();
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.ownAnswers(1, new Refused("its disk is full"))).isEmpty();
    assertThat(node.writeReply(C, 2, STORED)).isEmpty();
    assertThat(node.ownAnswers(2, STORED)).containsExactly(write.written(second, EPOCH, C, A));
  }

  @Test
  void stampThatAReaderWasShownIsToldOfWhenItIsReplaced() {
    Record first = firstRound(QUORUM);
    node.context().unanswered().shown(first.version());
    Record second = record(9, 2);

    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0))))
        .containsExactly(
            new Restamped(true), sent(B, 2, second), sent(C, 2, second), again(2, second));
  }

  // ---- a promise to a purge

  @Test
  void stampBelowAPromiseIsReplacedAtOnceAndTheSecondRoundIsLeft() {
    firstRound(QUORUM);
    Record second = record(50, 2);
    Record third = record(60, 2);

    assertThat(node.writeReply(C, 1, new BelowPromise(Hlc.of(node.wallMillis() + 50, 0))))
        .containsExactly(
            Window.STAMPED_ABOVE_PROMISE,
            new Restamped(false),
            sent(B, 2, second),
            sent(C, 2, second),
            again(2, second));
    assertThat(node.ownAnswers(2, STORED)).isEmpty();
    assertThat(node.writeReply(B, 2, new HoldsNewer(version(B, 60, 0))))
        .containsExactly(
            new Restamped(false), sent(B, 3, third), sent(C, 3, third), again(3, third));
    assertThat(node.ownAnswers(3, STORED)).isEmpty();
    assertThat(node.writeReply(B, 3, new HoldsNewer(version(B, 70, 0))))
        .containsExactly(Window.STEPPED_OVER_TWICE, write.written(third, EPOCH, A, B));
  }

  @Test
  void stampIsReplacedAboveBothThePromiseAndWhatIsHeldElsewhere() {
    firstRound(QUORUM);
    Record second = record(60, 2);

    assertThat(node.writeReply(B, 1, new HoldsNewer(version(B, 60, 0)))).isEmpty();
    assertThat(node.writeReply(C, 1, new BelowPromise(Hlc.of(node.wallMillis() + 50, 0))))
        .containsExactly(
            Window.STAMPED_ABOVE_PROMISE,
            new Restamped(false),
            sent(B, 2, second),
            sent(C, 2, second),
            again(2, second));
  }

  @Test
  void promiseThatNoClockHasShownIsARefusal() {
    Record record = firstRound(QUORUM);

    assertThat(node.writeReply(C, 1, new BelowPromise(Hlc.of(node.wallMillis() + FAR_AHEAD, 0))))
        .isEmpty();
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED))
        .containsExactly(write.missed(C, EPOCH), write.written(record, EPOCH, A, B));
  }

  // ---- a version that no clock can have shown

  @Test
  void oneReplicaAloneIsNotBelievedAboutARecordOfNoClock() {
    Record record = firstRound(QUORUM);

    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, FAR_AHEAD, 0)))).isEmpty();
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED))
        .containsExactly(write.missed(C, EPOCH), write.written(record, EPOCH, A, B));
  }

  @Test
  void whereItIsNeededTheWriteEndsUnknown() {
    firstRound(QUORUM);

    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, FAR_AHEAD, 0)))).isEmpty();
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, new Refused("its disk is full")))
        .containsExactly(
            write.missed(B, EPOCH),
            write.missed(C, EPOCH),
            new Failed(Reason.OUTCOME_UNKNOWN, true, List.of(A)));
    assertThat(node.message()).contains("its disk is full");
  }

  @Test
  void severalAreBelievedWhereThereAreTooFewWithoutThem() {
    firstRound(QUORUM);
    Record second = record(FAR_AHEAD + 1, 1);

    assertThat(node.writeReply(B, 1, new HoldsNewer(version(C, FAR_AHEAD + 1, 0)))).isEmpty();
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, FAR_AHEAD, 0))))
        .containsExactly(
            new Restamped(false), sent(B, 2, second), sent(C, 2, second), again(2, second));
    assertThat(node.ownAnswers(2, STORED)).isEmpty();
    assertThat(node.writeReply(B, 2, new HoldsNewer(version(C, FAR_AHEAD + 9, 0))))
        .as("this node has stamped far ahead itself, so that is no lie any more")
        .containsExactly(Window.STEPPED_OVER_TWICE, write.written(second, EPOCH, A, B));
  }

  @Test
  void aboveTheEndOfTimeThereIsNoSecondStamp() {
    firstRound(QUORUM);
    HoldsNewer last = new HoldsNewer(lastOfAllTimes().version());

    assertThat(node.writeReply(B, 1, last)).isEmpty();
    assertThat(node.writeReply(C, 1, last))
        .containsExactly(
            new Restamped(false), new Failed(Reason.OUTCOME_UNKNOWN, true, List.of(B, C)));
    assertThat(node.message()).contains("the end of time");
  }

  // ---- replicas that do not take it

  /** The replica cannot read its disk, for example: waiting for the others would be in vain. */
  @Test
  void refusalOfTheOwnReplicaBeforeTheStampAppliesNothing() {
    for (Level level : List.of(ONE, QUORUM, ALL)) {
      use(new PlayedNode(A, B, C));

      assertThat(write.put(level)).containsExactly(write.fresh(EPOCH));
      assertThat(node.ownAnswers(1, new Refused("disk: checksum mismatch")))
          .containsExactly(new Failed(Reason.NOT_SERVING, false, List.of()));
      assertThat(node.message()).contains("disk: checksum mismatch", "Nothing was applied");
      assertThat(node.isIdle()).isTrue();
    }
  }

  @Test
  void outcomeIsUnknownOnceTooManyHaveRefusedARecordThatWasSent() {
    firstRound(QUORUM);

    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, new NotNow("it is mended"))).isEmpty();
    assertThat(node.writeReply(C, 1, new Refused("its disk is full")))
        .containsExactly(
            write.missed(B, EPOCH),
            write.missed(C, EPOCH),
            new Failed(Reason.OUTCOME_UNKNOWN, true, List.of(A)));
    assertThat(node.message()).contains("its disk is full", "It may take effect");
    assertThat(node.isIdle()).isTrue();
  }

  /** The others were sent it; and here there is nothing that a hint could refer to. */
  @Test
  void outcomeIsUnknownAlsoIfNobodySaysThatItWasStored() {
    firstRound(ALL);

    assertThat(node.ownAnswers(1, new Refused("its disk is full")))
        .containsExactly(new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void recordThatWasHandedToTheOwnDiskAloneMayBeThere() {
    use(new PlayedNode(A));
    Record record = record(0, 0);

    assertThat(write.put(ONE)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0)).containsExactly(new Stamped(record));
    assertThat(node.ownAnswers(1, new NotNow("disk: it did not sync")))
        .containsExactly(new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));
  }

  // ---- silence

  @Test
  void whatIsNotAnsweredForLongIsSentAgainToThoseThatOweTheAnswer() {
    Record record = firstRound(ALL);
    assertThat(node.writeReply(B, 1, STORED)).isEmpty();

    assertThat(node.after(300)).isEmpty();
    assertThat(node.after(1)).containsExactly(Window.WRITE_SENT_AGAIN, sent(C, 1, record));
    assertThat(node.after(300)).isEmpty();
    assertThat(node.after(1)).containsExactly(Window.WRITE_SENT_AGAIN, sent(C, 1, record));
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(C, 1, STORED))
        .containsExactly(write.written(record, EPOCH, B, A, C));
  }

  @Test
  void deadlineBeforeTheStampAppliesNothingAndNothingIsStampedAfterIt() {
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));

    assertThat(node.after(9_999)).isEmpty();
    assertThat(node.after(1))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of()));
    assertThat(node.message()).contains("Nothing was applied");
    assertThat(node.isIdle()).isTrue();
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(Window.STAMP_GIVEN_UP, new Stamped(null));
    assertThat(node.ownAnswers(1, new Refused("given up while it waited"))).isEmpty();
  }

  /** The node was paused, and its disk is heard before it looks which deadlines have come. */
  @Test
  void nothingIsStampedForAWriteWhoseTimeIsOver() {
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));

    node.isPaused(PlayedWrite.TIMEOUT_MILLIS);
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(
            new Failed(Reason.DEADLINE_EXCEEDED, false, List.of()),
            Window.STAMP_GIVEN_UP,
            new Stamped(null));
    assertThat(node.isIdle()).isTrue();
  }

  /** What it would be stamped above may have been acknowledged after its client had given up. */
  @Test
  void nothingIsStampedAgainForAWriteWhoseTimeIsOver() {
    firstRound(QUORUM);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();

    node.isPaused(PlayedWrite.TIMEOUT_MILLIS);
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0))))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, true, List.of(A, C)));
  }

  @Test
  void deadlineAfterTheRecordWasSentLeavesTheOutcomeUnknown() {
    firstRound(QUORUM);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, true, List.of(A)));
    assertThat(node.message()).contains("It may take effect");
    assertThat(node.writeReply(B, 1, STORED)).as("no second answer").isEmpty();
  }

  @Test
  void deadlineAfterTheRecordWasHandedToTheOwnDiskAloneLeavesTheOutcomeUnknown() {
    use(new PlayedNode(A));
    Record record = record(0, 0);
    assertThat(write.put(ONE)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0)).containsExactly(new Stamped(record));

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, true, List.of()));
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void deadlineInTheSecondRoundLeavesTheOutcomeUnknown() {
    firstRound(QUORUM);
    Record second = record(9, 2);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0))))
        .containsExactly(
            new Restamped(false), sent(B, 2, second), sent(C, 2, second), again(2, second));

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, true, List.of()));
  }
}

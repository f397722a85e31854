package io.quorate.replication.coordinator.write;

import static io.quorate.placement.Level.ALL;
import static io.quorate.placement.Level.ONE;
import static io.quorate.placement.Level.QUORUM;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.event.CoordinatorEvent.FailedFast;
import io.quorate.replication.coordinator.event.CoordinatorEvent.HintRejected;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Restamped;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.event.CoordinatorEvent.WriteSpared;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.CoordinatorRules;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.BegunAgain;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Stamped;
import io.quorate.replication.health.BreakerConfig;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.version.Record;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A write where replicas are down, overburdened or late: each that misses it gets a hint. */
class WriteMissedTest {
  private static final Stored STORED = Stored.INSTANCE;
  private static final Tenant MARKS = tenant(3);
  private static final Tenant REJECTS =
      MARKS.with(TenantSetting.HINT_OVERFLOW, HintOverflow.REJECT);

  private PlayedNode node = new PlayedNode(A, B, C);
  private PlayedWrite write = new PlayedWrite(node);

  private void use(PlayedNode other) {
    node = other;
    write = new PlayedWrite(node);
  }

  private void useTenant(Tenant tenant) {
    use(new PlayedNode(tenant, placed(EPOCH, A, B, C), CoordinatorConfig.DEFAULT));
  }

  private Record record(long millis, int counter) {
    return write.record(version(A, millis, counter), EPOCH);
  }

  private Sent sent(NodeId to, int nth, Record record) {
    return write.sent(to, nth, record, EPOCH);
  }

  private Record firstRound(Level level) {
    Record record = record(0, 0);
    assertThat(write.put(level)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(sent(B, 1, record), sent(C, 1, record), new Stamped(record));
    return record;
  }

  // ---- too few are up

  @Test
  void writeFailsFastWhereTooFewAreUp() {
    node.dies(B);
    node.dies(C);

    assertThat(write.put(QUORUM))
        .containsExactly(new FailedFast(QUORUM), new Failed(Reason.UNAVAILABLE, false, List.of()));
    assertThat(node.message()).contains("Nothing was applied");
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void writeWaitsForTheFirstWordOfReplicasThatAreYetToBeHeard() {
    node.isYetToBeHeard(B);
    node.isYetToBeHeard(C);

    assertThat(write.put(QUORUM)).containsExactly(Window.FIRST_WORD_AWAITED);
    assertThat(node.after(100)).isEmpty();
    node.isHeard(C);
    assertThat(node.after(1)).containsExactly(new BegunAgain());
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void deadlineWhileTheFirstWordIsAwaitedAppliesNothing() {
    node.isYetToBeHeard(B);
    node.isYetToBeHeard(C);

    assertThat(write.put(QUORUM)).containsExactly(Window.FIRST_WORD_AWAITED);
    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of()));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void outcomeIsUnknownOnceTooManyDieThatWereSentTheRecord() {
    firstRound(QUORUM);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    node.dies(B);

    assertThat(node.after(1)).as("C may store it yet").isEmpty();
    node.dies(C);
    assertThat(node.after(1))
        .containsExactly(
            write.missed(B, EPOCH),
            write.missed(C, EPOCH),
            new Failed(Reason.OUTCOME_UNKNOWN, true, List.of(A)));
    assertThat(node.message()).contains("not heard");
  }

  // ---- hints

  /**
   * The hint is stored in the same turn as this node's copy of the record, so that both or neither
   * survive a crash.
   */
  @Test
  void replicaThatIsDownGetsAHintWithTheStamp() {
    node.dies(C);
    Record record = record(0, 0);

    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(sent(B, 1, record), write.missed(C, EPOCH), new Stamped(record));
    assertThat(node.writeReply(B, 1, STORED)).isEmpty();
    assertThat(node.ownAnswers(1, STORED))
        .containsExactly(write.missed(C, EPOCH), write.written(record, EPOCH, B, A));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicaThatStoresItThoughItWasBelievedDeadCounts() {
    Record record = firstRound(ALL);
    node.dies(B);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();

    assertThat(node.writeReply(C, 1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED))
        .as("before anybody had looked who is up")
        .containsExactly(write.written(record, EPOCH, A, C, B));
  }

  @Test
  void replicaThatWasHeldToHaveFailedCountsWhenItHasStoredIt() {
    Record record = firstRound(QUORUM);
    node.dies(B);
    assertThat(node.after(1)).isEmpty();

    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED))
        .containsExactly(
            Window.ACKNOWLEDGED_BY_THE_BELIEVED_DEAD, write.written(record, EPOCH, A, B));
    assertThat(node.writeReply(C, 1, STORED)).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicaThatRefusesAfterTheAnswerGetsAHint() {
    Record record = firstRound(ONE);
    assertThat(node.ownAnswers(1, STORED)).containsExactly(write.writtenWeakly(record, EPOCH, A));

    assertThat(node.writeReply(B, 1, new NotNow("it is mended")))
        .containsExactly(write.missed(B, EPOCH));
    assertThat(node.writeReply(C, 1, new HoldsNewer(version(C, 9, 0)))).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicaThatDiesAfterTheAnswerGetsAHint() {
    Record record = firstRound(ONE);
    assertThat(node.ownAnswers(1, STORED)).containsExactly(write.writtenWeakly(record, EPOCH, A));
    node.dies(C);

    assertThat(node.after(1)).containsExactly(write.missed(C, EPOCH));
    assertThat(node.writeReply(B, 1, STORED)).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicaThatIsSilentAfterTheAnswerGetsAHintInASecond() {
    Record record = firstRound(QUORUM);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED)).containsExactly(write.written(record, EPOCH, A, B));

    assertThat(node.after(999)).isEmpty();
    assertThat(node.after(1)).containsExactly(write.missed(C, EPOCH));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicasThatHaveNotAnsweredByTheDeadlineGetHintsTooUnlessTheyStillAnswer() {
    firstRound(QUORUM);
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, true, List.of(A)));

    assertThat(node.writeReply(C, 1, STORED)).isEmpty();
    assertThat(node.after(1_000)).containsExactly(write.missed(B, EPOCH));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void inTheSecondRoundTheDeadAreHintedAgain() {
    node.dies(C);
    Record first = record(0, 0);
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(sent(B, 1, first), write.missed(C, EPOCH), new Stamped(first));
    Record second = record(9, 2);

    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, new HoldsNewer(version(B, 9, 0))))
        .containsExactly(
            new Restamped(false),
            sent(B, 2, second),
            write.missed(C, EPOCH),
            write.again(2, second, EPOCH));
  }

  // ---- no room for hints

  @Test
  void writeThatNobodyCouldRememberIsRefusedBeforeItIsStamped() {
    useTenant(REJECTS);
    node.dies(C);
    node.hasNoRoomForHintsOf(C);

    assertThat(write.put(QUORUM))
        .containsExactly(new HintRejected(C), new Failed(Reason.OVERLOADED, false, List.of()));
    assertThat(node.message()).contains("Nothing was applied");
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void roomThatIsGoneWhenTheRecordIsStampedHasTheWriteRefused() {
    useTenant(REJECTS);
    node.dies(C);
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    node.hasNoRoomForHintsOf(C);

    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(
            new HintRejected(C),
            new Failed(Reason.OVERLOADED, false, List.of()),
            new Stamped(null));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void tenantThatPutsUpWithAMarkIsServed() {
    useTenant(MARKS);
    node.dies(C);
    node.hasNoRoomForHintsOf(C);
    Record record = record(0, 0);

    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(sent(B, 1, record), write.missed(C, EPOCH), new Stamped(record));
  }

  @Test
  void roomIsAskedForReplicasAloneThatMissTheWriteForCertain() {
    useTenant(REJECTS);
    node.hasNoRoomForHintsOf(B);
    node.hasNoRoomForHintsOf(C);

    firstRound(QUORUM);
  }

  // ---- replicas that have too many answers outstanding

  private void replicasMayOweOneAnswer(Tenant tenant) {
    use(new PlayedNode(tenant, placed(EPOCH, A, B, C), oneAnswerOwed()));
  }

  private static CoordinatorConfig oneAnswerOwed() {
    CoordinatorConfig usual = CoordinatorConfig.DEFAULT;
    return new CoordinatorConfig(
        usual.operationsMax(),
        usual.valueBytesMax(),
        usual.recordBytesMax(),
        usual.versionsOnlyAboveBytes(),
        usual.hedgeDelayNanosMin(),
        usual.hedgeShare(),
        usual.sweepNanos(),
        usual.lagNanosMax(),
        new BreakerConfig(8, 1_000_000_000L, 1),
        usual.repair(),
        usual.limiter());
  }

  private void owes(NodeId replica) {
    node.context().tracks().of(replica).sent();
  }

  private Record firstRoundWithoutC() {
    Record record = record(0, 0);
    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(
            sent(B, 1, record), new WriteSpared(C), write.missed(C, EPOCH), new Stamped(record));
    return record;
  }

  @Test
  void replicaThatOwesTooManyAnswersIsSparedAndGetsAHint() {
    replicasMayOweOneAnswer(MARKS);
    owes(C);
    Record record = firstRoundWithoutC();

    assertThat(node.after(301))
        .as("nor is it sent to it later")
        .containsExactly(Window.WRITE_SENT_AGAIN, sent(B, 1, record));
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, STORED))
        .containsExactly(write.missed(C, EPOCH), write.written(record, EPOCH, A, B));
  }

  @Test
  void sparedReplicaIsSentTheRecordAfterAllWhereTheOthersAreTooFew() {
    replicasMayOweOneAnswer(MARKS);
    owes(C);
    Record record = firstRoundWithoutC();

    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, new Refused("its disk is full")))
        .containsExactly(Window.SPARED_IN_VAIN, sent(C, 1, record));
    assertThat(node.writeReply(C, 1, STORED))
        .containsExactly(write.missed(B, EPOCH), write.written(record, EPOCH, A, C));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void sparedReplicaThatDiedMeanwhileIsNotSentIt() {
    replicasMayOweOneAnswer(MARKS);
    owes(C);
    firstRoundWithoutC();
    node.dies(C);

    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(B, 1, new Refused("its disk is full")))
        .containsExactly(
            write.missed(B, EPOCH),
            write.missed(C, EPOCH),
            new Failed(Reason.OUTCOME_UNKNOWN, true, List.of(A)));
  }

  @Test
  void replicaIsNotSparedWhoseAnswerIsNeeded() {
    replicasMayOweOneAnswer(MARKS);
    owes(C);

    firstRound(ALL);
  }

  @Test
  void oneReplicaIsSparedOfTwoWhereOneIsNeeded() {
    replicasMayOweOneAnswer(MARKS);
    owes(B);
    owes(C);
    Record record = record(0, 0);

    assertThat(write.put(QUORUM)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(
            new WriteSpared(B), write.missed(B, EPOCH), sent(C, 1, record), new Stamped(record));
  }

  /** Whatever the own disk says. */
  @Test
  void sparedReplicaThatIsSentTheRecordAfterAllMayStoreIt() {
    CoordinatorRules ownDiskIsLeftOut =
        new CoordinatorRules() {
          @Override
          public boolean mayHaveApplied(boolean sent, boolean stamped) {
            return sent;
          }
        };
    use(new PlayedNode(tenant(2), placed(EPOCH, A, B), oneAnswerOwed(), ownDiskIsLeftOut));
    owes(B);
    Record record = record(0, 0);
    assertThat(write.put(ONE)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactly(new WriteSpared(B), write.missed(B, EPOCH), new Stamped(record));

    assertThat(node.ownAnswers(1, new Refused("its disk is full")))
        .containsExactly(Window.SPARED_IN_VAIN, sent(B, 1, record));
    assertThat(node.writeReply(B, 1, new Refused("its disk is full")))
        .containsExactly(new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));
  }

  @Test
  void replicaIsNotSparedForWhichNoHintCouldBeKept() {
    replicasMayOweOneAnswer(REJECTS);
    owes(C);
    node.hasNoRoomForHintsOf(C);

    firstRound(QUORUM);
  }

  @Test
  void replicaHasRoomAgainOnceItHasAnswered() {
    replicasMayOweOneAnswer(MARKS);
    Record record = firstRound(QUORUM);
    assertThat(node.writeReply(C, 1, STORED)).isEmpty();
    assertThat(node.ownAnswers(1, STORED)).containsExactly(write.written(record, EPOCH, C, A));
    PlayedWrite next = new PlayedWrite(node);
    Record later = record(0, 2);

    assertThat(next.put(QUORUM)).containsExactly(next.fresh(EPOCH));
    assertThat(node.ownStamps(2, null, 0))
        .containsExactly(
            new WriteSpared(B),
            next.missed(B, EPOCH),
            next.sent(C, 2, later, EPOCH),
            new Stamped(later));
  }
}

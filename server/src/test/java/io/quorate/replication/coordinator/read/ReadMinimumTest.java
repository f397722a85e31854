package io.quorate.replication.coordinator.read;

import static io.quorate.placement.Level.ONE;
import static io.quorate.placement.Level.QUORUM;
import static io.quorate.placement.ReadRepair.BLOCKING;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static io.quorate.replication.coordinator.read.PlayedRead.answered;
import static io.quorate.replication.coordinator.read.PlayedRead.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.event.CoordinatorEvent.BehindSession;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.version.FenceRank;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A read whose client has seen something: the answer is not below that. C is asked before B, for
 * replicas take turns.
 */
class ReadMinimumTest {
  private static final Record OLD = record(version(B, 0, 0), 1);
  private static final Record SEEN = record(version(C, 5, 0), 1);
  private static final Record NEWER = record(version(B, 9, 0), 1);
  private static final Version MARK = new Version(FenceRank.raised(7), NEWER.version().hlc(), B, 1);
  private static final Minimum MINIMUM = Minimum.of(SEEN.version());
  private static final Minimum FLOOR = Minimum.upTo(SEEN.version().hlc());

  private PlayedNode node = new PlayedNode(A, B, C);
  private PlayedRead read = new PlayedRead(node, EPOCH);

  private void get(Level level, Minimum minimum) {
    assertThat(read.get(level, BLOCKING, minimum)).containsExactly(read.asksOwn(1));
  }

  /** The partition is purged up to a time above what was seen. */
  private long purged() {
    long purged = NEWER.version().hlc();
    var placement =
        new PartitionPlacement(
            EPOCH, List.of(A, B, C), new PurgeMarks(purged, purged), Collections.emptySortedSet());
    node = new PlayedNode(tenant(3), placement, CoordinatorConfig.DEFAULT);
    read = new PlayedRead(node, EPOCH);
    return purged;
  }

  // ---- a version

  @Test
  void ownCopyThatHasItIsEnoughForOne() {
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(SEEN)))
        .containsExactly(answered(read.foundAndMayBeMissed(SEEN, A)));
  }

  @Test
  void laterVersionWillDo() {
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(NEWER)))
        .containsExactly(answered(read.foundAndMayBeMissed(NEWER, A)));
  }

  @Test
  void othersAreAskedAtOneForWhatTheOwnCopyLacks() {
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(OLD)))
        .containsExactly(BehindSession.MINIMUM_SOUGHT, read.asks(C, 1, OLD), read.asks(B, 1, OLD));
    assertThat(node.readReply(B, 1, Same.INSTANCE)).isEmpty();
    assertThat(node.readReply(C, 1, new Held(SEEN)))
        .containsExactly(Window.MINIMUM_FOUND, answered(read.foundAndMayBeMissed(SEEN, A, C, B)));
    assertThat(node.isIdle()).isTrue();
  }

  /** The mark of a lock's holder is above all versions, and tells nothing of what lies under it. */
  @Test
  void aMarkOverSomethingOlderIsNotTheVersion() {
    Record marked = Record.marked(MARK, OLD);
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(marked)))
        .containsExactly(
            BehindSession.MINIMUM_SOUGHT, read.asks(C, 1, marked), read.asks(B, 1, marked));
    assertThat(node.readReply(B, 1, Same.INSTANCE)).isEmpty();
    assertThat(node.after(PlayedRead.TIMEOUT_MILLIS / 2))
        .containsExactly(
            BehindSession.MINIMUM_NOT_FOUND, new Failed(Reason.UNAVAILABLE, false, List.of(A, B)));
    assertThat(node.message()).contains("have " + OLD.version());
  }

  /** Else the session would take it for purged, and forget what it has seen. */
  @Test
  void aMarkOverNothingIsNotTheVersion() {
    Record marked = Record.marked(MARK, null);
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(marked)))
        .containsExactly(
            BehindSession.MINIMUM_SOUGHT, read.asks(C, 1, marked), read.asks(B, 1, marked));
  }

  @Test
  void aMarkOverTheVersionWillDo() {
    Record marked = Record.marked(MARK, SEEN);
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(marked)))
        .containsExactly(answered(read.foundAndMayBeMissed(SEEN, A)));
  }

  @Test
  void aMarkIsNotAboveTheFloor() {
    get(ONE, FLOOR);
    assertThat(node.ownAnswers(1, new Held(Record.marked(MARK, OLD))))
        .contains(BehindSession.ESCALATED_BELOW_FLOOR);
  }

  /** What was written at ONE a quorum may lack. */
  @Test
  void quorumThatLacksItIsNotEnoughForQuorum() {
    get(QUORUM, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(OLD))).containsExactly(read.asks(C, 1, OLD));
    assertThat(node.readReply(C, 1, Same.INSTANCE))
        .containsExactly(BehindSession.MINIMUM_SOUGHT, read.asks(B, 1, OLD));

    // As with any read at QUORUM, what is returned a quorum holds.
    assertThat(node.readReply(B, 1, new Held(SEEN)))
        .containsExactly(
            Window.MINIMUM_FOUND,
            new CoordinatorEvent.RepairedBeforeAnswering(2),
            read.repairsOwn(1, SEEN),
            read.repairs(C, 1, SEEN));
  }

  @Test
  void allAreAskedAgainWhileNoneHasIt() {
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(OLD))).hasSize(3);
    assertThat(node.readReply(B, 1, Same.INSTANCE)).isEmpty();
    assertThat(node.readReply(C, 1, Same.INSTANCE)).isEmpty();

    assertThat(node.after(4)).isEmpty();
    assertThat(node.after(1)).containsExactly(read.asksOwn(2));
    assertThat(node.ownAnswers(2, new Held(SEEN)))
        .containsExactly(Window.MINIMUM_FOUND, answered(read.foundAndMayBeMissed(SEEN, A)));
  }

  /** What is lacking may be a while in coming: so each time all are asked a little later. */
  @Test
  void allAreAskedLaterEachTime() {
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(OLD))).hasSize(3);
    assertThat(node.readReply(B, 1, Same.INSTANCE)).isEmpty();
    assertThat(node.readReply(C, 1, Same.INSTANCE)).isEmpty();
    assertThat(node.after(5)).containsExactly(read.asksOwn(2));
    assertThat(node.ownAnswers(2, new Held(OLD))).hasSize(2);
    assertThat(node.readReply(B, 2, Same.INSTANCE)).isEmpty();
    assertThat(node.readReply(C, 2, Same.INSTANCE)).isEmpty();

    assertThat(node.after(9)).isEmpty();
    assertThat(node.after(1)).containsExactly(read.asksOwn(3));
  }

  /** While there is time to ask another coordinator, which may hear of other replicas. */
  @Test
  void failsAfterHalfOfItsTime() {
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(OLD))).hasSize(3);
    assertThat(node.readReply(B, 1, Same.INSTANCE)).isEmpty();

    assertThat(node.after(PlayedRead.TIMEOUT_MILLIS / 2))
        .containsExactly(
            BehindSession.MINIMUM_NOT_FOUND, new Failed(Reason.UNAVAILABLE, false, List.of(A, B)));
    assertThat(node.message())
        .contains(
            "asks for version " + SEEN.version() + " or a later one", "have " + OLD.version());
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicasThatAreDownAreNotWaitedFor() {
    node.dies(C);
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, new Held(OLD)))
        .containsExactly(BehindSession.MINIMUM_SOUGHT, read.asks(B, 1, OLD));
    assertThat(node.readReply(B, 1, new Held(SEEN)))
        .containsExactly(Window.MINIMUM_FOUND, answered(read.foundAndMayBeMissed(SEEN, A, B)));
  }

  // ---- nothing

  @Test
  void nothingCountsAsTheVersionPurged() {
    long purged = purged();
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, Nothing.INSTANCE))
        .containsExactly(Window.MINIMUM_PURGED, answered(read.nothing(purged, true, A)));
  }

  @Test
  void nothingIsNoAnswerAboveWhatIsPurged() {
    get(ONE, MINIMUM);
    assertThat(node.ownAnswers(1, Nothing.INSTANCE))
        .containsExactly(
            BehindSession.MINIMUM_SOUGHT, read.asks(C, 1, null), read.asks(B, 1, null));
    assertThat(node.readReply(C, 1, Nothing.INSTANCE)).isEmpty();
    assertThat(node.readReply(B, 1, Nothing.INSTANCE)).isEmpty();
  }

  // ---- a floor

  @Test
  void ownCopyAboveTheFloorIsEnoughForOne() {
    get(ONE, FLOOR);
    assertThat(node.ownAnswers(1, new Held(NEWER)))
        .containsExactly(answered(read.foundAndMayBeMissed(NEWER, A)));
  }

  /** Another node may have stamped another version at the same time, and that was seen. */
  @Test
  void atTheFloorOneBecomesQuorum() {
    get(ONE, FLOOR);
    assertThat(node.ownAnswers(1, new Held(SEEN)))
        .containsExactly(BehindSession.ESCALATED_BELOW_FLOOR, read.asksOwn(2));
  }

  @Test
  void belowTheFloorOneBecomesQuorum() {
    get(ONE, FLOOR);
    assertThat(node.ownAnswers(1, new Held(OLD)))
        .containsExactly(BehindSession.ESCALATED_BELOW_FLOOR, read.asksOwn(2));
    assertThat(node.ownAnswers(2, new Held(OLD))).containsExactly(read.asks(B, 2, OLD));

    // The key may have had no other version: a quorum knows, and no more is asked.
    assertThat(node.readReply(B, 2, Same.INSTANCE))
        .containsExactly(answered(read.found(OLD, A, B)));
  }

  @Test
  void nothingIsAsHighAsWhatIsPurged() {
    long purged = purged();
    get(ONE, FLOOR);
    assertThat(node.ownAnswers(1, Nothing.INSTANCE))
        .containsExactly(answered(read.nothing(purged, true, A)));
  }

  @Test
  void nothingIsBelowTheFloorWhereLessIsPurged() {
    get(ONE, FLOOR);
    assertThat(node.ownAnswers(1, Nothing.INSTANCE))
        .containsExactly(BehindSession.ESCALATED_BELOW_FLOOR, read.asksOwn(2));
  }

  @Test
  void quorumIsNotLookedAtAgainForAFloor() {
    get(QUORUM, FLOOR);
    assertThat(node.ownAnswers(1, new Held(OLD))).containsExactly(read.asks(C, 1, OLD));
    assertThat(node.readReply(C, 1, Same.INSTANCE))
        .containsExactly(answered(read.found(OLD, A, C)));
  }

  /** To begin again at ONE would lead here again, without end. */
  @Test
  void escalatedReadWaitsForReplicasThatWereNeverHeard() {
    node.isYetToBeHeard(B);
    node.isYetToBeHeard(C);
    get(ONE, FLOOR);
    assertThat(node.ownAnswers(1, new Held(OLD)))
        .containsExactly(BehindSession.ESCALATED_BELOW_FLOOR, Window.FIRST_WORD_AWAITED);
    node.isHeard(B);
    assertThat(node.after(10)).containsExactly(new PlayedNode.BegunAgain());
  }
}

package io.quorate.replication.coordinator.write;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.event.CoordinatorEvent.StampForgotten;
import io.quorate.replication.coordinator.event.CoordinatorEvent.StampTooLow;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Own;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Offered;
import io.quorate.replication.message.ReplicaMessage.Probed;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.version.Hlc;
import io.quorate.version.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A write that its client has stamped: what is asked before it is stored, and what follows. */
class OnceOperationTest {
  private static final Probed NOTHING = new Probed(null, 0, Offered.NEVER);

  private final PlayedNode node =
      new PlayedNode(PlayedOnce.tenant(3), placed(EPOCH, A, B, C), CoordinatorConfig.DEFAULT);

  private PlayedOnce write = stamped(100, true);

  private PlayedOnce stamped(long millis, boolean first) {
    return new PlayedOnce(node, Hlc.of(node.wallMillis() + millis, 0), first);
  }

  private static Probed holds(@Nullable Version version) {
    return new Probed(version, 0, Offered.NEVER);
  }

  /** The own replica and one other are asked; the own has nothing. */
  private void asked() {
    assertThat(write.put()).containsExactly(write.asked(C, 1, EPOCH), write.ownAsked(1, EPOCH));
    assertThat(node.ownAnswers(1, NOTHING)).isEmpty();
  }

  private void askedAgain() {
    write = stamped(100, false);
    asked();
  }

  // ---- high enough

  @Test
  void isStoredWithItsStampOnceAReadQuorumHoldsLess() {
    asked();

    assertThat(node.probeReply(C, 1, holds(version(B, 50, 0))))
        .containsExactly(write.stored(EPOCH));
    assertThat(node.ownStamps(2, null, 0))
        .containsExactly(
            write.sent(B, 2, EPOCH), write.sent(C, 2, EPOCH), write.stamped(write.record()));
    assertThat(node.ownAnswers(2, Stored.INSTANCE)).isEmpty();
    assertThat(node.writeReply(C, 2, Stored.INSTANCE)).containsExactly(write.written(EPOCH, A, C));
  }

  @Test
  void isNotStampedAgainAboveWhatAReplicaHolds() {
    asked();
    assertThat(node.probeReply(C, 1, NOTHING)).containsExactly(write.stored(EPOCH));
    assertThat(node.ownStamps(2, null, 0)).hasSize(3);
    assertThat(node.ownAnswers(2, Stored.INSTANCE)).isEmpty();

    assertThat(node.writeReply(C, 2, new HoldsNewer(version(B, 200, 0))))
        .containsExactly(Window.STORED_BELOW_ANOTHER, write.written(EPOCH, A, C));
  }

  @Test
  void laterAttemptThatWasOfferedBeforeIsStoredHoweverHighOthersAre() {
    askedAgain();

    assertThat(node.probeReply(C, 1, new Probed(version(B, 200, 0), 0, Offered.ONCE)))
        .containsExactly(Window.STAMP_OFFERED_BEFORE, write.stored(EPOCH));
  }

  @Test
  void stampFurtherAheadThanClocksAndTheKeyIsRefused() {
    write = stamped(2_000, true);
    asked();

    assertThat(node.probeReply(C, 1, NOTHING))
        .containsExactly(new Failed(Reason.UNAVAILABLE, false, List.of()));
    assertThat(node.message()).contains("ahead of this node's clock", "1500ms");
    assertThat(node.isIdle()).isTrue();

    write = stamped(2_000, true);
    assertThat(write.put()).hasSize(2);
    assertThat(node.ownAnswers(2, holds(version(B, 1_900, 0)))).isEmpty();
    assertThat(node.probeReply(B, 2, NOTHING)).containsExactly(write.stored(EPOCH));
  }

  // ---- too low

  @Test
  void firstAttemptIsToldAtOnceAboveWhat() {
    asked();

    assertThat(node.probeReply(C, 1, holds(version(B, 200, 0))))
        .containsExactly(new StampTooLow(true), new Failed(Reason.STAMP_TOO_LOW, false, List.of()));
    assertThat(node.message()).contains("not above " + Hlc.toString(version(B, 200, 0).hlc()));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void whatIsPromisedToAPurgeIsAboveItAsWell() {
    asked();

    assertThat(node.probeReply(C, 1, new Probed(null, version(B, 150, 0).hlc(), Offered.NEVER)))
        .contains(new StampTooLow(true));
  }

  @Test
  void laterAttemptHasTheNewestSettledAndAsksAgain() {
    askedAgain();

    List<Object> settling = node.probeReply(C, 1, holds(version(B, 200, 0)));
    assertThat(settling).hasSize(2).startsWith(Window.STAMP_SETTLED);
    assertThat(settling.getLast()).isInstanceOf(Own.class);
    assertThat(node.ownAnswers(2, Same.INSTANCE))
        .singleElement()
        .satisfies(sent -> assertThat(((Sent) sent).message()).isInstanceOf(Read.class));
    // Both have nothing by now: the read ends at once, and the question is asked again.
    assertThat(node.readReply(B, 2, Same.INSTANCE)).hasSize(2);
    assertThat(node.ownAnswers(3, holds(version(B, 200, 0)))).isEmpty();
    assertThat(node.probeReply(C, 3, NOTHING))
        .containsExactly(
            new StampTooLow(false), new Failed(Reason.STAMP_TOO_LOW, false, List.of()));
  }

  @Test
  void laterAttemptThatIsFoundAfterSettlingWasOvertaken() {
    settled();

    assertThat(node.probeReply(C, 3, new Probed(version(B, 200, 0), 0, Offered.ONCE)))
        .containsExactly(Window.STAMP_OVERTAKEN, write.stored(EPOCH));
  }

  @Test
  void laterAttemptOfWhichNothingIsKnownAnyMoreIsToldSoForGood() {
    settled();

    assertThat(node.probeReply(C, 3, new Probed(version(B, 200, 0), 0, Offered.FORGOTTEN)))
        .containsExactly(new StampForgotten(), new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));
  }

  private void settled() {
    askedAgain();
    assertThat(node.probeReply(C, 1, holds(version(B, 200, 0)))).hasSize(2);
    assertThat(node.ownAnswers(2, Same.INSTANCE)).hasSize(1);
    assertThat(node.readReply(B, 2, Same.INSTANCE)).hasSize(2);
    assertThat(node.ownAnswers(3, holds(version(B, 200, 0)))).isEmpty();
  }

  // ---- purges

  @Test
  void whatIsPromisedMeanwhileIsNotSentAnywhere() {
    asked();
    assertThat(node.probeReply(C, 1, NOTHING)).containsExactly(write.stored(EPOCH));

    assertThat(node.ownStamps(2, null, version(B, 150, 0).hlc()))
        .containsExactly(new Failed(Reason.STAMP_TOO_LOW, false, List.of()), write.stamped(null));
  }

  @Test
  void whatAnotherReplicaRefusesForAPromiseIsUnknown() {
    asked();
    assertThat(node.probeReply(C, 1, NOTHING)).containsExactly(write.stored(EPOCH));
    assertThat(node.ownStamps(2, null, 0)).hasSize(3);

    assertThat(node.writeReply(C, 2, new BelowPromise(version(B, 150, 0).hlc())))
        .contains(new StampForgotten(), new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));
    assertThat(node.message()).contains("exact backup");
  }

  // ---- replicas that cannot answer

  @Test
  void anotherReplicaIsAskedInPlaceOfOneThatRefuses() {
    asked();

    assertThat(node.probeReply(C, 1, new Refused("busy")))
        .containsExactly(write.asked(B, 1, EPOCH));
    assertThat(node.probeReply(B, 1, NOTHING)).containsExactly(write.stored(EPOCH));
  }

  @Test
  void withoutAReadQuorumItIsAppliedNowhere() {
    asked();
    assertThat(node.probeReply(C, 1, new Refused("busy"))).hasSize(1);

    assertThat(node.probeReply(B, 1, new Refused("busy")))
        .containsExactly(new Failed(Reason.UNAVAILABLE, false, List.of()));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicaThatTellsOfATimeThatNoClockHasShownIsNotBelieved() {
    asked();

    assertThat(node.probeReply(C, 1, holds(version(B, 25 * 3_600_000L, 0))))
        .containsExactly(write.asked(B, 1, EPOCH));
  }

  @Test
  void questionIsSentAgainAndToAnotherAfterAWhile() {
    asked();

    assertThat(node.after(400))
        .containsExactly(
            Window.PROBE_SENT_AGAIN, write.asked(C, 1, EPOCH), write.asked(B, 1, EPOCH));
    assertThat(node.probeReply(B, 1, NOTHING)).containsExactly(write.stored(EPOCH));
  }

  @Test
  void deadlineEndsIt() {
    asked();

    assertThat(node.after(PlayedOnce.TIMEOUT_MILLIS))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of(A)));
    assertThat(node.isIdle()).isTrue();
  }

  // ---- epochs

  @Test
  void answersOfAnEpochThatIsOverCountForNothing() {
    asked();
    assertThat(node.probeReply(C, 1, new StaleEpoch(EPOCH + 1)))
        .containsExactly(Window.WRITE_OF_ENDED_EPOCH);

    assertThat(node.isPlaced(placed(EPOCH + 1, A, B, C)))
        .containsExactly(write.asked(B, 2, EPOCH + 1), write.ownAsked(2, EPOCH + 1));
    assertThat(node.probeReply(C, 1, NOTHING)).isEmpty();
    assertThat(node.ownAnswers(2, NOTHING)).isEmpty();
    assertThat(node.probeReply(B, 2, NOTHING)).containsExactly(write.stored(EPOCH + 1));
  }

  @Test
  void nodeThatCeasesToBeAReplicaGivesItUpUnsent() {
    asked();
    assertThat(node.probeReply(C, 1, new StaleEpoch(EPOCH + 1))).hasSize(1);

    assertThat(node.isPlaced(placed(EPOCH + 1, B, C, PlayedNode.D)))
        .containsExactly(Window.WRITE_GIVEN_TO_A_REPLICA, new PlayedNode.BegunAgain());
    assertThat(node.isIdle()).isTrue();
  }
}

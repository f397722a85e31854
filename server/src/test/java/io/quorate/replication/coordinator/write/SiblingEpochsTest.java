package io.quorate.replication.coordinator.write;

import static io.quorate.placement.Level.QUORUM;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.PARTITION;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Model;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.coordinator.event.CoordinatorEvent.HintRejected;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Hinted;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Stamped;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.CausalContext;
import io.quorate.version.Hlc;
import io.quorate.version.WriteId;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A write of siblings whose partition is placed otherwise while it is under way. */
class SiblingEpochsTest {
  private static final Key KEY = new Key(1, new byte[] {7});
  private static final byte[] VALUE = {42};
  private static final long NEXT = EPOCH + 1;

  private static final Tenant SIBLINGS = tenant(3).with(TenantSetting.MODEL, Model.SIBLINGS);

  private PlayedNode node = node(SIBLINGS);

  private static PlayedNode node(Tenant tenant) {
    return new PlayedNode(tenant, placed(EPOCH, A, B, C), CoordinatorConfig.DEFAULT);
  }

  private List<Object> put() {
    Plan plan = node.plan();
    Operation put =
        new Operation.Put(
            plan.tenant().name(), KEY.bytes(), VALUE, QUORUM, 0, new RequestId(0, 1, 1));
    Content content =
        new SiblingWrite(
            KEY,
            new WriteId(Hlc.of(node.wallMillis(), 0), 1, 1),
            true,
            Objects.requireNonNull(CausalContext.of(new byte[0], KEY)),
            VALUE,
            0,
            0,
            1 << 20);
    long deadlineNanos = node.nanos() + TimeUnit.SECONDS.toNanos(10);
    return node.step(
        new WriteOperation(
                node.context(),
                node.hints(),
                plan,
                new ClientRequest(plan.tenant(), KEY, PARTITION, put, deadlineNanos),
                QUORUM,
                content,
                node::answered,
                node::beginsAgain)
            ::start);
  }

  /** The record was sent under one epoch, and is to be made again under the next. */
  private void isOvertaken() {
    assertThat(put()).hasSize(1);
    assertThat(sentUnder(EPOCH, node.ownStamps(1, null, 0))).containsExactly(B, C);
    assertThat(node.writeReply(B, 1, new StaleEpoch(NEXT)))
        .containsExactly(Window.WRITE_OF_ENDED_EPOCH);
    assertThat(node.isPlaced(placed(NEXT, A, B, C)))
        .startsWith(Window.SIBLING_MADE_AGAIN)
        .hasSize(2);
  }

  private static List<NodeId> sentUnder(long epoch, List<Object> happened) {
    return happened.stream()
        .filter(Sent.class::isInstance)
        .map(Sent.class::cast)
        .filter(sent -> sent.message() instanceof Write write && write.epoch() == epoch)
        .map(Sent::to)
        .toList();
  }

  /**
   * The disk of this node is slow, so what it holds by now is yet to be read. What it has sent
   * before may have a value that was deleted and purged meanwhile: docs/design/siblings.md.
   */
  @Test
  void whatWasSentUnderAnEpochIsNotSentAgainUnderTheNext() {
    isOvertaken();

    assertThat(node.after(400)).isEmpty();
    assertThat(sentUnder(NEXT, node.ownStamps(2, null, 0))).containsExactly(B, C);
    assertThat(sentUnder(NEXT, node.after(400))).as("it may be lost").containsExactly(B, C);
  }

  /** A purge is promised up to its id by now. What was sent before may take effect all the same. */
  @Test
  void whatWasSentAndIsNotMadeAgainMayHaveBeenApplied() {
    isOvertaken();

    assertThat(node.ownStamps(2, null, Hlc.of(node.wallMillis() + 1, 0)))
        .as("the others were not asked under this epoch, and owe no answer")
        .containsExactly(
            hinted(B),
            hinted(C),
            new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()),
            new Stamped(null));
    assertThat(node.isIdle()).isTrue();
  }

  /** The others are not asked under this epoch, so no answer of theirs will come. */
  @Test
  void refusalOfTheOwnReplicaUnderTheNextEpochIsToldAtOnce() {
    for (WriteOutcome refusal :
        List.of(new Refused("its disk is full"), new NotNow("it is mended"))) {
      node = node(SIBLINGS);
      isOvertaken();

      assertThat(node.ownAnswers(2, refusal))
          .containsExactly(new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));
      assertThat(node.message()).containsAnyOf("its disk is full", "it is mended");
      assertThat(node.isIdle()).isTrue();
    }
  }

  @Test
  void whatWasSentAndCannotBeRememberedAnyMoreMayHaveBeenApplied() {
    node = node(SIBLINGS.with(TenantSetting.HINT_OVERFLOW, HintOverflow.REJECT));
    isOvertaken();
    node.dies(C);
    assertThat(node.after(1)).isEmpty();
    node.hasNoRoomForHintsOf(C);

    assertThat(node.ownStamps(2, null, 0))
        .containsExactly(
            new HintRejected(C),
            hinted(B),
            hinted(C),
            new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()),
            new Stamped(null));
    assertThat(node.message()).contains("no more can be remembered", "It may take effect");
  }

  private static Hinted hinted(NodeId target) {
    return new Hinted(target, PARTITION, NEXT, KEY);
  }
}

package io.quorate.replication.move;

import static io.quorate.replication.move.MovingNodes.A;
import static io.quorate.replication.move.MovingNodes.B;
import static io.quorate.replication.move.MovingNodes.C;
import static io.quorate.replication.move.MovingNodes.D;
import static io.quorate.replication.move.MovingNodes.at;
import static io.quorate.replication.move.MovingNodes.filling;
import static io.quorate.replication.move.MovingNodes.moving;
import static io.quorate.replication.move.MovingNodes.purged;
import static io.quorate.replication.move.MovingNodes.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.replica.LaxReplica;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * D was a replica once, and was away when the partition left it and was purged: what it keeps must
 * not come back (docs/design/purge.md#f9).
 */
class ArrivalTest {
  private static final long PURGED = Hlc.of(100, 0);
  private static final List<NodeId> OLD = List.of(A, B, C);
  private static final List<NodeId> NEW = List.of(A, B, D);
  private static final PartitionPlacement FIRST = at(1, A, B, D);
  private static final PartitionPlacement REST = purged(at(5, A, B, C), PURGED);
  private static final PartitionPlacement DUAL =
      purged(moving(6, Step.DUAL_WRITE, 6, OLD, NEW), PURGED);
  private static final Duration LONG = Duration.ofSeconds(20);

  private MovingNodes nodes = new MovingNodes();

  private void comeBackWithLeftovers(PartitionPlacement placement) {
    for (NodeId id : List.of(A, B, C, D)) {
      nodes.start(id, FIRST);
    }
    nodes.write(1, 1, record(50), D);
    nodes.write(1, 2, record(150), D);
    nodes.crash(D);
    nodes.learn(REST, A, B, C);
    nodes.learn(placement, A, B, C);
    nodes.start(D, placement);
    nodes.run(LONG);
  }

  @Test
  void whatWasPurgedMeanwhileDoesNotComeBackWithTheReplica() {
    comeBackWithLeftovers(DUAL);
    for (NodeId id : List.of(A, B, C, D)) {
      assertThat(nodes.held(id, 1)).as("at %s", id).isNull();
    }
    assertThat(nodes.held(A, 2)).as("what no purge looked at lives").isEqualTo(record(150));
    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.times(ReplicaEvent.Window.LEFTOVERS_DROPPED_AT_ARRIVAL)).isEqualTo(1);
    assertThat(nodes.events).contains(new ReplicaEvent.LeftoversDropped(0, 1));
  }

  @Test
  void aReplicaThatKeepsItBringsItBack() {
    nodes.lacks(LaxReplica.Rule.ARRIVAL);
    comeBackWithLeftovers(DUAL);
    assertThat(nodes.held(A, 1)).isEqualTo(record(50));
  }

  @Test
  void nothingIsAcknowledgedBeforeItIsGone() {
    for (NodeId id : List.of(A, B, C, D)) {
      nodes.start(id, FIRST);
    }
    nodes.write(1, 1, record(50), D);
    nodes.crash(D);
    nodes.learn(DUAL, A, B, C);
    nodes.start(D, DUAL);
    boolean[] early = new boolean[1];
    nodes.world.afterEachEvent(
        () -> early[0] |= nodes.node(D).replica.isServed(0) && nodes.held(D, 1) != null);
    assertThat(nodes.node(D).replica.isServed(0)).isFalse();
    assertThat(nodes.write(6, 3, record(200), D)).containsExactly(Stored.INSTANCE);
    assertThat(early[0]).isFalse();
    assertThat(nodes.held(D, 1)).isNull();
  }

  @Test
  void aRestartInTheMoveTakesNothingAwayThatWasCopied() {
    comeBackWithLeftovers(DUAL);
    nodes.write(6, 4, record(60), A, B, D); // as a copy brings it: older than the purge
    nodes.crash(D);
    nodes.start(D, DUAL);
    nodes.run(Duration.ofMillis(20));
    assertThat(nodes.node(D).replica.isServed(0)).isTrue();
    assertThat(nodes.held(D, 4)).isEqualTo(record(60));
    assertThat(nodes.times(ReplicaEvent.Window.LEFTOVERS_DROPPED_AT_ARRIVAL)).isEqualTo(1);
  }

  @Test
  void anotherMoveIsAnotherArrival() {
    comeBackWithLeftovers(DUAL);
    nodes.write(6, 4, record(60), D);
    nodes.learn(purged(moving(7, Step.CLEANUP, 6, OLD, NEW), PURGED), D);
    nodes.learn(purged(moving(8, Step.DUAL_WRITE, 8, OLD, NEW), PURGED), D);
    nodes.run(LONG);
    assertThat(nodes.held(D, 4)).isNull();
    assertThat(nodes.times(ReplicaEvent.Window.LEFTOVERS_DROPPED_AT_ARRIVAL)).isEqualTo(2);
  }

  @Test
  void oneThatWasAwayThroughAWholeMoveAndIsFilledStartsWithoutLeftovers() {
    comeBackWithLeftovers(filling(purged(at(9, A, B, D), PURGED), D));
    assertThat(nodes.node(D).replica.isServed(0)).isTrue();
    assertThat(nodes.held(D, 1)).isNull();
    assertThat(nodes.held(D, 2)).isEqualTo(record(150));
  }

  @Test
  void whatLiesAtANodeThatOwnsNothingIsSweptBeforeItIsHandedOver() {
    comeBackWithLeftovers(REST);
    assertThat(nodes.held(A, 1)).isNull();
    assertThat(nodes.held(A, 2)).isEqualTo(record(150));
    assertThat(nodes.count(D)).isZero();
  }
}

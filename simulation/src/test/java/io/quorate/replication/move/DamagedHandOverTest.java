package io.quorate.replication.move;

import static io.quorate.replication.move.MovingNodes.A;
import static io.quorate.replication.move.MovingNodes.B;
import static io.quorate.replication.move.MovingNodes.C;
import static io.quorate.replication.move.MovingNodes.D;
import static io.quorate.replication.move.MovingNodes.at;
import static io.quorate.replication.move.MovingNodes.key;
import static io.quorate.replication.move.MovingNodes.moving;
import static io.quorate.replication.move.MovingNodes.purged;
import static io.quorate.replication.move.MovingNodes.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.replication.repair.RepairEvent;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.storage.StorageFault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A partition goes from a, b, c to a, b, d, and the disk of c does not give back all of it before
 * it is handed over. Some of that lies nowhere else.
 */
class DamagedHandOverTest {
  private static final List<NodeId> OLD = List.of(A, B, C);
  private static final List<NodeId> NEW = List.of(A, B, D);
  private static final PartitionPlacement REST = at(1, A, B, C);
  private static final PartitionPlacement DUAL = moving(2, Step.DUAL_WRITE, 2, OLD, NEW);
  private static final PartitionPlacement CLEANUP = moving(4, Step.CLEANUP, 2, NEW, OLD);
  private static final PartitionPlacement ENDED = at(5, A, B, D);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int KEYS = 200;
  private static final int UNREADABLE = 120;

  private final MovingNodes nodes = new MovingNodes();

  /** C has left, and is started again over damage. */
  private void leaveDamaged() {
    for (NodeId id : List.of(A, B, C, D)) {
      nodes.start(id, REST);
    }
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);
    for (int i = 0; i < KEYS; i++) {
      nodes.write(2, i, record(1 + i), C); // acknowledged at ONE
    }
    nodes.learn(CLEANUP, A, B, D);
    startDamaged(CLEANUP);
  }

  private void startDamaged(PartitionPlacement placement) {
    nodes.crash(C);
    nodes.disk(C).loseTrees();
    nodes.disk(C).corrupt(0, key(UNREADABLE));
    nodes.start(C, placement);
    nodes.run(LONG);
  }

  /** C comes upon the damage, though it has handed over nothing yet. */
  private void findDamage() {
    MovingNodes.Node c = nodes.node(C);
    var fault = new StorageFault(StorageFault.Kind.CORRUPT, "a block");
    c.lane.execute(() -> c.replica.readFailed(0, fault));
    nodes.run(LONG);
  }

  private void expectAllAt(NodeId node) {
    for (int i = 0; i < KEYS; i++) {
      assertThat(nodes.held(node, i)).as("%s", i).isEqualTo(i == UNREADABLE ? null : record(1 + i));
    }
  }

  @Test
  void whatCanBeReadIsHandedOverAndTheRestIsKept() {
    leaveDamaged();
    NEW.forEach(this::expectAllAt);
    assertThat(nodes.times(MoveEvent.Window.READABLE_HANDED_OVER)).isEqualTo(1);
    assertThat(nodes.standing(C).handedOver()).as("the move waits").isFalse();
    assertThat(nodes.count(C)).isEqualTo(KEYS);
    assertThat(nodes.events(RepairEvent.DamageNotHandedOver.class)).isNotEmpty();
    assertThat(nodes.events(ReplicaEvent.DamageDropped.class)).isEmpty();
  }

  @Test
  void theRestIsHandedOverOnceTheDeviceIsBack() {
    leaveDamaged();
    nodes.disk(C).mend();
    nodes.run(LONG);
    assertThat(nodes.standing(C).handedOver()).isTrue();
    for (NodeId id : NEW) {
      assertThat(nodes.held(id, UNREADABLE)).isEqualTo(record(1 + UNREADABLE));
    }
    nodes.learn(ENDED, A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.count(C)).isZero();
  }

  /** An operator has stopped it until the move had ended. */
  @Test
  void whatCannotBeReadIsDroppedOnceNoMoveWaitsForIt() {
    leaveDamaged();
    nodes.learn(ENDED, A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.count(C)).isZero();
    assertThat(nodes.events(ReplicaEvent.DamageDropped.class)).hasSize(1);
    NEW.forEach(this::expectAllAt);
  }

  /** The move has ended while it was away: what it can read is handed over before the rest goes. */
  @Test
  void whatCanBeReadIsHandedOverByANodeThatWasAwayUntilTheMoveHadEnded() {
    beAwayUntilTheMoveHasEnded(ENDED);
    NEW.forEach(this::expectAllAt);
    assertThat(nodes.events(ReplicaEvent.DamageDropped.class)).hasSize(1);
    assertThat(nodes.count(C)).isZero();
    assertThat(nodes.node(C).leftovers.count()).isZero();
    assertThat(nodes.events(RepairEvent.DamagedLeftoversKept.class)).as("all are heard").isEmpty();
  }

  /** Too few are heard: what this node alone has is kept until they are. */
  @Test
  void whatCanBeReadIsKeptUntilItCanBeHandedOver() {
    nodes.silence(A);
    nodes.silence(B);
    beAwayUntilTheMoveHasEnded(ENDED);
    assertThat(nodes.count(C)).isEqualTo(KEYS);
    nodes.hear(A);
    nodes.hear(B);
    nodes.run(LONG);
    NEW.forEach(this::expectAllAt);
    assertThat(nodes.count(C)).isZero();
  }

  /** A look that began before all that could be read was handed over finds that all can be. */
  @Test
  void whatCanBeReadAgainIsHandedOverThoughTheRestWasGivenUp() {
    nodes.silence(A);
    nodes.silence(B);
    beAwayUntilTheMoveHasEnded(ENDED);
    findDamage();
    assertThat(nodes.events(RepairEvent.DamagedLeftoversKept.class)).isNotEmpty();
    nodes.disk(C).mend();
    MovingNodes.Node c = nodes.node(C);
    c.lane.execute(
        () -> {
          c.leftovers.readableHandedOver(0, c.leftovers.tenants(0));
          assertThat(c.leftovers.owes(0)).as("the rest may go").isFalse();
          c.replica.damageGone(0);
        });
    nodes.run(LONG);
    nodes.hear(A);
    nodes.hear(B);
    nodes.run(LONG);
    for (NodeId id : NEW) {
      assertThat(nodes.held(id, UNREADABLE)).isEqualTo(record(1 + UNREADABLE));
    }
    assertThat(nodes.count(C)).isZero();
  }

  /** Of that the replicas have purged some since: it must not come back. */
  @Test
  void whatMayHaveBeenPurgedSinceIsNotHandedOver() {
    beAwayUntilTheMoveHasEnded(purged(ENDED, record(51).version().hlc()));
    for (NodeId id : NEW) {
      assertThat(nodes.held(id, 10)).isNull();
      assertThat(nodes.held(id, 150)).isEqualTo(record(151));
    }
    assertThat(nodes.count(C)).isZero();
  }

  private void beAwayUntilTheMoveHasEnded(PartitionPlacement ended) {
    for (NodeId id : List.of(A, B, C, D)) {
      nodes.start(id, REST);
    }
    for (int i = 0; i < KEYS; i++) {
      nodes.write(1, i, record(1 + i), C); // acknowledged at ONE
    }
    nodes.learn(ended, A, B, D);
    startDamaged(ended);
  }

  /** B is all that is in charge after others were given up, and c has what they acknowledged. */
  @Test
  void survivorOutsideOfTheListHandsOverWhatItCanRead() {
    nodes.start(B, REST);
    nodes.start(C, REST);
    for (int i = 0; i < KEYS; i++) {
      nodes.write(1, i, record(1 + i), C);
    }
    PartitionPlacement survivors = moving(2, Step.CLEANUP, 2, List.of(B), List.of(C));
    nodes.learn(survivors, B);
    startDamaged(survivors);
    expectAllAt(B);
    assertThat(nodes.standing(C).handedOver()).isFalse();
    assertThat(nodes.count(C)).isEqualTo(KEYS);
  }

  /**
   * The cluster has noted that c is to be filled, and before c hears of that a and b are given up:
   * what c holds is kept, looked at again, and served once it can be read.
   */
  @Test
  void theLastOneOfItsReplicasLooksAgainAtWhatItWasToDrop() {
    nodes.noteRefills();
    for (NodeId id : List.of(A, B, C)) {
      nodes.start(id, REST);
    }
    for (int i = 0; i < KEYS; i++) {
      nodes.write(1, i, record(1 + i), A, B, C);
    }
    startDamaged(REST);
    findDamage();
    nodes.crash(A);
    nodes.crash(B);
    nodes.learn(at(3, C), C);
    nodes.run(LONG);
    assertThat(nodes.events(ReplicaEvent.DamageDropped.class)).isEmpty();
    assertThat(nodes.events(RepairEvent.DamageKept.class)).isNotEmpty();
    nodes.disk(C).mend();
    nodes.run(LONG);
    assertThat(nodes.node(C).replica.isDamaged(0)).isFalse();
    assertThat(nodes.count(C)).isEqualTo(KEYS);
  }

  /** The twin: it says that it has handed over what it has dropped. */
  @Test
  void replicaThatDropsWhatItIsToHandOverLosesIt() {
    nodes.mendLaxly();
    leaveDamaged();
    assertThat(nodes.standing(C).handedOver()).isTrue();
    assertThat(nodes.count(A)).isZero();
  }
}

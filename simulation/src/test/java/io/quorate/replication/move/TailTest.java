package io.quorate.replication.move;

import static io.quorate.replication.move.MovingNodes.A;
import static io.quorate.replication.move.MovingNodes.B;
import static io.quorate.replication.move.MovingNodes.C;
import static io.quorate.replication.move.MovingNodes.D;
import static io.quorate.replication.move.MovingNodes.WIDE;
import static io.quorate.replication.move.MovingNodes.at;
import static io.quorate.replication.move.MovingNodes.key;
import static io.quorate.replication.move.MovingNodes.moving;
import static io.quorate.replication.move.MovingNodes.purged;
import static io.quorate.replication.move.MovingNodes.record;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.replica.Replica;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A partition's list goes from a, b, c, d to a, b, d, c: for tenants with three replicas c hands
 * what it holds to d, and stays in the list's tail; one with four keeps them all.
 */
class TailTest {
  private static final List<NodeId> OLD = List.of(A, B, C, D);
  private static final List<NodeId> NEW = List.of(A, B, D, C);
  private static final PartitionPlacement REST = at(1, A, B, C, D);
  private static final PartitionPlacement CLEANUP = moving(4, Step.CLEANUP, 2, NEW, OLD);
  private static final PartitionPlacement END = at(4, A, B, D, C);
  private static final PartitionPlacement BACK = moving(5, Step.DUAL_WRITE, 5, NEW, OLD);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Key WIDE_KEY = key(WIDE.id(), 1);

  private final MovingNodes nodes = new MovingNodes();

  @BeforeEach
  void start() {
    OLD.forEach(id -> nodes.start(id, REST));
  }

  private void wide() {
    nodes.also(WIDE);
    nodes.learn(REST, A, B, C, D);
    nodes.write(1, WIDE_KEY, record(7), A, B, C, D);
  }

  /** C was away while the others came to the end of the move. */
  private void awayUntil(PartitionPlacement placement) {
    nodes.crash(C);
    nodes.learn(placement, A, B, D);
    nodes.start(C, placement);
  }

  @Test
  void whatStaysInTheTailHandsOverAndDeletesWhatItHolds() {
    nodes.write(1, 1, record(5), C);
    nodes.write(1, 2, record(6), A, B, C);
    nodes.learn(CLEANUP, A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.standing(C).handedOver()).isTrue();
    assertThat(nodes.count(C)).isEqualTo(2);

    nodes.learn(END, A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.count(C)).as("left when the move is over").isZero();
    assertThat(nodes.times(MoveEvent.Window.LEFTOVERS_HANDED_OVER)).as("twice").isZero();
    assertThat(NEW.subList(0, 3)).allMatch(id -> nodes.count(id) == 2);
    assertThat(nodes.node(C).leftovers.count()).isZero();
  }

  @Test
  void whatHasNotHandedOverAtTheEndDoesSoBeforeItDeletes() {
    nodes.write(1, 1, record(5), C);
    nodes.silence(A);
    nodes.silence(D);
    nodes.learn(CLEANUP, A, B, C, D);
    nodes.learn(END, A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.held(C, 1)).isNotNull();
    nodes.hear(A);
    nodes.hear(D);
    nodes.run(LONG);
    assertThat(nodes.held(C, 1)).isNull();
    assertThat(nodes.held(D, 1)).isEqualTo(record(5));
  }

  @Test
  void aReplicaForTenantsOfALargerFactorKeepsTheirsAndDeletesTheRest() {
    wide();
    nodes.write(1, 1, record(5), A, B, C);
    nodes.learn(CLEANUP, A, B, C, D);
    nodes.run(LONG);
    nodes.learn(END, A, B, C, D);
    nodes.run(LONG);

    assertThat(nodes.held(C, 1)).isNull();
    assertThat(nodes.held(D, 1)).isEqualTo(record(5));
    assertThat(OLD).allMatch(id -> Objects.equals(nodes.held(id, WIDE_KEY), record(7)));
    assertThat(nodes.times(new MoveEvent.PartitionCleared(0))).isEqualTo(1);
    assertThat(nodes.node(C).leftovers.count()).isZero();
  }

  @Test
  void treesSayWhatIsThereAfterwards() {
    wide();
    nodes.write(1, 1, record(5), A, B, C);
    nodes.node(C).replica.trees().build(List.of(0));
    nodes.learn(CLEANUP, A, B, C, D);
    nodes.run(LONG);
    nodes.learn(END, A, B, C, D);
    nodes.run(LONG);
    for (NodeId id : List.of(B, C)) {
      nodes.node(id).lane.execute(() -> nodes.node(id).replica.trees().build(List.of(0)));
      tickTrees(id);
    }

    assertThat(tree(C, 3)).isEqualTo(tree(C, 5)).isNotEqualTo(tree(B, 3));
    assertThat(tree(C, 4)).isEqualTo(tree(B, 4)).isNotEqualTo(tree(C, 5));
  }

  private void tickTrees(NodeId id) {
    for (int i = 0; i < 100; i++) {
      nodes.node(id).lane.execute(() -> nodes.node(id).replica.trees().tick());
      nodes.run(Duration.ofMillis(10));
    }
  }

  /** The tree of a factor; that of factor 5 is empty. */
  private long[] tree(NodeId id, int factor) {
    return requireNonNull(nodes.node(id).replica.trees().tree(0, Factor.of(factor))).leaves();
  }

  /** The partition always has a write under way, of a tenant that stays. */
  @Test
  void writesOfOthersNeitherHoldItUpNorAreLost() {
    wide();
    nodes.write(1, 1, record(5), A, B, C);
    nodes.learn(CLEANUP, A, B, C, D);
    nodes.run(LONG);
    List<WriteOutcome> outcomes = new ArrayList<>();
    nodes.node(C).lane.execute(() -> writeOn(0, outcomes));
    nodes.learn(END, A, B, C, D);
    nodes.world.runUntil(() -> nodes.held(C, 1) == null, LONG);

    assertThat(nodes.held(C, 1)).isNull();
    assertThat(outcomes).isNotEmpty().hasOnlyElementsOfType(Stored.class);
    assertThat(requireNonNull(nodes.held(C, WIDE_KEY)).version().hlc())
        .isGreaterThanOrEqualTo(Hlc.of(1_000 + outcomes.size() - 1, 0));
  }

  private void writeOn(int count, List<WriteOutcome> outcomes) {
    var write = new Write(0, 0, 4, WIDE_KEY, record(1_000 + count), Cause.REPAIR, 1_000);
    nodes
        .node(C)
        .replica
        .write(
            write,
            outcome -> {
              outcomes.add(outcome);
              writeOn(count + 1, outcomes);
            });
  }

  @Test
  void aReplicaThatWasAwayAndIsInTheTailHandsOverAndDeletes() {
    wide();
    nodes.write(1, 1, record(5), C);
    awayUntil(END);
    nodes.run(LONG);

    assertThat(NEW.subList(0, 3)).allMatch(id -> Objects.equals(nodes.held(id, 1), record(5)));
    assertThat(nodes.held(C, 1)).isNull();
    assertThat(nodes.held(C, WIDE_KEY)).isEqualTo(record(7));
    assertThat(nodes.times(MoveEvent.Window.LEFTOVERS_HANDED_OVER)).isEqualTo(1);
  }

  @Test
  void aRestartInTheMiddleBeginsAgain() {
    wide();
    for (int i = 0; i < 200; i++) {
      nodes.write(1, i, record(5), C);
    }
    awayUntil(END);
    nodes.world.runUntil(() -> nodes.count(D) > 50, LONG);
    nodes.crash(C);
    assertThat(nodes.count(D)).isLessThan(200);
    nodes.start(C, END);
    nodes.run(LONG);

    assertThat(nodes.count(D)).isEqualTo(201);
    assertThat(nodes.count(C)).as("the one of the wide tenant").isEqualTo(1);
  }

  @Test
  void aNodeThatBecomesAReplicaAgainMeanwhileKeepsWhatItHolds() {
    wide();
    nodes.write(1, 1, record(5), C);
    nodes.silence(A);
    nodes.silence(D);
    awayUntil(END);
    nodes.run(Duration.ofSeconds(2));
    assertThat(nodes.node(C).leftovers.count()).isEqualTo(1);
    nodes.learn(BACK, A, B, C, D);
    assertThat(nodes.node(C).leftovers.count()).isZero();
    nodes.hear(A);
    nodes.hear(D);
    nodes.run(LONG);

    assertThat(nodes.held(C, 1)).isEqualTo(record(5));
    assertThat(nodes.held(C, WIDE_KEY)).isEqualTo(record(7));
    assertThat(nodes.times(new MoveEvent.PartitionCleared(0))).isZero();
  }

  /** The node may be at any moment of its deletion. */
  @Test
  void aNodeThatBecomesAReplicaAgainAtAnyMomentHoldsWhatIsAcknowledged() {
    for (int micros = 0; micros < 12_000; micros += 150) {
      MovingNodes again = new MovingNodes();
      again.also(WIDE);
      OLD.forEach(id -> again.start(id, END));
      for (int i = 0; i < 20; i++) {
        again.write(4, i, record(5 + i), A, B, C, D);
      }
      again.crash(C);
      again.start(C, purged(END, Hlc.of(15, 0)));
      again.run(Duration.ofNanos(micros * 1_000L));
      again.learn(purged(BACK, Hlc.of(15, 0)), A, B, C, D);
      again.run(LONG);

      assertThat(again.isComplete(C)).as("after %d us", micros).isTrue();
      assertThat(again.count(C)).as("after %d us", micros).isEqualTo(20);
    }
  }

  /** The node is at END, with records that it cannot hand over. */
  private Replica stuck(PartitionPlacement end) {
    nodes.write(1, 1, record(5), C);
    nodes.silence(A);
    nodes.silence(D);
    awayUntil(end);
    nodes.silence(B);
    nodes.run(Duration.ofMillis(100));
    return nodes.node(C).replica;
  }

  @Test
  void noEpochIsServedWhileSomethingIsTakenAway() {
    Replica replica = stuck(END);
    List<Boolean> gone = new ArrayList<>();
    List<Boolean> served = new ArrayList<>();
    nodes
        .node(C)
        .lane
        .execute(
            () -> {
              replica.dropRemains(0, List.of(MovingNodes.TENANT.id()), gone::add);
              replica.placementsChanged(nodes.placements(BACK));
              served.add(replica.isServed(0));
            });
    nodes.run(Duration.ofMillis(100));
    assertThat(served).containsExactly(false);
    assertThat(gone).containsExactly(true);
    assertThat(replica.isServed(0)).isTrue();
  }

  @Test
  void nothingIsTakenAwayOfWhatANodeHasToKeep() {
    Replica replica = stuck(END);
    nodes.learn(BACK, C);
    List<Boolean> gone = new ArrayList<>();
    nodes
        .node(C)
        .lane
        .execute(() -> replica.dropRemains(0, List.of(MovingNodes.TENANT.id()), gone::add));
    nodes.run(Duration.ofMillis(100));
    assertThat(gone).containsExactly(false);
    assertThat(nodes.held(C, 1)).isEqualTo(record(5));
  }

  @Test
  void aSweepStopsShortOfWhatBecomesTheNodesToKeep() {
    Replica replica = stuck(END);
    PartitionPlacement purged = purged(at(6, A, B, D, C), Hlc.of(10, 0));
    nodes
        .node(C)
        .lane
        .execute(
            () -> {
              replica.placementsChanged(nodes.placements(purged));
              replica.sweepRemains(0, List.of(MovingNodes.TENANT.id()), swept -> {});
              replica.placementsChanged(nodes.placements(at(7, A, B, C, D)));
            });
    nodes.run(Duration.ofMillis(100));
    assertThat(nodes.held(C, 1)).isEqualTo(record(5));
  }

  @Test
  void aReplicaThatLeavesTheListDeletesAll() {
    wide();
    nodes.write(1, 1, record(5), C);
    nodes.silence(A);
    nodes.silence(D);
    awayUntil(END);
    nodes.run(Duration.ofSeconds(2));
    nodes.hear(A);
    nodes.hear(D);
    nodes.learn(at(9, A, B, D), A, B, C, D);
    nodes.run(LONG);

    assertThat(nodes.held(D, 1)).isEqualTo(record(5));
    assertThat(nodes.count(C)).isZero();
  }

  @Test
  void whatWasPurgedSinceIsNotHandedOver() {
    wide();
    nodes.write(1, 1, record(5), C);
    nodes.write(1, 2, record(50), C);
    awayUntil(purged(END, Hlc.of(10, 0)));
    nodes.run(LONG);

    assertThat(NEW.subList(0, 3)).allMatch(id -> nodes.held(id, 1) == null);
    assertThat(nodes.held(D, 2)).isEqualTo(record(50));
    assertThat(nodes.count(C)).as("the one of the wide tenant").isEqualTo(1);
  }

  /** The tenant's writes come under a known epoch, before the placement with the tenant does. */
  @Test
  void recordsOfATenantThatIsNotKnownYetAreLeftAlone() {
    nodes.write(1, 1, record(5), A, B, C);
    nodes.write(1, WIDE_KEY, record(7), A, B, C, D);
    nodes.learn(CLEANUP, A, B, C, D);
    nodes.run(LONG);
    nodes.learn(END, A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.held(C, 1)).isNull();
    assertThat(nodes.held(C, WIDE_KEY)).isEqualTo(record(7));
  }
}

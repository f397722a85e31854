package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.sim.Seeds;
import io.quorate.sim.cluster.SimNode;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * At each stage of a change, a node that it needs dies, or the change is cancelled. A fourth node
 * joins three, so each partition needs at least two of them. The change ends once all is well, and
 * nothing acknowledged is lost.
 */
class TopologyUnderFaultTest {
  private static final Duration CHANGED_MAX = Duration.ofSeconds(15);

  /** Each stage, for a few seeds. */
  static Stream<Arguments> rungs() {
    return Stream.of(Move.Step.values())
        .flatMap(step -> Seeds.Source.chosen(1, 2).mapToObj(seed -> Arguments.of(step, seed)));
  }

  /** Another leader knows the progress from the state, and gets the reports again. */
  @ParameterizedTest
  @MethodSource("rungs")
  void leaderDies(Move.Step step, long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    var unused = reach(nodes, step);
    SimNode leader = nodes.leader();
    long ended = nodes.ended();

    leader.crash();
    nodes.pass(ChangingCluster.MARKED_DOWN);
    assertThat(nodes.leader()).as("another leads").isNotSameAs(leader);
    nodes.await(() -> nodes.ended() > ended, CHANGED_MAX); // without the node that died
    leader.start();
    nodes.comeToRest();
  }

  /** The others of both sets have all that it acknowledged. */
  @ParameterizedTest
  @MethodSource("rungs")
  void oldReplicaDies(Move.Step step, long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    SimNode old = nodes.oldReplica(reach(nodes, step));

    old.crash();
    nodes.pass(ChangingCluster.MARKED_DOWN);
    assertThat(nodes.count("node marked down")).isPositive();
    old.start();
    nodes.comeToRest();
  }

  /** The node kept all that it had acknowledged, and goes on with the copy where it was. */
  @ParameterizedTest
  @MethodSource("rungs")
  void newReplicaDies(Move.Step step, long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    var unused = reach(nodes, step);

    nodes.node(3).crashLosingUnsynced();
    nodes.pass(ChangingCluster.MARKED_DOWN);
    nodes.node(3).start();
    nodes.comeToRest();
  }

  /** Every partition that can go back does, and clients do not notice. */
  @ParameterizedTest
  @MethodSource("rungs")
  void changeIsCalledOff(Move.Step step, long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    var unused = reach(nodes, step);

    nodes.wish(new Command.CancelChange());
    nodes.comeToRest();
    assertThat(nodes.clients().errors()).isEmpty();
  }

  /** All nodes die at once: only the disks say how far the change was. */
  @Seeds({1, 2})
  void allLosePowerWhileBothSetsAreWrittenTo(long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    var unused = reach(nodes, Move.Step.DUAL_WRITE);

    nodes.cluster().nodes().forEach(SimNode::crashLosingUnsynced);
    nodes.cluster().startAll();
    nodes.comeToRest();
    assertThat(nodes.owned(3)).isPositive();
  }

  /** The fourth node joins, and some partition reaches this stage. */
  private static PartitionPlacement reach(ChangingCluster nodes, Move.Step step) {
    nodes.joins(3);
    if (step == Move.Step.STEP_BACK) {
      var unused = nodes.awaitStep(Move.Step.CUTOVER);
      nodes.wish(new Command.CancelChange());
    }
    return nodes.awaitStep(step);
  }
}

package io.quorate.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanningTest {
  private ClusterState state = Clusters.ofNodes(3);

  @Test
  void whereNothingIsWishedForNothingMoves() {
    assertThat(Planning.targets(state)).isEmpty();
    assertThat(Planning.lists(state)).allMatch(list -> list.size() == 3);
  }

  @Test
  void listsGrowWithTheClusterUpToTheirLongest() {
    for (int node = 4; node <= 7; node++) {
      apply(new Join(id(node), "host-" + node + ":7400", "local", "d", 1, false, Releases.THIS));
    }
    assertThat(Planning.lists(state)).allMatch(list -> list.size() == 5);
    assertThat(Planning.lists(state)).anyMatch(list -> list.contains(id(7)));
  }

  @Test
  void aLeavingNodeIsInNoListAndUnchangedListsAreNotNamed() {
    state = Clusters.ofNodes(6);
    apply(new RemoveNode(id(2)));
    assertThat(Planning.lists(state)).noneMatch(list -> list.contains(id(2)));
    Planning.targets(state)
        .forEach(
            (partition, list) ->
                assertThat(list).isNotEqualTo(state.partitions().get(partition).goesTo()));
  }

  @Test
  void whatIsPlannedIsNotPlannedOtherwiseAgain() {
    apply(new Join(id(4), "host-4:7400", "local", "d", 1, false, Releases.THIS));
    var targets = Planning.targets(state);
    List<List<NodeId>> lists = Planning.lists(state);
    apply(new PlanChange(state.change().wishedAt(), targets));
    assertThat(Planning.targets(state)).isEqualTo(targets);
    apply(new Command.Rebalance());
    assertThat(Planning.targets(state)).isEqualTo(targets);
    assertThat(Planning.lists(state)).isEqualTo(lists);
  }

  @Test
  void aReplacementThatAnOperatorAsksForIsNotPlannedAgain() {
    apply(new Join(id(4), "host-4:7400", "local", "d", 1, true, Releases.THIS));
    apply(new ReplaceNode(id(2), id(4)));
    assertThat(Planning.targets(state)).isEqualTo(state.change().targets()).hasSize(16);
  }

  /**
   * The leader proposes to begin a move, a node is taken back, which is planned again, and only
   * then the move begins: towards a node that is leaving, which would be kept for ever.
   */
  @Test
  void aPlanHoldsThoughAMoveBeginsBeforeItIsDecided() {
    apply(new Join(id(4), "host-4:7400", "local", "d", 1, false, Releases.THIS));
    apply(Planning.plan(state));
    int partition = state.change().targets().firstKey();
    long epoch = state.partitions().get(partition).epoch();
    apply(new RemoveNode(id(4)));
    PlanChange without = Planning.plan(state);
    apply(new StepMoves(List.of(new MoveStep(partition, epoch, Kind.BEGIN))));
    assertThat(state.partitions().get(partition).goesTo()).contains(id(4));

    apply(without);
    assertThat(Planning.lists(state)).noneMatch(list -> list.contains(id(4)));
  }

  /**
   * A tenant was altered to more replicas than nodes are left once that is called off. As long as
   * one partition has not tidied up after it, the tenant remembers the larger number; a node that
   * is added meanwhile is given its share nonetheless, or it would be a member that owns nothing,
   * and a tenant that is altered to what there are nodes for would wait for longer lists for ever.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void replicasThatAreOnlyBeingLeftDoNotKeepOthersFromBeingPlanned(boolean altered) {
    for (int node = 4; node <= 5; node++) {
      apply(new Join(id(node), "host-" + node + ":7400", "local", "d", 1, false, Releases.THIS));
    }
    apply(alteredTo(5));
    apply(Planning.plan(state));
    long epoch = state.partitions().getFirst().epoch();
    apply(new StepMoves(List.of(new MoveStep(0, epoch, Kind.BEGIN))));
    apply(new Command.CancelChange());
    assertThat(state.ownersToBe()).hasSize(3);
    assertThat(state.replications()).singleElement().matches(Replication::isAltered);

    apply(new Command.AddNode(id(4)));
    if (altered) {
      apply(alteredTo(4));
    }
    assertThat(Planning.lists(state)).allMatch(list -> list.size() == 4 && list.contains(id(4)));
  }

  /** As the log of the first cluster version may ask for. Found by reading: each leader ended. */
  @Test
  void listsForMoreReplicasThanTheyCanHaveAreAsLongAsCanBe() {
    state = Clusters.ofTheReleaseBefore(9);
    apply(alteredTo(8));
    apply(Planning.plan(state));
    assertThat(Planning.lists(state)).allMatch(list -> list.size() == 7);
    assertThat(state.isChanging()).isTrue();
    ClusterState open = state;

    apply(alteredTo(7));
    assertThat(state.replications()).singleElement().matches(each -> each.goal().replicas() == 7);
    state = open;
    apply(new Command.CancelChange());
    assertThat(state.isChanging()).isFalse();
    assertThat(state.replications()).containsExactly(Replication.of(3));
  }

  private static Command alteredTo(int factor) {
    return new Command.AlterTenant(Tenant.DEFAULT_NAME, TenantSettings.NONE, factor);
  }

  private void apply(Command command) {
    assertThat(state.apply(command, state.stateVersion() + 1)).isInstanceOf(Accepted.class);
    state = ((Accepted) state.apply(command, state.stateVersion() + 1)).next();
  }

  private static NodeId id(int node) {
    return new NodeId(node);
  }
}

package io.quorate.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.FoundLocks;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.GroupRecovery;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How the cluster comes to have a group that keeps locks. */
class FoundLocksTest {
  private static FoundLocks at(Integer... nodes) {
    TreeSet<NodeId> voters = new TreeSet<>();
    for (int node : nodes) {
      voters.add(new NodeId(node));
    }
    return new FoundLocks(voters);
  }

  private static ClusterState next(ClusterState state, Command command, long index) {
    Command read = CommandCodec.decode(CommandCodec.encode(command, 2));
    assertThat(read).isEqualTo(command);
    return ((Accepted) state.apply(read, index)).next();
  }

  private static String reason(Decision decision) {
    return ((Rejected) decision).reason();
  }

  @Test
  void itIsFoundedOnceAndReadAsItWas() {
    ClusterState state = Clusters.ofNodes(5);
    assertThat(state.lockVoters()).isEmpty();
    ClusterState founded = next(state, at(1, 2, 3), 2);
    assertThat(founded.lockVoters()).isEqualTo(at(1, 2, 3).voters());
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(founded))).isEqualTo(founded);
    assertThat(next(founded, at(2, 4, 5), 3)).isEqualTo(founded);
  }

  @Test
  void notBeforeAllNodesKnowLocksNorAtNodesThatAreNoMembers() {
    assertThat(reason(Clusters.ofTheReleaseBefore().apply(at(1, 2, 3), 2)))
        .contains("there are locks since cluster version 2, and the cluster is at version 1");
    assertThat(reason(Clusters.ofNodes(3).apply(at(1, 2, 4), 2)))
        .contains("not all of them are members");
    assertThat(reason(Clusters.ofNodes(3).apply(at(), 2))).contains("no node is named");
  }

  /** Nodes that have no log of it yet must not begin with that of before the recovery. */
  @Test
  void aRecoveredGroupHasTheSurvivorAlone() {
    ClusterState founded = next(Clusters.ofNodes(5), at(1, 2, 3), 2);
    GroupRecovery recovery =
        new GroupRecovery(
            65_543, new NodeId(3), 4, 217, 1_700_000_000_000L, "ops", List.of(new NodeId(1)));
    assertThat(founded.recovered(recovery, 65_543L << 20).lockVoters())
        .containsExactly(new NodeId(3));
    assertThat(Clusters.ofNodes(5).recovered(recovery, 65_543L << 20).lockVoters()).isEmpty();
  }
}

package io.quorate.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.KeepLocks;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.GroupRecovery;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How the cluster comes to have a group that keeps locks, and knows who votes in it. */
class KeepLocksTest {
  private static final LockKeepers FOUNDED = LockKeepers.founded(0, nodes(1, 2, 3));

  private static SortedSet<NodeId> nodes(int... numbers) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    for (int number : numbers) {
      nodes.add(new NodeId(number));
    }
    return nodes;
  }

  private static ClusterState next(ClusterState state, LockKeepers wanted) {
    Command read = CommandCodec.decode(CommandCodec.encode(new KeepLocks(wanted), 2));
    assertThat(read).isEqualTo(new KeepLocks(wanted));
    ClusterState next = ((Accepted) state.apply(read, state.stateVersion() + 1)).next();
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(next))).isEqualTo(next);
    return next;
  }

  private static String reason(Decision decision) {
    return ((Rejected) decision).reason();
  }

  @Test
  void itIsFoundedOnce() {
    ClusterState state = Clusters.ofNodes(5);
    assertThat(state.locks().isFounded()).isFalse();
    ClusterState founded = next(state, FOUNDED);
    assertThat(founded.locks()).isEqualTo(FOUNDED);
    assertThat(next(founded, LockKeepers.founded(0, nodes(2, 4, 5)))).isEqualTo(founded);
    assertThat(next(founded, LockKeepers.founded(1L << 20, nodes(2, 4, 5)))).isEqualTo(founded);
  }

  @Test
  void notBeforeAllNodesKnowLocksNorAtNodesThatAreNoMembers() {
    assertThat(reason(Clusters.ofTheReleaseBefore().apply(new KeepLocks(FOUNDED), 2)))
        .contains("there are locks since cluster version 2, and the cluster is at version 1");
    assertThat(
            reason(
                Clusters.ofNodes(3)
                    .apply(new KeepLocks(LockKeepers.founded(0, nodes(1, 2, 4))), 2)))
        .contains("is to keep locks, and is no member");
    assertThat(reason(Clusters.ofNodes(3).apply(new KeepLocks(LockKeepers.NONE), 2)))
        .contains("no node is named");
  }

  /** A leader that was deposed records late what it knew; the one after it has gone on. */
  @Test
  void recordsOfEarlierLeadersComeTooLate() {
    LockKeepers early = FOUNDED.recorded(7, nodes(1, 2, 3), nodes(1, 2, 3, 4));
    LockKeepers later = FOUNDED.recorded(8, nodes(1, 2, 3), nodes(2, 3));
    ClusterState state = next(next(Clusters.ofNodes(5), FOUNDED), later);
    assertThat(state.locks()).isEqualTo(later);
    assertThat(next(state, early)).isEqualTo(state);
    LockKeepers made = later.recorded(8, nodes(2, 3), nodes(2, 3));
    assertThat(next(state, made).locks()).isEqualTo(made);
    assertThat(next(next(state, made), later).locks()).as("sent again").isEqualTo(made);
  }

  @Test
  void itIsFoundedAgainOnlyWhenNoMajorityCanBeLeft() {
    SortedSet<NodeId> three = nodes(1, 2, 3);
    assertThat(FOUNDED.isLost(nodes(1, 2))).isFalse();
    assertThat(FOUNDED.isLost(nodes(3, 4, 5))).isTrue();
    LockKeepers growing = FOUNDED.recorded(7, three, nodes(1, 2, 3, 4));
    assertThat(growing.isLost(nodes(2, 3, 4))).isFalse();
    assertThat(growing.isLost(nodes(3, 4))).as("it may have three voters or four").isTrue();
    LockKeepers again = LockKeepers.founded(16L << 16, nodes(3, 4, 5));
    assertThat(again.follow(growing, nodes(3, 4, 5))).isTrue();
    assertThat(again.follow(growing, nodes(2, 3, 4, 5))).isFalse();
    assertThat(growing.follow(again, nodes(3, 4, 5))).as("of the group before").isFalse();
  }

  /** Nodes that have no log of it yet must not begin with that of before the recovery. */
  @Test
  void aRecoveredGroupHasTheSurvivorAlone() {
    ClusterState founded = next(Clusters.ofNodes(5), FOUNDED);
    GroupRecovery recovery =
        new GroupRecovery(
            65_543, new NodeId(3), 4, 217, 1_700_000_000_000L, "ops", List.of(new NodeId(1)));
    LockKeepers recovered = founded.recovered(recovery, 65_543L << 20).locks();
    assertThat(recovered.founders()).isEqualTo(nodes(3));
    assertThat(recovered.voters()).isEqualTo(nodes(3));
    assertThat(Clusters.ofNodes(5).recovered(recovery, 65_543L << 20).locks().isFounded())
        .isFalse();
  }
}

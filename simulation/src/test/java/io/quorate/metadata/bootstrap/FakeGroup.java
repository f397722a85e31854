package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Member;
import io.quorate.cluster.RefusalKind;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataState;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.PartitionPlacement;
import io.quorate.raft.EntryId;
import io.quorate.raft.Snapshot;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.RaftStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A metadata group as members see it, without the Raft in it: what it decides, all know. */
final class FakeGroup implements Roster, Proposer {
  private static final long DECIDES_WITHIN_NANOS = 5_000_000;

  private final SimWorld world;
  private ClusterState state;
  private RaftStore.Snapshot snapshot;

  /** Whether it has no leader. */
  boolean leaderless;

  /** Why it rejects every command; null if it decides by its state. */
  @Nullable String rejects;

  final List<Command> proposed = new ArrayList<>();

  FakeGroup(SimWorld world, RaftStore.Snapshot genesis) {
    this.world = world;
    this.snapshot = genesis;
    this.state = Founding.state(genesis, Releases.THIS);
  }

  @Override
  public void propose(Command command, Consumer<CommandOutcome> callback) {
    proposed.add(command);
    world.schedule(DECIDES_WITHIN_NANOS, "decision", () -> callback.accept(decide(command)));
  }

  CommandOutcome decide(Command command) {
    if (leaderless) {
      return new CommandOutcome.Unavailable("nobody leads");
    }
    if (rejects != null) {
      return new CommandOutcome.Rejected(RefusalKind.FAILED_PRECONDITION, rejects);
    }
    return switch (state.apply(command, state.stateVersion() + 1)) {
      case Decision.Accepted(ClusterState next, List<String> warnings) -> {
        publish(next);
        yield new CommandOutcome.Accepted(warnings, 0);
      }
      case Decision.Rejected(RefusalKind kind, String reason) ->
          new CommandOutcome.Rejected(kind, reason);
    };
  }

  /** As after all commands that end with {@code NodeLeft}. */
  void forget(NodeId node) {
    SortedMap<NodeId, Member> members = new TreeMap<>(state.members());
    members.remove(node);
    List<PartitionPlacement> partitions =
        state.partitions().stream()
            .map(
                each ->
                    new PartitionPlacement(
                        each.epoch() + 1,
                        each.preferenceList().stream().filter(n -> !n.equals(node)).toList()))
            .toList();
    publish(
        new ClusterState(
            state.clusterId(),
            state.clusterVersion(),
            state.stateVersion() + 1,
            members,
            state.tenants(),
            state.tenantIds().next(),
            partitions));
  }

  private void publish(ClusterState next) {
    if (next.stateVersion() == state.stateVersion()) {
      return;
    }
    state = next;
    Snapshot before = Snapshot.ofBody(snapshot.index(), snapshot.term(), snapshot.payload());
    Snapshot taken =
        new Snapshot(
            new EntryId(next.stateVersion(), 1),
            before.membership(),
            MetadataState.of(next).encode());
    snapshot = new RaftStore.Snapshot(taken.index(), taken.term(), taken.body());
  }

  @Override
  public ClusterState state() {
    return state;
  }

  @Override
  public RaftStore.Snapshot snapshot() {
    return snapshot;
  }
}

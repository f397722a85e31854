package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.cluster.VoterChoice;
import io.quorate.metadata.MetadataState;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.raft.EntryId;
import io.quorate.raft.Membership;
import io.quorate.raft.Snapshot;
import io.quorate.storage.RaftStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The beginning of a cluster as a Raft snapshot: its state, and its voters. */
final class Founding {
  private static final EntryId FIRST = new EntryId(Genesis.STATE_VERSION, 1);

  private Founding() {}

  /**
   * @throws IllegalArgumentException if there can be no cluster of these members; says why
   */
  static RaftStore.Snapshot snapshot(
      ClusterId cluster, Collection<Member> members, int partitions) {
    ClusterState state = Genesis.create(cluster, members, partitions);
    Set<NodeId> voters = VoterChoice.of(members);
    Set<NodeId> learners = new TreeSet<>(state.members().keySet());
    learners.removeAll(voters);
    Snapshot snapshot =
        new Snapshot(FIRST, Membership.of(voters, learners), MetadataState.of(state).encode());
    return new RaftStore.Snapshot(snapshot.index(), snapshot.term(), snapshot.body());
  }

  /** The members that a cluster begins with: the node that forms it, and those that answered it. */
  static List<Member> founders(
      NodeId former, BootstrapConfig config, Collection<IntroductionReply> others) {
    List<Member> founders = new ArrayList<>();
    founders.add(
        founder(
            former,
            config.address(),
            config.region(),
            config.zone(),
            config.weight(),
            config.release()));
    for (IntroductionReply each : others) {
      founders.add(
          founder(
              each.node(),
              each.address(),
              each.region(),
              each.zone(),
              each.weight(),
              each.release()));
    }
    return founders;
  }

  private static Member founder(
      NodeId node, String address, String region, String zone, double weight, Release release) {
    // Incarnation 0: each node announces the one it runs as once there is a leader to tell.
    return new Member(node, address, region, zone, weight, 0, release, Member.State.ACTIVE);
  }

  /**
   * The state in a snapshot of the metadata group, as a release reads it.
   *
   * @throws RuntimeException if the bytes are damaged or of another version; says so
   */
  static ClusterState state(RaftStore.Snapshot snapshot, Release reader) {
    Snapshot decoded = Snapshot.ofBody(snapshot.index(), snapshot.term(), snapshot.payload());
    return MetadataState.decode(decoded.state(), reader.newest()).cluster();
  }
}

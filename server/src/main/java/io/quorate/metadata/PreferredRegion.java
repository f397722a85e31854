package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftStatus;
import io.quorate.raft.RaftStatus.FollowerMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The region in which the leader of the group should stand: operators and their tools are near it,
 * and wait for it least. A preference only: voters elsewhere lead while none there can.
 */
final class PreferredRegion {
  /** Empty: anywhere. */
  private final String region;

  private final NodeId self;
  private final Raft raft;
  private final Silence silence;

  PreferredRegion(String region, NodeId self, Raft raft, Silence silence) {
    this.region = region;
    this.self = self;
    this.raft = raft;
    this.silence = silence;
  }

  /**
   * The voters there that can lead at once, if this leader stands elsewhere: they were heard a
   * moment ago and have the log, so that commands wait for no longer than an election takes.
   */
  List<NodeId> heirs(ClusterState cluster, long nowNanos) {
    Member own = cluster.members().get(self);
    if (region.isEmpty() || own == null || own.region().equals(region)) {
      return List.of();
    }
    RaftStatus status = raft.status();
    return cluster.members().values().stream()
        .filter(member -> member.region().equals(region) && !member.down())
        .filter(member -> member.state() != Member.State.LEAVING)
        .map(Member::id)
        .filter(node -> raft.membership().isVoter(node) && silence.isHeard(raft, node, nowNanos))
        .filter(node -> isInStep(status.followers().get(node)))
        .toList();
  }

  private static boolean isInStep(RaftStatus.@Nullable FollowerStatus follower) {
    return follower != null && follower.mode() == FollowerMode.REPLICATE;
  }
}

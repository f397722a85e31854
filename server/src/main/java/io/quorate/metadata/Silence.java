package io.quorate.metadata;

import io.quorate.model.NodeId;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftStatus;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which members of the group its leader has not heard for long: who does not vote yet is not chosen
 * to while it is silent, for it could not be brought up to date. Else a group that lost most of its
 * voters would wait for the very nodes that are lost.
 */
final class Silence {
  private static final long LONG_NANOS = 10_000_000_000L;

  /** No multiple of what a quorum is checked after, for that forgets which members were heard. */
  private static final long LOOK_EVERY_NANOS = 350_000_000L;

  /** A member that was heard no longer ago is up. */
  private static final long UP_NANOS = 2_000_000_000L;

  /** When each node was last heard at the last look; a node that is new counts as heard. */
  private final Map<NodeId, Long> heardNanos = new TreeMap<>();

  /** When each was last heard, without those that were not heard yet. */
  private final Map<NodeId, Long> reallyHeardNanos = new TreeMap<>();

  private long lookedNanos;
  private boolean leads;

  /** Looks again, if it is time. */
  void look(Raft raft, long nowNanos) {
    if (leads && nowNanos - lookedNanos < LOOK_EVERY_NANOS) {
      return;
    }
    if (leads && nowNanos - lookedNanos > 2 * LOOK_EVERY_NANOS) {
      // This node stood still itself: in that time no other node can be called silent.
      long still = nowNanos - lookedNanos - LOOK_EVERY_NANOS;
      heardNanos.replaceAll((node, heard) -> heard + still);
      reallyHeardNanos.replaceAll((node, heard) -> heard + still);
    }
    leads = true;
    lookedNanos = nowNanos;
    RaftStatus status = raft.status();
    heardNanos.keySet().retainAll(status.followers().keySet());
    reallyHeardNanos.keySet().retainAll(status.followers().keySet());
    status
        .followers()
        .forEach(
            (node, follower) -> {
              if (follower.heard()) {
                reallyHeardNanos.put(node, nowNanos);
              }
              if (follower.heard() || !heardNanos.containsKey(node)) {
                heardNanos.put(node, nowNanos);
              }
            });
  }

  /** It does not lead any more: what it heard is old by the time it leads again. */
  void forget() {
    leads = false;
    heardNanos.clear();
    reallyHeardNanos.clear();
  }

  /** Whether a node was not heard for long, as far as this leader knows. */
  boolean isSilent(NodeId node) {
    Long heard = heardNanos.get(node);
    return heard != null && lookedNanos - heard >= LONG_NANOS;
  }

  /** Whether a node was heard a moment ago, so that it must be up. */
  boolean isHeard(Raft raft, NodeId node, long nowNanos) {
    RaftStatus.FollowerStatus now = raft.status().followers().get(node);
    Long heard = reallyHeardNanos.get(node);
    // Since it looked last it may have stood still, and has not looked again yet.
    long awakeNanos = leads ? Math.min(nowNanos, lookedNanos + LOOK_EVERY_NANOS) : nowNanos;
    return (now != null && now.heard()) || (heard != null && awakeNanos - heard < UP_NANOS);
  }
}

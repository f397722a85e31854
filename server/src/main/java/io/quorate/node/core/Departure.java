package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.NodeId;

/**
 * Notices that this node is no member of its cluster any more. It ends once it does not vote about
 * the cluster either: until then the others may need its vote to choose its successor. They need it
 * for a short while only, since other nodes do not talk to one that is no member.
 */
final class Departure {
  private static final long LINGER_NANOS = 5_000_000_000L;

  private final NodeId self;
  private boolean noticed;
  private long noticedNanos;
  private boolean over;

  Departure(NodeId self) {
    this.self = self;
  }

  /** Looks at what the node knows now. */
  void look(ClusterState state, MetadataStatus group, long nowNanos) {
    if (state.members().containsKey(self)) {
      return; // ids are used once: a member was never one that left
    }
    if (!noticed) {
      noticed = true;
      noticedNanos = nowNanos;
    }
    over = !group.voters().contains(self) || nowNanos - noticedNanos >= LINGER_NANOS;
  }

  /** Whether the node may end. */
  boolean isOver() {
    return over;
  }

  /** Whether the node is no member any more. */
  boolean isNoticed() {
    return noticed;
  }
}

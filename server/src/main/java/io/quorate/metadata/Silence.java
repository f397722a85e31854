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
  private static final long LOOK_EVERY_NANOS = 1_000_000_000L;

  /** When each was last heard, as far as was looked; whoever is new counts as heard. */
  private final Map<NodeId, Long> heardNanos = new TreeMap<>();

  private long lookedNanos;
  private boolean leads;

  /** Looks again, if it is time. */
  void look(Raft raft, long nowNanos) {
    if (leads && nowNanos - lookedNanos < LOOK_EVERY_NANOS) {
      return;
    }
    if (leads && nowNanos - lookedNanos > 2 * LOOK_EVERY_NANOS) {
      // This node stood still itself: for that time nobody else was silent.
      long still = nowNanos - lookedNanos - LOOK_EVERY_NANOS;
      heardNanos.replaceAll((node, heard) -> heard + still);
    }
    leads = true;
    lookedNanos = nowNanos;
    RaftStatus status = raft.status();
    heardNanos.keySet().retainAll(status.followers().keySet());
    status
        .followers()
        .forEach(
            (node, follower) -> {
              if (follower.heard() || !heardNanos.containsKey(node)) {
                heardNanos.put(node, nowNanos);
              }
            });
  }

  /** It does not lead any more: what it heard is old by the time it leads again. */
  void forget() {
    leads = false;
    heardNanos.clear();
  }

  /** Whether a node was not heard for long, as far as this leader knows. */
  boolean isSilent(NodeId node) {
    Long heard = heardNanos.get(node);
    return heard != null && lookedNanos - heard >= LONG_NANOS;
  }
}

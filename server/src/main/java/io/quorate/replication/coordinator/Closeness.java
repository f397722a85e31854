package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import io.quorate.replication.health.Liveness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * In which order to ask replicas. Live ones by turns, so that they share the load; one that has
 * been clearly slower than the fastest comes after the others.
 */
final class Closeness {
  /** A replica is clearly slower from this multiple of the fastest, plus a margin, on. */
  private static final int SLOWER_TIMES = 2;

  private static final long SLOWER_MARGIN_NANOS = 500_000;

  /** Weight of the newest measurement in the moving average is one over this. */
  private static final int SMOOTHING = 8;

  private final Liveness liveness;

  /** Smoothed time to an answer, ns; only looked up. */
  private final Map<NodeId, Long> latencyNanos = new HashMap<>();

  private int turn;

  Closeness(Liveness liveness) {
    this.liveness = liveness;
  }

  void measured(NodeId replica, long nanos) {
    latencyNanos.merge(replica, nanos, (old, now) -> old + (now - old) / SMOOTHING);
  }

  /** The live ones among {@code replicas} without {@code self}, in the order to ask them. */
  List<NodeId> order(List<NodeId> replicas, NodeId self) {
    List<NodeId> live = new ArrayList<>(replicas.size());
    long fastest = Long.MAX_VALUE;
    for (NodeId replica : replicas) {
      if (!replica.equals(self) && liveness.isLive(replica)) {
        live.add(replica);
        fastest = Math.min(fastest, latency(replica));
      }
    }
    if (live.size() < 2) {
      return live;
    }
    long slow = fastest * SLOWER_TIMES + SLOWER_MARGIN_NANOS;
    List<NodeId> ordered = new ArrayList<>(live.size());
    turn++;
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < live.size(); i++) {
        NodeId replica = live.get(Math.floorMod(turn + i, live.size()));
        if (latency(replica) > slow == (pass == 1)) {
          ordered.add(replica);
        }
      }
    }
    return ordered;
  }

  private long latency(NodeId replica) {
    return latencyNanos.getOrDefault(replica, 0L);
  }
}

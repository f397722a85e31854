package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which leaders gave their leadership away lately: they are drained, stop or leave, and would give
 * it away again. Each voter sees it in what a hand-over needs anyway. It is remembered for a few
 * election times only, as a node that was put back into service does not say so.
 */
final class HandOvers {
  /** Longer than all of a group take to hand over one after the other. */
  private static final int ELECTION_TIMES = 3;

  private final ElectionTime time;

  /** Ticks since a leader gave its leadership away. */
  private final Map<NodeId, Integer> elapsedTicks = new TreeMap<>();

  HandOvers(ElectionTime time) {
    this.time = time;
  }

  /** This leader has another node campaign. */
  void handedOver(NodeId leader) {
    elapsedTicks.put(leader, 0);
  }

  void tick() {
    elapsedTicks.replaceAll((leader, elapsed) -> elapsed + 1);
    elapsedTicks.values().removeIf(elapsed -> elapsed >= ELECTION_TIMES * time.ticks());
  }

  boolean isRecent(NodeId leader) {
    return elapsedTicks.containsKey(leader);
  }
}

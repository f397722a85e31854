package io.quorate.migration;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Nodes that are not heard, and without which partitions do not begin to move; and for how long.
 */
final class NotBegun {
  /** A node that is restarted is away for a while, and that is not told. */
  private static final long LASTING_NANOS = 5_000_000_000L;

  private final Map<NodeId, Long> since = new TreeMap<>();

  /** How many partitions, by node. */
  private Map<NodeId, Integer> partitions = Map.of();

  void clear() {
    look(Map.of(), 0);
  }

  /** Takes in all such nodes, and how many partitions do not begin without each. */
  void look(Map<NodeId, Integer> lacking, long nowNanos) {
    partitions = Map.copyOf(lacking);
    since.keySet().retainAll(partitions.keySet());
    partitions.keySet().forEach(node -> since.putIfAbsent(node, nowNanos));
  }

  /** Leaves out nodes that are heard again. */
  void retain(Set<NodeId> unheard) {
    since.keySet().retainAll(unheard);
  }

  List<Awaited> awaited(long nowNanos) {
    List<Awaited> awaited = new ArrayList<>();
    since.forEach(
        (node, from) -> {
          if (nowNanos - from >= LASTING_NANOS) {
            int waiting = partitions.getOrDefault(node, 0);
            awaited.add(new Awaited(node, Awaited.Task.BEGIN, waiting, nowNanos - from));
          }
        });
    return awaited;
  }
}

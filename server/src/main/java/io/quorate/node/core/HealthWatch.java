package io.quorate.node.core;

import io.quorate.model.NodeId;
import io.quorate.placement.HealthCount;
import io.quorate.placement.Placements;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What can be done with the partitions; counted again when the cluster or the set of live nodes has
 * changed.
 */
final class HealthWatch {
  private HealthCount count = HealthCount.NONE;
  private long stateVersion = -1;
  private Set<NodeId> live = Set.of();

  /**
   * @param region of this node, which levels about one region ask about
   */
  HealthCount count(Placements placements, String region, Predicate<NodeId> isLive) {
    Set<NodeId> now = new TreeSet<>();
    for (NodeId node : placements.nodes().keySet()) {
      if (isLive.test(node)) {
        now.add(node);
      }
    }
    if (placements.stateVersion() != stateVersion || !now.equals(live)) {
      stateVersion = placements.stateVersion();
      live = now;
      count = HealthCount.of(placements, region, now::contains);
    }
    return count;
  }
}

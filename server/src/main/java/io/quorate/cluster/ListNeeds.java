package io.quorate.cluster;

import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.planner.PlannerNode;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What preference lists must have for tenants to have their replicas.
 *
 * @param length the largest factor of tenants whose replicas may be on any nodes
 * @param byRegion the largest factor in each region of tenants replicated by region
 */
public record ListNeeds(int length, SortedMap<String, Integer> byRegion) {
  public ListNeeds {
    byRegion = Collections.unmodifiableSortedMap(new TreeMap<>(byRegion));
  }

  static ListNeeds of(Collection<ReplicationFactor> factors) {
    int length = 0;
    SortedMap<String, Integer> byRegion = new TreeMap<>();
    for (ReplicationFactor factor : factors) {
      if (factor.isByRegion()) {
        factor.byRegion().forEach((region, count) -> byRegion.merge(region, count, Math::max));
      } else {
        length = Math.max(length, factor.replicas());
      }
    }
    return new ListNeeds(length, byRegion);
  }

  /** Returns of which nodes there are too few, as a clause; null if there are enough. */
  @Nullable String lacking(Collection<PlannerNode> nodes) {
    if (nodes.size() < length) {
      return "there are %d nodes that may have replicas, and a tenant has replication factor %d"
          .formatted(nodes.size(), length);
    }
    for (Map.Entry<String, Integer> each : byRegion.entrySet()) {
      long there = nodes.stream().filter(node -> node.region().equals(each.getKey())).count();
      if (there < each.getValue()) {
        return "there are %d nodes in region '%s' that may have replicas, and a tenant has %d there"
            .formatted(there, each.getKey(), each.getValue());
      }
    }
    return null;
  }

  /** Whether there are enough nodes. */
  public boolean areMetBy(Collection<PlannerNode> nodes) {
    return lacking(nodes) == null;
  }
}

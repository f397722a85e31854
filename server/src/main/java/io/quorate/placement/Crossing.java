package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The two sets of replicas between which a partition moves, for tenants of one factor, and how they
 * differ by region. At rest both are the same.
 *
 * @param old the set that it comes from
 * @param next the set that it goes to
 * @param oldRegions by which the old set is divided
 * @param nextRegions by which the new one is
 */
record Crossing(List<NodeId> old, List<NodeId> next, Regions oldRegions, Regions nextRegions) {

  static Crossing of(PartitionPlacement partition, Factor factor) {
    List<NodeId> old = partition.ofList(factor);
    return partition.isDual()
        ? new Crossing(
            old, partition.ofOther(factor), factor.regionsBefore(), factor.regionsAfter())
        : new Crossing(old, old, factor.regionsAfter(), factor.regionsAfter());
  }

  /**
   * The regions in which replicas change, of tenants replicated by region. While such a tenant
   * comes from, or goes to, replicas that are not divided, all regions do.
   */
  SortedSet<String> changing() {
    SortedSet<String> changing = new TreeSet<>();
    if (!oldRegions.isDivided() && !nextRegions.isDivided()) {
      return changing;
    }
    SortedMap<String, List<NodeId>> before = oldRegions.divide(old);
    SortedMap<String, List<NodeId>> after = nextRegions.divide(next);
    for (SortedMap<String, List<NodeId>> side : List.of(before, after)) {
      for (String region : side.keySet()) {
        Set<NodeId> had = Set.copyOf(before.getOrDefault(region, List.of()));
        Set<NodeId> has = Set.copyOf(after.getOrDefault(region, List.of()));
        if (!had.equals(has)) {
          changing.add(region);
        }
      }
    }
    return changing;
  }

  /**
   * Whether a replica of the new set need not be compared: its region does not change, no region is
   * left out, and the new set is not smaller.
   */
  boolean isSpared(NodeId node) {
    return oldRegions.isDivided()
        && nextRegions.isDivided()
        && next.size() >= old.size()
        && nextRegions.divide(next).keySet().containsAll(oldRegions.divide(old).keySet())
        && !changing().contains(nextRegions.of(node));
  }

  /** Replicas of the old set in a region. */
  List<NodeId> oldIn(String region) {
    return oldRegions.divide(old).getOrDefault(region, List.of());
  }

  /** Replicas of the new set in a region. */
  List<NodeId> nextIn(String region) {
    return nextRegions.divide(next).getOrDefault(region, List.of());
  }
}

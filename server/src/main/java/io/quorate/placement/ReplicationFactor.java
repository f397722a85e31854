package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many replicas each key of a tenant has: a number of all nodes, or a number in each of some
 * regions.
 *
 * @param replicas of each key, in all
 * @param byRegion of these, how many in each region; empty if it does not matter where they are
 */
public record ReplicationFactor(int replicas, SortedMap<String, Integer> byRegion)
    implements Comparable<ReplicationFactor> {

  /** Nothing is said of it. */
  public static final ReplicationFactor UNSAID = of(0);

  public ReplicationFactor {
    if (byRegion.isEmpty()) {
      byRegion = Collections.emptySortedMap();
    } else {
      byRegion = Collections.unmodifiableSortedMap(new TreeMap<>(byRegion));
      int sum = sum(byRegion);
      if (sum != replicas) {
        throw new IllegalArgumentException(
            "replication factor %d, and by region %s, which are %d"
                .formatted(replicas, byRegion, sum));
      }
    }
  }

  /** Returns one for replicas on any nodes. */
  public static ReplicationFactor of(int replicas) {
    return new ReplicationFactor(replicas, Collections.emptySortedMap());
  }

  /** Returns a factor with a number of replicas for each region. */
  public static ReplicationFactor byRegion(SortedMap<String, Integer> byRegion) {
    return new ReplicationFactor(sum(byRegion), byRegion);
  }

  private static int sum(SortedMap<String, Integer> byRegion) {
    return byRegion.values().stream().mapToInt(Integer::intValue).sum();
  }

  public boolean isByRegion() {
    return !byRegion.isEmpty();
  }

  public boolean isSaid() {
    return replicas != 0;
  }

  /**
   * Returns the replicas of a partition: the first entries of its list, or the first of each
   * region. Fewer than there should be if the list is too short.
   */
  public List<NodeId> of(List<NodeId> list, Regions regions) {
    if (!isByRegion()) {
      return list.subList(0, Math.min(replicas, list.size()));
    }
    SortedMap<String, Integer> left = new TreeMap<>(byRegion);
    List<NodeId> chosen = new ArrayList<>(replicas);
    for (NodeId node : list) {
      String region = regions.of(node);
      int more = left.getOrDefault(region, 0);
      if (more > 0) {
        left.put(region, more - 1);
        chosen.add(node);
      }
    }
    return chosen;
  }

  /** Whether a list has as many entries as this takes. */
  public boolean fits(List<NodeId> list, Regions regions) {
    return of(list, regions).size() == replicas;
  }

  @Override
  public int compareTo(ReplicationFactor that) {
    boolean alike = replicas == that.replicas && byRegion.equals(that.byRegion);
    if (alike || replicas != that.replicas) {
      return Integer.compare(replicas, that.replicas); // of each write, so without any text
    }
    return toString().compareTo(that.toString());
  }

  /** As operators write it: {@code 3}, or {@code eu=3,us=2}. */
  @Override
  public String toString() {
    return isByRegion()
        ? byRegion.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(","))
        : Integer.toString(replicas);
  }
}

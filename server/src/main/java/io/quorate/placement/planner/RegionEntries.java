package io.quorate.placement.planner;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * Appends to preference lists the entries that tenants replicated by region need beyond those that
 * the {@link Planner} gave them. Such a tenant uses the first entries of each region, so what is
 * appended changes nothing for tenants that use the first entries of all.
 *
 * <p>Within a region, replicas are spread over zones first; then nodes are loaded by weight; and
 * among what satisfies both, what is there stays. Pure and deterministic, as the planner is.
 */
public final class RegionEntries {
  /** How far above its fair share a node keeps what it has: as the planner does. */
  private static final double SLACK = 1.1;

  /** The nodes of one region, in a stable order. */
  private final List<PlannerNode> nodes;

  /** How many replicas a list has of them. */
  private final int needed;

  private final int zoneCap;
  private final List<List<NodeId>> lists;

  /** By node: lists among whose first entries of this region it is. */
  private final Map<NodeId, Integer> loads = new HashMap<>();

  private final Map<NodeId, PlannerNode> byId = new HashMap<>();

  private RegionEntries(List<PlannerNode> nodes, int needed, List<List<NodeId>> lists) {
    this.nodes = nodes;
    this.needed = needed;
    this.zoneCap = zoneCap(nodes, needed);
    this.lists = lists;
    nodes.forEach(node -> byId.put(node.id(), node));
    for (List<NodeId> list : lists) {
      here(list).forEach(node -> loads.merge(node, 1, Integer::sum));
    }
  }

  /**
   * Returns lists that have enough entries in each region.
   *
   * @param nodes that may have replicas; enough in each region
   * @param byRegion entries that each list is to have there
   * @param planned the lists as the planner made them
   * @param current the lists as they are, by partition
   */
  public static List<List<NodeId>> added(
      List<PlannerNode> nodes,
      SortedMap<String, Integer> byRegion,
      List<List<NodeId>> planned,
      List<List<NodeId>> current) {
    List<List<NodeId>> lists = new ArrayList<>();
    planned.forEach(list -> lists.add(new ArrayList<>(list)));
    byRegion.forEach(
        (region, needed) -> {
          List<PlannerNode> here =
              nodes.stream()
                  .filter(node -> node.region().equals(region))
                  .sorted(Comparator.comparing(PlannerNode::id))
                  .toList();
          List<List<NodeId>> fresh = new ArrayList<>();
          lists.forEach(list -> fresh.add(new ArrayList<>(list)));
          RegionEntries ideal = new RegionEntries(here, needed, fresh);
          ideal.fill();
          RegionEntries entries = new RegionEntries(here, needed, lists);
          entries.keep(current, ideal.loads);
          entries.fill();
        });
    return lists.stream().map(List::copyOf).toList();
  }

  /** Most entries of a list that have to stand in one zone of the region. */
  private static int zoneCap(List<PlannerNode> nodes, int needed) {
    Map<String, Integer> zones = new HashMap<>();
    nodes.forEach(node -> zones.merge(node.zone(), 1, Integer::sum));
    return IntStream.rangeClosed(1, needed)
        .filter(
            cap -> zones.values().stream().mapToInt(size -> Math.min(cap, size)).sum() >= needed)
        .findFirst()
        .orElse(needed);
  }

  /**
   * Keeps what lists have now.
   *
   * @param ideal by node: how many lists it would have if nothing were kept, which is not too many
   */
  private void keep(List<List<NodeId>> current, Map<NodeId, Integer> ideal) {
    for (int partition = 0; partition < lists.size(); partition++) {
      keep(lists.get(partition), current.get(partition), ideal);
    }
  }

  private void fill() {
    for (int partition = 0; partition < lists.size(); partition++) {
      List<NodeId> list = lists.get(partition);
      while (here(list).size() < needed) {
        append(list, next(list, partition));
      }
    }
  }

  /** The first entries of this region, as many as are needed. */
  private List<NodeId> here(List<NodeId> list) {
    return list.stream().filter(byId::containsKey).limit(needed).toList();
  }

  private void append(List<NodeId> list, NodeId node) {
    list.add(node);
    loads.merge(node, 1, Integer::sum);
  }

  /** Appends what the list has now, as far as spread and load allow. */
  private void keep(List<NodeId> list, List<NodeId> before, Map<NodeId, Integer> ideal) {
    for (NodeId node : before) {
      PlannerNode place = byId.get(node);
      if (place != null
          && !list.contains(node)
          && here(list).size() < needed
          && inZone(list, place.zone()) < zoneCap
          && loads.getOrDefault(node, 0) < Math.max(most(place), ideal.getOrDefault(node, 0))) {
        append(list, node);
      }
    }
  }

  private long inZone(List<NodeId> list, String zone) {
    return here(list).stream().filter(node -> placeOf(node).zone().equals(zone)).count();
  }

  private PlannerNode placeOf(NodeId node) {
    PlannerNode place = byId.get(node);
    if (place == null) {
      throw new IllegalArgumentException("node " + node + " is of another region");
    }
    return place;
  }

  /** How many lists are not too many for a node. */
  private int most(PlannerNode node) {
    double weights = nodes.stream().mapToDouble(PlannerNode::weight).sum();
    double fair = Math.min(lists.size(), lists.size() * needed * node.weight() / weights);
    return Math.max((int) Math.ceil(fair), (int) (fair * SLACK));
  }

  /** The node that comes next: of the zone that has fewest of the list, the one with least load. */
  private NodeId next(List<NodeId> list, int partition) {
    Set<NodeId> taken = new HashSet<>(list); // only asked, never walked
    return IntStream.range(0, nodes.size())
        .boxed()
        .filter(number -> !taken.contains(nodes.get(number).id()))
        .min(
            Comparator.comparingLong((Integer number) -> inZone(list, nodes.get(number).zone()))
                .thenComparingDouble(number -> loadOf(nodes.get(number)))
                .thenComparingLong(number -> Mix.of(partition, number)))
        .map(number -> nodes.get(number).id())
        .orElseThrow(
            () -> new IllegalArgumentException("too few nodes for " + needed + " in a region"));
  }

  private double loadOf(PlannerNode node) {
    return loads.getOrDefault(node.id(), 0) / node.weight();
  }
}

package io.quorate.placement.planner;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What it means that partitions get other preference lists, for the operator who is asked to agree.
 * Counted by one replication factor: a replica is a node among that many first entries, of all or
 * of a region.
 *
 * @param changes partitions whose list changes, by number
 * @param loads by node: those that have a replica before or after, or may have one
 * @param before how replicas are spread
 * @param after how they will be
 */
public record Relocation(
    List<Plan.Change> changes, SortedMap<NodeId, Load> loads, Spread before, Spread after) {

  public Relocation {
    changes = List.copyOf(changes);
    loads = Collections.unmodifiableSortedMap(new TreeMap<>(loads));
  }

  /**
   * One side of it.
   *
   * @param nodes that may have replicas, and where they stand
   * @param lists by partition
   */
  public record Side(List<PlannerNode> nodes, List<List<NodeId>> lists) {
    public Side {
      nodes = List.copyOf(nodes);
      lists = List.copyOf(lists);
    }
  }

  /**
   * Replicas of a node.
   *
   * @param arriving that it has to be brought
   */
  public record Load(int before, int after, int arriving) {}

  /**
   * How replicas are spread.
   *
   * @param mostInOneZone most replicas of one partition in the same zone
   * @param mostInOneRegion most replicas of one partition in the same region
   * @param loadMaxByMean the highest load of a node by its weight, relative to the mean; 1.0 is
   *     even
   */
  public record Spread(int mostInOneZone, int mostInOneRegion, double loadMaxByMean) {}

  /** Replicas that have to be brought to nodes which do not have them. */
  public int replicasMoved() {
    return loads.values().stream().mapToInt(Load::arriving).sum();
  }

  /**
   * Compares two sides.
   *
   * @throws IllegalArgumentException if they have different numbers of partitions
   */
  public static Relocation of(Side before, Side after, int factor) {
    return of(before, after, Factor.of(factor));
  }

  /**
   * The same, where the factor is another one afterwards.
   *
   * @throws IllegalArgumentException if they have different numbers of partitions
   */
  public static Relocation of(Side before, Side after, Factor factor) {
    int partitions = before.lists().size();
    if (after.lists().size() != partitions) {
      throw new IllegalArgumentException(
          partitions + " partitions before, and " + after.lists().size() + " after");
    }
    List<Plan.Change> changes = new ArrayList<>();
    Map<NodeId, Integer> arriving = new HashMap<>(); // only looked up, never walked
    for (int partition = 0; partition < partitions; partition++) {
      List<NodeId> was = before.lists().get(partition);
      List<NodeId> will = after.lists().get(partition);
      if (!was.equals(will)) {
        changes.add(new Plan.Change(partition, was, will));
      }
      List<NodeId> had = factor.before(was);
      factor.after(will).stream()
          .filter(node -> !had.contains(node))
          .forEach(node -> arriving.merge(node, 1, Integer::sum));
    }
    SortedMap<NodeId, Integer> had = counts(before, factor::before);
    SortedMap<NodeId, Integer> has = counts(after, factor::after);
    SortedMap<NodeId, Load> loads = new TreeMap<>();
    for (SortedMap<NodeId, Integer> side : List.of(had, has)) {
      for (NodeId node : side.keySet()) {
        loads.put(
            node,
            new Load(
                had.getOrDefault(node, 0),
                has.getOrDefault(node, 0),
                arriving.getOrDefault(node, 0)));
      }
    }
    return new Relocation(
        changes, loads, spread(before, had, factor::before), spread(after, has, factor::after));
  }

  private static SortedMap<NodeId, Integer> counts(
      Side side, UnaryOperator<List<NodeId>> replicas) {
    SortedMap<NodeId, Integer> counts = new TreeMap<>();
    side.nodes().forEach(node -> counts.put(node.id(), 0));
    for (List<NodeId> list : side.lists()) {
      replicas.apply(list).forEach(node -> counts.merge(node, 1, Integer::sum));
    }
    return counts;
  }

  private static Spread spread(
      Side side, SortedMap<NodeId, Integer> counts, UnaryOperator<List<NodeId>> replicas) {
    Map<NodeId, PlannerNode> places = new HashMap<>();
    side.nodes().forEach(node -> places.put(node.id(), node));
    int mostInOneZone = 0;
    int mostInOneRegion = 0;
    for (List<NodeId> list : side.lists()) {
      List<PlannerNode> known = new ArrayList<>();
      for (NodeId node : replicas.apply(list)) {
        PlannerNode place = places.get(node);
        if (place != null) {
          known.add(place);
        }
      }
      mostInOneZone =
          Math.max(
              mostInOneZone,
              most(known.stream().map(node -> List.of(node.region(), node.zone())).toList()));
      mostInOneRegion =
          Math.max(mostInOneRegion, most(known.stream().map(PlannerNode::region).toList()));
    }
    return new Spread(mostInOneZone, mostInOneRegion, loadMaxByMean(side.nodes(), counts));
  }

  /** How often what is there most often is. */
  private static int most(List<?> places) {
    int most = 0;
    for (Object place : new HashSet<>(places)) {
      most = Math.max(most, Collections.frequency(places, place));
    }
    return most;
  }

  private static double loadMaxByMean(List<PlannerNode> nodes, SortedMap<NodeId, Integer> counts) {
    double weights = nodes.stream().mapToDouble(PlannerNode::weight).sum();
    long replicas = nodes.stream().mapToInt(node -> counts.getOrDefault(node.id(), 0)).sum();
    double mean = replicas / weights;
    return nodes.stream()
        .mapToDouble(node -> counts.getOrDefault(node.id(), 0) / node.weight() / mean)
        .filter(Double::isFinite)
        .max()
        .orElse(1);
  }
}

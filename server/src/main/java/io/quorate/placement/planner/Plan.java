package io.quorate.placement.planner;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Where partitions should live, and what that means: an explanation for the operator who is asked
 * to agree.
 *
 * @param assignment preference lists by partition
 * @param changes the partitions whose list changes, by number
 * @param loads what each node has before and after, by region, zone and id; nodes that leave last
 * @param spreads how the lists are spread when cut to 1, 2, ... entries
 */
public record Plan(
    List<List<NodeId>> assignment,
    List<Change> changes,
    List<NodeLoad> loads,
    List<Spread> spreads) {

  public Plan {
    assignment = List.copyOf(assignment);
    changes = List.copyOf(changes);
    loads = List.copyOf(loads);
    spreads = List.copyOf(spreads);
  }

  /** One partition's list before and after; before is empty for a new partition. */
  public record Change(int partition, List<NodeId> before, List<NodeId> after) {

    /**
     * The nodes that become replicas, for tenants with this factor, and have to be sent the data.
     */
    public List<NodeId> arriving(int replicationFactor) {
      List<NodeId> were = cut(before, replicationFactor);
      return cut(after, replicationFactor).stream().filter(node -> !were.contains(node)).toList();
    }

    /** The nodes that cease to be replicas, for tenants with this factor. */
    public List<NodeId> leaving(int replicationFactor) {
      List<NodeId> are = cut(after, replicationFactor);
      return cut(before, replicationFactor).stream().filter(node -> !are.contains(node)).toList();
    }
  }

  /**
   * Replicas on one node. The figures are by replication factor, from 1.
   *
   * @param before replicas that it has
   * @param after replicas that it is to have
   * @param fair its exact share: in proportion to its weight, as far as the spread allows
   * @param byWeight what it would be in proportion to weight alone; less than {@code fair} where a
   *     small zone must hold as many replicas as a big one
   */
  public record NodeLoad(
      NodeId node,
      List<Integer> before,
      List<Integer> after,
      List<Double> fair,
      List<Double> byWeight) {}

  /**
   * The worst case over all partitions, of lists cut to {@code length}.
   *
   * @param mostInOneZone entries of a list in the same zone
   * @param mostInOneRegion entries of a list in the same region
   */
  public record Spread(int length, int mostInOneZone, int mostInOneRegion) {}

  /** Replicas that have to be sent to nodes which do not have them, for one replication factor. */
  public int movedReplicas(int replicationFactor) {
    return changes.stream().mapToInt(change -> change.arriving(replicationFactor).size()).sum();
  }

  /**
   * The highest load of a node relative to its fair share, for one replication factor; 1.0 is
   * perfect. Shares below one replica count as one, for nothing can have less and something.
   */
  public double unevenness(int replicationFactor) {
    return loads.stream()
        .mapToDouble(
            load ->
                load.after().get(replicationFactor - 1)
                    / Math.max(1, load.fair().get(replicationFactor - 1)))
        .max()
        .orElse(1);
  }

  static Plan of(
      PlannerTopology topology,
      FairShares shares,
      List<List<NodeId>> assignment,
      List<List<NodeId>> current) {
    List<Change> changes = new ArrayList<>();
    for (int partition = 0; partition < assignment.size(); partition++) {
      List<NodeId> before = current.isEmpty() ? List.of() : current.get(partition);
      if (!before.equals(assignment.get(partition))) {
        changes.add(new Change(partition, List.copyOf(before), assignment.get(partition)));
      }
    }
    int listLength = assignment.get(0).size();
    return new Plan(
        assignment,
        changes,
        loads(topology, shares, assignment, current, listLength),
        IntStream.rangeClosed(1, listLength)
            .mapToObj(length -> spread(topology, assignment, length))
            .toList());
  }

  private static List<NodeLoad> loads(
      PlannerTopology topology,
      FairShares shares,
      List<List<NodeId>> assignment,
      List<List<NodeId>> current,
      int listLength) {
    Map<NodeId, int[]> before = counts(current, listLength);
    Map<NodeId, int[]> after = counts(assignment, listLength);
    int[] none = new int[listLength];
    double weights = topology.nodes.stream().mapToDouble(PlannerNode::weight).sum();
    int lists = assignment.size();
    List<NodeLoad> loads = new ArrayList<>();
    for (int node = 0; node < topology.size(); node++) {
      NodeId id = topology.nodes.get(node).id();
      double share = lists * topology.nodes.get(node).weight() / weights;
      int n = node;
      loads.add(
          new NodeLoad(
              id,
              listOf(before.getOrDefault(id, none)),
              listOf(after.getOrDefault(id, none)),
              perLength(listLength, length -> lists * shares.ofNode(length, n)),
              perLength(listLength, length -> share * length)));
    }
    Set<NodeId> staying = new HashSet<>(topology.nodes.stream().map(PlannerNode::id).toList());
    before.keySet().stream()
        .filter(id -> !staying.contains(id))
        .sorted()
        .forEach(
            gone ->
                loads.add(
                    new NodeLoad(
                        gone,
                        listOf(before.getOrDefault(gone, none)),
                        listOf(none),
                        perLength(listLength, length -> 0),
                        perLength(listLength, length -> 0))));
    return loads;
  }

  /** Replicas by node, for each length that the lists may be cut to. */
  private static Map<NodeId, int[]> counts(List<List<NodeId>> lists, int listLength) {
    Map<NodeId, int[]> counts = new HashMap<>();
    for (List<NodeId> list : lists) {
      for (int place = 0; place < Math.min(listLength, list.size()); place++) {
        int[] ofNode = counts.computeIfAbsent(list.get(place), node -> new int[listLength]);
        for (int length = place; length < listLength; length++) {
          ofNode[length]++;
        }
      }
    }
    return counts;
  }

  private static Spread spread(
      PlannerTopology topology, List<List<NodeId>> assignment, int length) {
    Map<NodeId, Integer> zones = new HashMap<>();
    for (int node = 0; node < topology.size(); node++) {
      zones.put(topology.nodes.get(node).id(), topology.zoneOf[node]);
    }
    int mostInOneZone = 0;
    int mostInOneRegion = 0;
    for (List<NodeId> list : assignment) {
      int[] inZone = new int[topology.zones()];
      int[] inRegion = new int[topology.regions()];
      for (NodeId node : cut(list, length)) {
        int zone = zones.getOrDefault(node, 0);
        mostInOneZone = Math.max(mostInOneZone, ++inZone[zone]);
        mostInOneRegion = Math.max(mostInOneRegion, ++inRegion[topology.regionOfZone[zone]]);
      }
    }
    return new Spread(length, mostInOneZone, mostInOneRegion);
  }

  private static <T> List<T> cut(List<T> list, int length) {
    return list.subList(0, Math.min(length, list.size()));
  }

  private static List<Integer> listOf(int[] numbers) {
    return IntStream.of(numbers).boxed().toList();
  }

  private static List<Double> perLength(int listLength, IntToDoubleFunction figure) {
    return IntStream.rangeClosed(1, listLength).mapToDouble(figure).boxed().toList();
  }
}

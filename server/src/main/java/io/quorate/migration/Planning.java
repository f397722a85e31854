package io.quorate.migration;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.ListNeeds;
import io.quorate.model.NodeId;
import io.quorate.placement.planner.Planner;
import io.quorate.placement.planner.PlannerNode;
import io.quorate.placement.planner.RegionEntries;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Plans the target lists of partitions, given the nodes that are to have replicas. A pure function
 * of the state.
 */
public final class Planning {
  private Planning() {}

  /**
   * Returns the target lists of partitions that neither have theirs nor are moving to it. If too
   * few nodes are left for the replication factors of the tenants, all stays as it is.
   */
  public static SortedMap<Integer, List<NodeId>> targets(ClusterState state) {
    if (!state.change().needsPlan()) {
      return new TreeMap<>(state.change().targets());
    }
    List<List<NodeId>> current = new ArrayList<>();
    for (int partition = 0; partition < state.partitions().size(); partition++) {
      current.add(goal(state, state.change().targets(), partition));
    }
    List<PlannerNode> nodes = state.ownersToBe();
    ListNeeds needs = state.needsToBe();
    List<List<NodeId>> lists = current;
    if (needs.areMetBy(nodes)) {
      int length = Math.max(needs.length(), Math.min(Genesis.LIST_LENGTH_MAX, nodes.size()));
      // A log of the first cluster version may have a larger factor. Lists are then as long as can
      // be, and partitions stay at the factor they have until the tenant is altered again.
      length = Math.min(length, Planner.LIST_LENGTH_MAX);
      List<List<NodeId>> planned =
          Planner.plan(nodes, current.size(), length, current).assignment();
      lists = RegionEntries.added(nodes, needs.byRegion(), planned, current);
    }
    SortedMap<Integer, List<NodeId>> targets = new TreeMap<>();
    for (int partition = 0; partition < lists.size(); partition++) {
      if (!lists.get(partition).equals(state.partitions().get(partition).goesTo())) {
        targets.put(partition, lists.get(partition));
      }
    }
    return targets;
  }

  /**
   * Returns the plan as a command; it has no effect once something else is wished for. It names
   * partitions that have a target from an earlier plan even if they are to stay where they are: a
   * step that begins to move them there may be decided before this is.
   */
  public static PlanChange plan(ClusterState state) {
    SortedMap<Integer, List<NodeId>> planned = targets(state);
    for (int partition : state.change().targets().keySet()) {
      planned.putIfAbsent(partition, state.partitions().get(partition).goesTo());
    }
    return new PlanChange(state.change().wishedAt(), planned);
  }

  /** By partition: the list that it has in the end, if nothing else is wished for. */
  public static List<List<NodeId>> lists(ClusterState state) {
    SortedMap<Integer, List<NodeId>> targets = targets(state);
    List<List<NodeId>> lists = new ArrayList<>();
    for (int partition = 0; partition < state.partitions().size(); partition++) {
      lists.add(goal(state, targets, partition));
    }
    return lists;
  }

  private static List<NodeId> goal(
      ClusterState state, SortedMap<Integer, List<NodeId>> targets, int partition) {
    return targets.getOrDefault(partition, state.partitions().get(partition).goesTo());
  }
}

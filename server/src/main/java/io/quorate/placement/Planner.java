package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Computes where partitions should live. */
public final class Planner {
  private Planner() {}

  /** Preference lists of {@code listLength} nodes for each partition. */
  public static Plan plan(
      List<PlannerNode> nodes, int partitions, int listLength, List<List<NodeId>> current) {
    List<List<NodeId>> assignment = new ArrayList<>();
    Map<NodeId, Integer> load = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      List<NodeId> list = new ArrayList<>();
      Set<List<String>> zones = new HashSet<>();
      while (list.size() < listLength) {
        PlannerNode best = null;
        double bestCost = 0;
        for (PlannerNode node : nodes) {
          if (list.contains(node.id())) {
            continue;
          }
          double cost = (load.getOrDefault(node.id(), 0) + 1) / node.weight();
          cost += zones.contains(List.of(node.region(), node.zone())) ? 1e9 : 0;
          if (best == null || cost < bestCost) {
            best = node;
            bestCost = cost;
          }
        }
        if (best == null) {
          throw new IllegalArgumentException(
              listLength + " entries wanted of " + nodes.size() + " nodes");
        }
        list.add(best.id());
        zones.add(List.of(best.region(), best.zone()));
        load.merge(best.id(), 1, Integer::sum);
      }
      assignment.add(list);
    }
    return new Plan(assignment);
  }
}

package io.quorate.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.migration.Planning;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.planner.PlannerNode;
import io.quorate.placement.planner.Relocation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * What a change of the topology would move.
 *
 * @param state the cluster as it is
 * @param changed the cluster with the change accepted
 * @param factor replicas of the tenant that the change is about
 * @param bytes that would be copied; 0 if it is not known
 */
public record Preview(
    ClusterState state, ClusterState changed, Factor factor, Relocation relocation, long bytes) {

  /**
   * Plans a change. With thousands of partitions on a few nodes this takes seconds.
   *
   * @param bytesPerReplica 0: not known
   * @throws IllegalArgumentException if there is no plan; says why
   */
  static Preview of(ClusterState state, ClusterState changed, long bytesPerReplica) {
    Factor factor = factor(state, changed);
    Relocation relocation =
        Relocation.of(
            side(state, lists(state, state.change().targets())),
            side(changed, lists(changed, Planning.targets(changed))),
            factor);
    return new Preview(
        state, changed, factor, relocation, relocation.replicasMoved() * bytesPerReplica);
  }

  /** Of the tenant that the change is about; if it is about none, the largest of all. */
  private static Factor factor(ClusterState state, ClusterState changed) {
    for (Tenant tenant : state.tenants().values()) {
      Tenant then = changed.tenants().get(tenant.name());
      if (then != null && !then.replication().goal().equals(tenant.replication().goal())) {
        return new Factor(
            tenant.replication().goal(), then.replication().goal(), changed.regions());
      }
    }
    ReplicationFactor largest =
        state.replications().stream()
            .map(Replication::goal)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    return new Factor(largest, largest, state.regions());
  }

  /** Nodes that are to have replicas, and those that still have some. */
  private static Relocation.Side side(ClusterState state, List<List<NodeId>> lists) {
    Set<NodeId> owning = new HashSet<>(); // only asked, never walked
    lists.forEach(owning::addAll);
    return new Relocation.Side(
        state.members().values().stream()
            .filter(member -> member.isToOwn() || owning.contains(member.id()))
            .map(
                member ->
                    new PlannerNode(member.id(), member.region(), member.zone(), member.weight()))
            .toList(),
        lists);
  }

  /** Where partitions go with these targets, or are. */
  private static List<List<NodeId>> lists(
      ClusterState state, SortedMap<Integer, List<NodeId>> targets) {
    List<List<NodeId>> lists = new ArrayList<>();
    for (int number = 0; number < state.partitions().size(); number++) {
      lists.add(targets.getOrDefault(number, state.partitions().get(number).goesTo()));
    }
    return lists;
  }
}

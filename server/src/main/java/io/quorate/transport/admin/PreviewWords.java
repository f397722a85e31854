package io.quorate.transport.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.migration.Planning;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Plan;
import io.quorate.placement.PlannerNode;
import io.quorate.placement.Relocation;
import io.quorate.placement.Tenant;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.PlannedNode;
import io.quorate.proto.v1.PlannedPartition;
import io.quorate.proto.v1.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What a change would move, in the words of {@code quorate.v1}. */
final class PreviewWords {
  private PreviewWords() {}

  /**
   * @param state as it is
   * @param changed the same with the change folded in
   * @param bytesPerReplica 0: not known
   */
  static PlanTopologyChangeResponse preview(
      ClusterState state, ClusterState changed, long bytesPerReplica) {
    Factor factor = factor(state, changed);
    Relocation relocation =
        Relocation.of(
            side(state, lists(state, state.change().targets())),
            side(changed, lists(changed, Planning.targets(changed))),
            factor);
    PlanTopologyChangeResponse.Builder words =
        PlanTopologyChangeResponse.newBuilder()
            .setStateVersion(state.stateVersion())
            .setReplicationFactor(factor.to())
            .setReplicationFactorBefore(factor.from())
            .setReplicasMoved(relocation.replicasMoved())
            .setBytes(relocation.replicasMoved() * bytesPerReplica)
            .setBefore(spread(relocation.before()))
            .setAfter(spread(relocation.after()));
    Map<NodeId, Integer> positions = new HashMap<>(); // only looked up, never walked
    state
        .members()
        .forEach(
            (id, member) -> {
              positions.put(id, positions.size());
              words.addNodes(node(member, changed.members().get(id), relocation.loads().get(id)));
            });
    for (Plan.Change change : relocation.changes()) {
      words.addPartitions(
          PlannedPartition.newBuilder()
              .setPartition(change.partition())
              .addAllBefore(change.before().stream().map(positions::get).toList())
              .addAllAfter(change.after().stream().map(positions::get).toList()));
    }
    return words.build();
  }

  /** Of the tenant that the change is about; if it is about none, the largest of all. */
  private static Factor factor(ClusterState state, ClusterState changed) {
    for (Tenant tenant : state.tenants().values()) {
      Tenant then = changed.tenants().get(tenant.name());
      if (then != null && then.replication().goal() != tenant.replication().goal()) {
        return new Factor(tenant.replication().goal(), then.replication().goal());
      }
    }
    return Factor.of(state.largestFactorToBe());
  }

  /** Nodes that shall have replicas, and those that have some though they shall not. */
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

  private static PlannedNode node(
      Member now, @Nullable Member then, Relocation.@Nullable Load load) {
    Member next = then == null ? now : then;
    PlannedNode.Builder words =
        PlannedNode.newBuilder()
            .setId(now.id().value())
            .setAddress(now.address())
            .setRegion(next.region())
            .setZone(next.zone())
            .setRegionBefore(now.region())
            .setZoneBefore(now.zone())
            .setWeight(now.weight())
            .setMembership(ChangeWords.membership(next.state()));
    if (load != null) {
      words
          .setReplicasBefore(load.before())
          .setReplicasAfter(load.after())
          .setArriving(load.arriving());
    }
    return words.build();
  }

  private static Spread spread(Relocation.Spread spread) {
    return Spread.newBuilder()
        .setMostInOneZone(spread.mostInOneZone())
        .setMostInOneRegion(spread.mostInOneRegion())
        .setLoadMaxByMean(spread.loadMaxByMean())
        .build();
  }
}

package io.quorate.transport.admin;

import io.quorate.admin.Preview;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.placement.planner.Plan;
import io.quorate.placement.planner.Relocation;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.PlannedNode;
import io.quorate.proto.v1.PlannedPartition;
import io.quorate.proto.v1.Spread;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes previews of topology changes as messages of {@code quorate.v1}. */
final class PreviewCodec {
  private PreviewCodec() {}

  static PlanTopologyChangeResponse response(Preview preview) {
    Relocation relocation = preview.relocation();
    PlanTopologyChangeResponse.Builder response =
        PlanTopologyChangeResponse.newBuilder()
            .setStateVersion(preview.state().stateVersion())
            .setReplicationFactor(preview.factor().to().replicas())
            .setReplicationFactorBefore(preview.factor().from().replicas())
            .setReplicasMoved(relocation.replicasMoved())
            .setBytes(preview.bytes())
            .setBefore(spread(relocation.before()))
            .setAfter(spread(relocation.after()));
    Map<NodeId, Integer> positions = new HashMap<>(); // only looked up, never walked
    preview
        .state()
        .members()
        .forEach(
            (id, member) -> {
              positions.put(id, positions.size());
              response.addNodes(
                  node(member, preview.changed().members().get(id), relocation.loads().get(id)));
            });
    for (Plan.Change change : relocation.changes()) {
      response.addPartitions(
          PlannedPartition.newBuilder()
              .setPartition(change.partition())
              .addAllBefore(change.before().stream().map(positions::get).toList())
              .addAllAfter(change.after().stream().map(positions::get).toList()));
    }
    return response.build();
  }

  private static PlannedNode node(
      Member now, @Nullable Member then, Relocation.@Nullable Load load) {
    Member next = then == null ? now : then;
    PlannedNode.Builder node =
        PlannedNode.newBuilder()
            .setId(now.id().value())
            .setAddress(now.addressForClients())
            .setRegion(next.region())
            .setZone(next.zone())
            .setRegionBefore(now.region())
            .setZoneBefore(now.zone())
            .setWeight(now.weight())
            .setMembership(ChangeCodec.membership(next.state()));
    if (load != null) {
      node.setReplicasBefore(load.before())
          .setReplicasAfter(load.after())
          .setArriving(load.arriving());
    }
    return node.build();
  }

  private static Spread spread(Relocation.Spread spread) {
    return Spread.newBuilder()
        .setMostInOneZone(spread.mostInOneZone())
        .setMostInOneRegion(spread.mostInOneRegion())
        .setLoadMaxByMean(spread.loadMaxByMean())
        .build();
  }
}

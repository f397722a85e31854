package io.quorate.transport.codec;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Member;
import io.quorate.cluster.TenantSettings;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.NodeId;
import io.quorate.model.Quoted;
import io.quorate.model.Release;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantLimits;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of {@code quorate.v1.Placement} and {@code quorate.v1.Admin}, by the generated classes.
 */
public final class AdminCodec {
  private AdminCodec() {}

  public static io.quorate.proto.v1.MetadataStatus metadata(MetadataStatus status) {
    io.quorate.proto.v1.MetadataStatus.Builder out =
        io.quorate.proto.v1.MetadataStatus.newBuilder()
            .setTerm(status.term())
            .setCommitIndex(status.commitIndex())
            .setAppliedIndex(status.settledIndex())
            .setStuck(status.stuck());
    if (status.leader() != null) {
      out.setLeader(status.leader().value());
    }
    status.voters().forEach(voter -> out.addVoters(voter.value()));
    status.learners().forEach(learner -> out.addLearners(learner.value()));
    return out.build();
  }

  /**
   * Where keys live.
   *
   * @param knownStateVersion of the same cluster, that the caller has; 0 if it has none
   */
  public static GetPlacementResponse placement(ClusterState state, long knownStateVersion) {
    GetPlacementResponse.Builder out =
        GetPlacementResponse.newBuilder()
            .setClusterId(state.clusterId().value())
            .setStateVersion(state.stateVersion())
            .setClusterVersion(state.clusterVersion());
    if (state.stateVersion() == knownStateVersion) {
      return out.build();
    }
    Map<NodeId, Integer> positions = new HashMap<>(); // only looked up, never walked
    for (Member member : state.members().values()) {
      positions.put(member.id(), positions.size());
      out.addNodes(node(member));
    }
    for (PartitionPlacement partition : state.partitions()) {
      io.quorate.proto.v1.PartitionPlacement.Builder placement =
          out.addPartitionsBuilder().setEpoch(partition.epoch());
      for (NodeId node : readFirst(partition)) {
        placement.addPreferenceList(positions.getOrDefault(node, -1));
      }
    }
    state.tenants().values().forEach(tenant -> out.addTenants(tenant(tenant)));
    return out.build();
  }

  /** A node as a client needs to know it. */
  public static PlacementNode node(Member member) {
    return PlacementNode.newBuilder()
        .setId(member.id().value())
        .setAddress(member.address())
        .setRegion(member.region())
        .setZone(member.zone())
        .build();
  }

  /** The list whose replicas are read first: what clients ask counts by itself then. */
  public static List<NodeId> readFirst(PartitionPlacement partition) {
    Move move = partition.move();
    return move != null && move.step() == Move.Step.CUTOVER
        ? move.other()
        : partition.preferenceList();
  }

  public static io.quorate.proto.v1.Release release(Release release) {
    return io.quorate.proto.v1.Release.newBuilder()
        .setName(release.name())
        .setOldestClusterVersion(release.oldest())
        .setNewestClusterVersion(release.newest())
        .build();
  }

  public static io.quorate.proto.v1.Tenant tenant(Tenant tenant) {
    return io.quorate.proto.v1.Tenant.newBuilder()
        .setName(tenant.name())
        .setId(tenant.id())
        .setReplicationFactor(tenant.replicationFactor())
        .setNextReplicationFactor(
            tenant.replication().isAltered() ? tenant.replication().goal() : 0)
        .setReadLevel(ScanCodec.level(tenant.readLevel()))
        .setWriteLevel(ScanCodec.level(tenant.writeLevel()))
        .setModel(io.quorate.proto.v1.Tenant.Model.MODEL_LAST_WRITE_WINS)
        .setDefaultTtlMs(tenant.defaultTtlMillis())
        .setReadRepair(readRepair(tenant.readRepair()))
        .setLimits(limits(tenant.limits()))
        .build();
  }

  private static io.quorate.proto.v1.ReadRepair readRepair(ReadRepair repair) {
    return io.quorate.proto.v1.ReadRepair.newBuilder()
        .setModeValue(ReadRepairCodec.number(repair.mode()))
        .setBackgroundPercent(repair.backgroundPercent())
        .build();
  }

  private static @Nullable ReadRepair readRepair(io.quorate.proto.v1.ReadRepair repair) {
    return new ReadRepairCodec.Field(repair.getModeValue(), repair.getBackgroundPercent()).valid();
  }

  private static io.quorate.proto.v1.TenantLimits limits(TenantLimits limits) {
    return io.quorate.proto.v1.TenantLimits.newBuilder()
        .setOperationsPerSecond(limits.operationsPerSecond())
        .setBytesPerSecond(limits.bytesPerSecond())
        .setHintOverflow(
            switch (limits.hintOverflow()) {
              case MARK -> io.quorate.proto.v1.HintOverflow.HINT_OVERFLOW_MARK;
              case REJECT -> io.quorate.proto.v1.HintOverflow.HINT_OVERFLOW_REJECT;
            })
        .build();
  }

  private static @Nullable HintOverflow hintOverflow(io.quorate.proto.v1.HintOverflow policy) {
    return switch (policy) {
      case HINT_OVERFLOW_UNSPECIFIED -> null;
      case HINT_OVERFLOW_MARK -> HintOverflow.MARK;
      case HINT_OVERFLOW_REJECT -> HintOverflow.REJECT;
      case UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "a policy for hint overflow that this server does not know: give HINT_OVERFLOW_MARK"
                  + " or HINT_OVERFLOW_REJECT");
    };
  }

  /**
   * The command to create a tenant.
   *
   * @throws IllegalArgumentException if it asks for what is not known here; the message says what
   */
  public static Command.CreateTenant createTenant(io.quorate.proto.v1.Tenant tenant) {
    switch (tenant.getModel()) {
      case MODEL_UNSPECIFIED, MODEL_LAST_WRITE_WINS -> {}
      case UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "tenant "
                  + Quoted.of(tenant.getName())
                  + ": model "
                  + tenant.getModelValue()
                  + " is not known to this server: give MODEL_LAST_WRITE_WINS");
    }
    return new Command.CreateTenant(
        tenant.getName(),
        tenant.getReplicationFactor(),
        new TenantSettings(
            ScanCodec.level(tenant.getReadLevel()),
            ScanCodec.level(tenant.getWriteLevel()),
            tenant.getDefaultTtlMs(),
            readRepair(tenant.getReadRepair()),
            tenant.getLimits().getOperationsPerSecond(),
            tenant.getLimits().getBytesPerSecond(),
            hintOverflow(tenant.getLimits().getHintOverflow())));
  }

  /**
   * The command to change a tenant's defaults.
   *
   * @throws IllegalArgumentException if it asks for what is not known here; the message says what
   */
  public static Command.AlterTenant alterTenant(AlterTenantRequest request) {
    return new Command.AlterTenant(
        request.getName(),
        new TenantSettings(
            ScanCodec.level(request.getReadLevel()),
            ScanCodec.level(request.getWriteLevel()),
            request.hasDefaultTtlMs() ? Long.valueOf(request.getDefaultTtlMs()) : null,
            readRepair(request.getReadRepair()),
            request.hasOperationsPerSecond()
                ? Long.valueOf(request.getOperationsPerSecond())
                : null,
            request.hasBytesPerSecond() ? Long.valueOf(request.getBytesPerSecond()) : null,
            hintOverflow(request.getHintOverflow())),
        request.getReplicationFactor());
  }
}

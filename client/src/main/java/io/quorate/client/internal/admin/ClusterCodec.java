package io.quorate.client.internal.admin;

import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.Filling;
import io.quorate.client.admin.JoinToken;
import io.quorate.client.admin.MetadataView;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Placement;
import io.quorate.client.admin.Purging;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.SelfReport;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSettings;
import io.quorate.client.admin.UpgradeStatus;
import io.quorate.client.admin.VersionConflicts;
import io.quorate.client.internal.text.Hex;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.FillProgress;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.GetUpgradeStatusResponse;
import io.quorate.proto.v1.MetadataStatus;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.PurgeProgress;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Our words and those on the wire, for the cluster itself. */
public final class ClusterCodec {
  private ClusterCodec() {}

  static ClusterStatus status(GetStatusResponse status) {
    return ClusterStatus.builder()
        .clusterId(Hex.of(status.getClusterId()))
        .answeredBy(Hex.of(status.getAnsweredBy()))
        .nodes(status.getNodesList().stream().map(ClusterCodec::node).toList())
        .metadata(metadata(status.getMetadata()))
        .moves(status.getMovesList().stream().map(TopologyCodec::move).toList())
        .topologyChange(TopologyCodec.status(status.getTopologyChange()))
        .partitions(status.getPartitions())
        .partitionsDegraded(status.getPartitionsDegraded())
        .partitionsUnavailable(status.getPartitionsUnavailable())
        .report(report(status.getReport()))
        .build();
  }

  private static SelfReport report(NodeReport report) {
    return SelfReport.builder()
        .software(report.getSoftware())
        .waitingFor(report.getWaitingFor())
        .disk(
            switch (report.getDisk()) {
              case DISK_WRITABLE -> ClusterStatus.Disk.WRITABLE;
              case DISK_FULL -> ClusterStatus.Disk.FULL;
              case DISK_FAILED -> ClusterStatus.Disk.FAILED;
              case DISK_UNSPECIFIED, UNRECOGNIZED -> ClusterStatus.Disk.UNKNOWN;
            })
        .diskReason(report.getDiskReason())
        .diskBytes(report.getDiskBytes())
        .diskUsedBytes(report.getDiskUsedBytes())
        .diskAvailableBytes(
            report.hasDiskAvailableBytes()
                ? OptionalLong.of(report.getDiskAvailableBytes())
                : OptionalLong.empty())
        .clockSkewed(report.getClockSkewed())
        .clockAheadMillis(report.getClockAheadMs())
        .stateVersion(report.getStateVersion())
        .deadLetters(report.getDeadLetters())
        .hintsPaused(report.getHintsPaused())
        .comparisons(report.getComparisons())
        .comparisonsOverdue(report.getComparisonsOverdue())
        .comparisonAgeMillis(report.getComparisonAgeMs())
        .damagedPartitions(report.getDamagedPartitions())
        .filling(filling(report.getFilling()))
        .purging(purging(report.getPurging()))
        .versionConflicts(
            report.getVersionConflictsList().stream()
                .map(
                    each ->
                        VersionConflicts.of(
                            Hex.of(each.getNode()), each.getIncarnation(), each.getRecords()))
                .toList())
        .stampsRefused(report.getStampsRefused())
        .insecure(report.getInsecure())
        .openSecrets(List.copyOf(report.getOpenSecretsList()))
        .tokenKeysReason(report.getTokenKeysReason())
        .tokenKeysMissing(report.getTokenKeysMissing())
        .certificatesReason(report.getCertificatesReason())
        .recentRequests(report.getRecentRequests())
        .recentRequestsRefused(report.getRecentRequestsRefused())
        .clusterSettings(report.getClusterSettingsMap())
        .build();
  }

  private static Filling filling(FillProgress progress) {
    return Filling.builder()
        .partitions(progress.getPartitions())
        .totalPartitions(progress.getTotalPartitions())
        .records(progress.getRecords())
        .bytes(progress.getBytes())
        .bytesPerSecond(progress.getBytesPerSecond())
        .build();
  }

  private static Purging purging(PurgeProgress progress) {
    return Purging.builder()
        .tombstones(progress.getTombstones())
        .due(progress.getDue())
        .open(progress.getOpen())
        .overdueMillis(progress.getOverdueMs())
        .purgedAgeMillis(progress.getPurgedAgeMs())
        .build();
  }

  private static NodeView node(NodeStatus node) {
    return NodeView.builder()
        .id(Hex.of(node.getId()))
        .address(node.getAddress())
        .region(node.getRegion())
        .zone(node.getZone())
        .state(state(node.getState()))
        .incarnation(node.getIncarnation())
        .replicas(node.getReplicas())
        .weight(node.getWeight())
        .silentMillis(node.getSilentMs())
        .phi(node.getPhi())
        .lagMillis(node.getLagMs())
        .breakerOpen(node.getBreakerOpen())
        .hints(node.getHints())
        .repairs(node.getRepairs())
        .filling(node.getFilling())
        .hintsPaused(node.getHintsPaused())
        .membership(TopologyCodec.membership(node.getMembership()))
        .markedDown(node.getMarkedDown())
        .name(node.getName())
        .peerAddress(node.getPeerAddress())
        .build();
  }

  static JoinToken joinToken(io.quorate.proto.v1.JoinToken token) {
    return JoinToken.of(
        token.getId(), Instant.ofEpochMilli(token.getExpiresAtMs()), token.getUsesLeft());
  }

  static UpgradeStatus upgrade(GetUpgradeStatusResponse status) {
    return UpgradeStatus.of(
        status.getClusterVersion(),
        status.getHighestClusterVersion(),
        status.getNodesList().stream()
            .map(
                each ->
                    UpgradeStatus.Node.builder()
                        .id(Hex.of(each.getId()))
                        .address(each.getAddress())
                        .state(state(each.getState()))
                        .release(each.getRelease().getName())
                        .oldestClusterVersion(each.getRelease().getOldestClusterVersion())
                        .newestClusterVersion(each.getRelease().getNewestClusterVersion())
                        .build())
            .toList(),
        status.getOpenMs());
  }

  private static ClusterStatus.State state(NodeStatus.State state) {
    return switch (state) {
      case STATE_UP -> ClusterStatus.State.UP;
      case STATE_DOWN -> ClusterStatus.State.DOWN;
      case STATE_READ_ONLY -> ClusterStatus.State.READ_ONLY;
      case STATE_SUSPECTED -> ClusterStatus.State.SUSPECTED;
      case STATE_UNSPECIFIED, UNRECOGNIZED -> ClusterStatus.State.UNKNOWN;
    };
  }

  private static MetadataView metadata(MetadataStatus metadata) {
    return MetadataView.builder()
        .leader(Hex.orEmpty(metadata.getLeader()))
        .term(metadata.getTerm())
        .commitIndex(metadata.getCommitIndex())
        .appliedIndex(metadata.getAppliedIndex())
        .voters(Hex.of(metadata.getVotersList()))
        .learners(Hex.of(metadata.getLearnersList()))
        .stuck(metadata.getStuck())
        .announcementRefused(metadata.getAnnouncementRefused())
        .build();
  }

  static Placement placement(GetPlacementResponse placement) {
    return Placement.of(
        Hex.of(placement.getClusterId()),
        placement.getStateVersion(),
        placement.getNodesList().stream()
            .map(
                node ->
                    Placement.Node.of(
                        Hex.of(node.getId()),
                        node.getAddress(),
                        node.getRegion(),
                        node.getZone(),
                        node.getName()))
            .toList(),
        placement.getPartitionsList().stream()
            .map(
                partition ->
                    Placement.Partition.of(partition.getEpoch(), partition.getPreferenceListList()))
            .toList(),
        tenants(placement.getTenantsList()),
        placement.getClusterVersion());
  }

  static List<Tenant> tenants(List<io.quorate.proto.v1.Tenant> tenants) {
    return tenants.stream().map(ClusterCodec::tenant).toList();
  }

  static Tenant tenant(io.quorate.proto.v1.Tenant tenant) {
    return Tenant.builder()
        .name(tenant.getName())
        .id(tenant.getId())
        .replicationFactor(tenant.getReplicationFactor())
        .nextReplicationFactor(
            tenant.getNextReplicationFactor() == 0
                ? tenant.getReplicationFactor()
                : tenant.getNextReplicationFactor())
        .replicasByRegion(FactorCodec.byRegion(tenant.getReplicasByRegionList()))
        .nextReplicasByRegion(
            FactorCodec.byRegion(
                tenant.getNextReplicationFactor() == 0
                    ? tenant.getReplicasByRegionList()
                    : tenant.getNextReplicasByRegionList()))
        .beingRestored(tenant.getRestoring() != 0)
        .settings(SettingCodec.read(tenant))
        .build();
  }

  static io.quorate.proto.v1.Tenant newTenant(String name, TenantSettings settings) {
    io.quorate.proto.v1.Tenant.Builder tenant =
        io.quorate.proto.v1.Tenant.newBuilder().setName(name);
    ReplicationFactor factor = settings.replication();
    if (factor != null) {
      tenant
          .setReplicationFactor(factor.replicas())
          .addAllReplicasByRegion(FactorCodec.byRegion(factor));
    }
    SettingCodec.write(settings, tenant);
    return tenant.build();
  }

  static AlterTenantRequest alteration(String name, TenantSettings settings) {
    AlterTenantRequest.Builder change = AlterTenantRequest.newBuilder().setName(name);
    ReplicationFactor factor = settings.replication();
    if (factor != null) {
      change
          .setReplicationFactor(factor.replicas())
          .addAllReplicasByRegion(FactorCodec.byRegion(factor));
    }
    SettingCodec.write(settings, change);
    return change.build();
  }
}

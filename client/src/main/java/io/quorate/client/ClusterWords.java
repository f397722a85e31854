package io.quorate.client;

import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.FillProgress;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.GetUpgradeStatusResponse;
import io.quorate.proto.v1.MetadataStatus;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.PurgeProgress;
import java.time.Duration;
import java.util.List;

/** Our words and those on the wire, for the cluster itself. */
final class ClusterWords {
  private static final String MODEL_PREFIX = "MODEL_";

  private ClusterWords() {}

  static ClusterStatus status(GetStatusResponse status) {
    return new ClusterStatus(
        Hex.of(status.getClusterId()),
        Hex.of(status.getAnsweredBy()),
        status.getNodesList().stream().map(ClusterWords::node).toList(),
        metadata(status.getMetadata()),
        status.getMovesList().stream().map(TopologyWords::move).toList(),
        TopologyWords.status(status.getTopologyChange()),
        status.getPartitions(),
        status.getPartitionsDegraded(),
        status.getPartitionsUnavailable(),
        report(status.getReport()));
  }

  private static ClusterStatus.Report report(NodeReport report) {
    return new ClusterStatus.Report(
        report.getSoftware(),
        report.getWaitingFor(),
        switch (report.getDisk()) {
          case DISK_WRITABLE -> ClusterStatus.Disk.WRITABLE;
          case DISK_FULL -> ClusterStatus.Disk.FULL;
          case DISK_FAILED -> ClusterStatus.Disk.FAILED;
          case DISK_UNSPECIFIED, UNRECOGNIZED -> ClusterStatus.Disk.UNKNOWN;
        },
        report.getDiskReason(),
        report.getDiskBytes(),
        report.getDiskUsedBytes(),
        report.getClockSkewed(),
        report.getClockAheadMs(),
        report.getStateVersion(),
        report.getDeadLetters(),
        report.getHintsPaused(),
        report.getComparisons(),
        report.getComparisonsOverdue(),
        report.getComparisonAgeMs(),
        report.getDamagedPartitions(),
        filling(report.getFilling()),
        purging(report.getPurging()),
        report.getVersionConflictsList().stream()
            .map(
                each ->
                    new ClusterStatus.VersionConflicts(
                        Hex.of(each.getNode()), each.getIncarnation(), each.getRecords()))
            .toList(),
        report.getStampsRefused(),
        report.getRecentRequests(),
        report.getRecentRequestsRefused(),
        report.getClusterSettingsMap());
  }

  private static ClusterStatus.Filling filling(FillProgress progress) {
    return new ClusterStatus.Filling(
        progress.getPartitions(),
        progress.getTotalPartitions(),
        progress.getRecords(),
        progress.getBytes(),
        progress.getBytesPerSecond());
  }

  private static ClusterStatus.Purging purging(PurgeProgress progress) {
    return new ClusterStatus.Purging(
        progress.getTombstones(),
        progress.getDue(),
        progress.getOpen(),
        progress.getOverdueMs(),
        progress.getPurgedAgeMs());
  }

  private static ClusterStatus.Node node(NodeStatus node) {
    return new ClusterStatus.Node(
        Hex.of(node.getId()),
        node.getAddress(),
        node.getRegion(),
        node.getZone(),
        state(node.getState()),
        node.getIncarnation(),
        node.getReplicas(),
        node.getWeight(),
        node.getSilentMs(),
        node.getPhi(),
        node.getLagMs(),
        node.getBreakerOpen(),
        node.getHints(),
        node.getRepairs(),
        node.getFilling(),
        node.getHintsPaused(),
        TopologyWords.membership(node.getMembership()),
        node.getMarkedDown(),
        node.getName());
  }

  static UpgradeStatus upgrade(GetUpgradeStatusResponse status) {
    return new UpgradeStatus(
        status.getClusterVersion(),
        status.getHighestClusterVersion(),
        status.getNodesList().stream()
            .map(
                each ->
                    new UpgradeStatus.Node(
                        Hex.of(each.getId()),
                        each.getAddress(),
                        state(each.getState()),
                        each.getRelease().getName(),
                        each.getRelease().getOldestClusterVersion(),
                        each.getRelease().getNewestClusterVersion()))
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

  private static ClusterStatus.Metadata metadata(MetadataStatus metadata) {
    return new ClusterStatus.Metadata(
        Hex.orEmpty(metadata.getLeader()),
        metadata.getTerm(),
        metadata.getCommitIndex(),
        metadata.getAppliedIndex(),
        Hex.of(metadata.getVotersList()),
        Hex.of(metadata.getLearnersList()),
        metadata.getStuck());
  }

  static Placement placement(GetPlacementResponse placement) {
    return new Placement(
        placement.getStateVersion(),
        placement.getNodesList().stream()
            .map(
                node ->
                    new Placement.Node(
                        Hex.of(node.getId()), node.getAddress(), node.getRegion(), node.getZone()))
            .toList(),
        placement.getPartitionsList().stream()
            .map(
                partition ->
                    new Placement.Partition(
                        partition.getEpoch(), partition.getPreferenceListList()))
            .toList(),
        tenants(placement.getTenantsList()),
        placement.getClusterVersion());
  }

  static List<Tenant> tenants(List<io.quorate.proto.v1.Tenant> tenants) {
    return tenants.stream().map(ClusterWords::tenant).toList();
  }

  static Tenant tenant(io.quorate.proto.v1.Tenant tenant) {
    return new Tenant(
        tenant.getName(),
        tenant.getId(),
        tenant.getReplicationFactor(),
        tenant.getNextReplicationFactor() == 0
            ? tenant.getReplicationFactor()
            : tenant.getNextReplicationFactor(),
        Words.fromWire(tenant.getReadLevel()),
        Words.fromWire(tenant.getWriteLevel()),
        model(tenant.getModel()),
        Duration.ofMillis(tenant.getDefaultTtlMs()),
        Words.fromWire(tenant.getReadRepair()),
        limits(tenant.getLimits()));
  }

  private static TenantLimits limits(io.quorate.proto.v1.TenantLimits limits) {
    return new TenantLimits(
        limits.getOperationsPerSecond(),
        limits.getBytesPerSecond(),
        limits.getHintOverflow() == io.quorate.proto.v1.HintOverflow.HINT_OVERFLOW_REJECT
            ? HintOverflow.REJECT
            : HintOverflow.MARK);
  }

  private static io.quorate.proto.v1.HintOverflow toWire(HintOverflow policy) {
    return switch (policy) {
      case MARK -> io.quorate.proto.v1.HintOverflow.HINT_OVERFLOW_MARK;
      case REJECT -> io.quorate.proto.v1.HintOverflow.HINT_OVERFLOW_REJECT;
    };
  }

  private static String model(io.quorate.proto.v1.Tenant.Model model) {
    return model.name().startsWith(MODEL_PREFIX)
        ? model.name().substring(MODEL_PREFIX.length())
        : model.name();
  }

  static io.quorate.proto.v1.Tenant newTenant(String name, TenantSettings settings) {
    io.quorate.proto.v1.Tenant.Builder tenant =
        io.quorate.proto.v1.Tenant.newBuilder().setName(name);
    if (settings.replicationFactor() != null) {
      tenant.setReplicationFactor(settings.replicationFactor());
    }
    if (settings.readLevel() != null) {
      tenant.setReadLevel(Words.toWire(settings.readLevel()));
    }
    if (settings.writeLevel() != null) {
      tenant.setWriteLevel(Words.toWire(settings.writeLevel()));
    }
    if (settings.defaultTtl() != null) {
      tenant.setDefaultTtlMs(Checks.millis(settings.defaultTtl()));
    }
    if (settings.readRepair() != null) {
      tenant.setReadRepair(Words.toWire(settings.readRepair()));
    }
    if (settings.operationsPerSecond() != null) {
      tenant.getLimitsBuilder().setOperationsPerSecond(settings.operationsPerSecond());
    }
    if (settings.bytesPerSecond() != null) {
      tenant.getLimitsBuilder().setBytesPerSecond(settings.bytesPerSecond());
    }
    if (settings.hintOverflow() != null) {
      tenant.getLimitsBuilder().setHintOverflow(toWire(settings.hintOverflow()));
    }
    return tenant.build();
  }

  static AlterTenantRequest alteration(String name, TenantSettings settings) {
    AlterTenantRequest.Builder change = AlterTenantRequest.newBuilder().setName(name);
    if (settings.replicationFactor() != null) {
      change.setReplicationFactor(settings.replicationFactor());
    }
    if (settings.readLevel() != null) {
      change.setReadLevel(Words.toWire(settings.readLevel()));
    }
    if (settings.writeLevel() != null) {
      change.setWriteLevel(Words.toWire(settings.writeLevel()));
    }
    if (settings.defaultTtl() != null) {
      change.setDefaultTtlMs(Checks.millis(settings.defaultTtl()));
    }
    if (settings.readRepair() != null) {
      change.setReadRepair(Words.toWire(settings.readRepair()));
    }
    if (settings.operationsPerSecond() != null) {
      change.setOperationsPerSecond(settings.operationsPerSecond());
    }
    if (settings.bytesPerSecond() != null) {
      change.setBytesPerSecond(settings.bytesPerSecond());
    }
    if (settings.hintOverflow() != null) {
      change.setHintOverflow(toWire(settings.hintOverflow()));
    }
    return change.build();
  }
}

package io.quorate.transport.admin;

import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.NamedMember;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.placement.Factor;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import io.quorate.proto.v1.FillProgress;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.PurgeProgress;
import io.quorate.proto.v1.VersionConflicts;
import io.quorate.replication.repair.Filler;
import io.quorate.transport.RecentRequests;
import java.util.concurrent.TimeUnit;

/** How nodes are, in the words of {@code quorate.v1}. */
final class StatusCodec {
  private StatusCodec() {}

  static NodeStatus node(ClusterState state, Member member, ClusterAdmin.Seen seen) {
    Replication ofDefault = defaultReplication(state);
    Regions regions = state.regions();
    int replicas = 0;
    int filling = 0;
    for (PartitionPlacement partition : state.partitions()) {
      Factor factor = partition.factor(ofDefault, regions);
      replicas += partition.ofList(factor).contains(member.id()) ? 1 : 0;
      filling += partition.filling().contains(member.id()) ? 1 : 0;
    }
    return NodeStatus.newBuilder()
        .setId(member.id().value())
        .setAddress(member.addressForClients())
        .setRegion(member.region())
        .setZone(member.zone())
        .setState(state(seen))
        .setIncarnation(member.incarnation())
        .setReplicas(replicas)
        .setWeight(member.weight())
        .setSilentMs(seen.silentMillis())
        .setPhi(seen.phi())
        .setLagMs(seen.lagMillis())
        .setBreakerOpen(seen.breakerOpen())
        .setHints(seen.owed().hints())
        .setRepairs(seen.owed().repairs())
        .setHintsPaused(seen.owed().paused())
        .setFilling(filling)
        .setMembership(ChangeCodec.membership(member.state()))
        .setMarkedDown(member.down())
        .setName(member.name())
        .setPeerAddress(member.clientAddress().isEmpty() ? "" : member.address())
        .build();
  }

  static NodeStatus.State state(ClusterAdmin.Seen seen) {
    if (seen.live()) {
      return seen.writable() ? NodeStatus.State.STATE_UP : NodeStatus.State.STATE_READ_ONLY;
    }
    return seen.suspected() ? NodeStatus.State.STATE_SUSPECTED : NodeStatus.State.STATE_DOWN;
  }

  private static Replication defaultReplication(ClusterState state) {
    Tenant tenant = state.tenants().get(Tenant.DEFAULT_NAME);
    return tenant == null ? Replication.of(state.replicationFactorMax()) : tenant.replication();
  }

  static NodeReport report(
      ClusterAdmin.Report report, ClusterState state, RecentRequests.Counts recent) {
    NodeReport.Builder out =
        NodeReport.newBuilder()
            .setSoftware(report.software())
            .setWaitingFor(NamedMember.names(state).in(report.waitingFor()))
            .setDisk(
                switch (report.disk().state()) {
                  case WRITABLE -> NodeReport.Disk.DISK_WRITABLE;
                  case FULL -> NodeReport.Disk.DISK_FULL;
                  case FAILED -> NodeReport.Disk.DISK_FAILED;
                })
            .setDiskReason(report.disk().reason())
            .setClockSkewed(report.clockSkewed())
            .setClockAheadMs(report.clockAheadMillis())
            .setStateVersion(state.stateVersion())
            .setDeadLetters(report.deadLetters())
            .setHintsPaused(report.hintsPaused())
            .setComparisons(report.comparisons().pairs())
            .setComparisonsOverdue(report.comparisons().overdue())
            .setComparisonAgeMs(TimeUnit.NANOSECONDS.toMillis(report.comparisons().oldestNanos()))
            .setDamagedPartitions(report.damagedPartitions())
            .setFilling(filling(report.filling()))
            .setPurging(purging(report.purging()))
            .addAllVersionConflicts(
                report.conflicts().stream()
                    .map(
                        each ->
                            VersionConflicts.newBuilder()
                                .setNode(each.writer().value())
                                .setIncarnation(each.boot())
                                .setRecords(each.records())
                                .build())
                    .toList())
            .setStampsRefused(report.stampsRefused())
            .setInsecure(report.insecure())
            .addAllOpenSecrets(report.openSecrets())
            .setTokenKeysReason(report.tokenKeys().reason())
            .setTokenKeysMissing(report.tokenKeys().missing())
            .setCertificatesReason(report.certificatesReason())
            .setRecentRequests(recent.answered())
            .setRecentRequestsRefused(recent.refused())
            .putAllClusterSettings(report.clusterSettings());
    addUsage(report.usage(), out);
    return out.build();
  }

  /** What is not known is left unset: 0 available bytes would be a full disk. */
  private static void addUsage(ClusterAdmin.DiskUsage usage, NodeReport.Builder out) {
    if (usage.isKnown()) {
      out.setDiskBytes(usage.bytes())
          .setDiskUsedBytes(usage.usedBytes())
          .setDiskAvailableBytes(usage.availableBytes());
    }
  }

  private static FillProgress filling(Filler.Progress progress) {
    return FillProgress.newBuilder()
        .setPartitions(progress.partitions())
        .setTotalPartitions(progress.most())
        .setRecords(progress.records())
        .setBytes(progress.bytes())
        .setBytesPerSecond(progress.bytesPerSecond())
        .build();
  }

  private static PurgeProgress purging(ClusterAdmin.Purging purging) {
    return PurgeProgress.newBuilder()
        .setTombstones(purging.tombstones())
        .setDue(purging.due())
        .setOpen(purging.open())
        .setOverdueMs(purging.overdueMillis())
        .setPurgedAgeMs(purging.purgedAgeMillis())
        .build();
  }
}

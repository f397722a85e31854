package io.quorate.client.internal.admin;

import io.quorate.client.admin.AlteredTenant;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.LostPartition;
import io.quorate.client.admin.NodePlan;
import io.quorate.client.admin.TopologyChange;
import io.quorate.client.admin.TopologyChangeOptions;
import io.quorate.client.admin.TopologyChangeResult;
import io.quorate.client.admin.TopologyChangeStatus;
import io.quorate.client.admin.TopologyPlan;
import io.quorate.client.internal.text.Hex;
import io.quorate.proto.v1.AlterReplication;
import io.quorate.proto.v1.AwaitedNode;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.CopyProgress;
import io.quorate.proto.v1.GiveUpNodes;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.MoveNode;
import io.quorate.proto.v1.PartitionMove;
import io.quorate.proto.v1.PlanTopologyChangeRequest;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.PlannedNode;
import io.quorate.proto.v1.PlannedPartition;
import io.quorate.proto.v1.ReplaceNode;
import java.time.Duration;
import java.util.List;

/** Our words and those on the wire, for changes of the topology. */
final class TopologyCodec {
  private TopologyCodec() {}

  static PlanTopologyChangeRequest plan(TopologyChange change) {
    return PlanTopologyChangeRequest.newBuilder().setChange(toWire(change)).build();
  }

  static ChangeTopologyRequest change(
      TopologyChange change, ChangeLimits limits, TopologyChangeOptions options) {
    ChangeTopologyRequest.Builder out =
        ChangeTopologyRequest.newBuilder()
            .setChange(toWire(change))
            .setRequestId(RequestIds.bytes(options.requestId()))
            .setExpectedStateVersion(options.expectedStateVersion());
    return limits.equals(ChangeLimits.UNCHANGED)
        ? out.build()
        : out.setLimits(toWire(limits)).build();
  }

  static CancelTopologyChangeRequest cancel(TopologyChangeOptions options) {
    return CancelTopologyChangeRequest.newBuilder()
        .setRequestId(RequestIds.bytes(options.requestId()))
        .setExpectedStateVersion(options.expectedStateVersion())
        .build();
  }

  static LimitTopologyChangeRequest limit(ChangeLimits limits, TopologyChangeOptions options) {
    return LimitTopologyChangeRequest.newBuilder()
        .setLimits(toWire(limits))
        .setRequestId(RequestIds.bytes(options.requestId()))
        .setExpectedStateVersion(options.expectedStateVersion())
        .build();
  }

  private static io.quorate.proto.v1.TopologyChange toWire(TopologyChange change) {
    io.quorate.proto.v1.TopologyChange.Builder out =
        io.quorate.proto.v1.TopologyChange.newBuilder();
    if (change instanceof TopologyChange.Add add) {
      out.setAddNode(add.node());
    } else if (change instanceof TopologyChange.Remove remove) {
      out.setRemoveNode(remove.node());
    } else if (change instanceof TopologyChange.Replace replace) {
      out.setReplaceNode(
          ReplaceNode.newBuilder().setNode(replace.node()).setReplacement(replace.replacement()));
    } else if (change instanceof TopologyChange.Move move) {
      out.setMoveNode(
          MoveNode.newBuilder()
              .setNode(move.node())
              .setRegion(move.region() == null ? "" : move.region())
              .setZone(move.zone() == null ? "" : move.zone()));
    } else if (change instanceof TopologyChange.GiveUp giveUp) {
      out.setGiveUpNodes(
          GiveUpNodes.newBuilder()
              .addAllNodes(giveUp.nodes())
              .setAcceptDataLoss(giveUp.acceptDataLoss()));
    } else if (change instanceof TopologyChange.AcknowledgeLoss) {
      out.setAcknowledgeLoss(io.quorate.proto.v1.AcknowledgeLoss.getDefaultInstance());
    } else if (change instanceof TopologyChange.AlterReplication alter) {
      out.setAlterReplication(
          AlterReplication.newBuilder()
              .setTenant(alter.tenant())
              .setReplicationFactor(alter.factor().replicas())
              .addAllReplicasByRegion(FactorCodec.byRegion(alter.factor())));
    } else {
      out.setRebalance(io.quorate.proto.v1.Rebalance.getDefaultInstance());
    }
    return out.build();
  }

  static io.quorate.proto.v1.ChangeLimits toWire(ChangeLimits limits) {
    io.quorate.proto.v1.ChangeLimits.Builder out = io.quorate.proto.v1.ChangeLimits.newBuilder();
    if (limits.parallel() != null) {
      out.setParallel(limits.parallel());
    }
    if (limits.blockWrites() != null) {
      out.setBlockWrites(limits.blockWrites());
    }
    if (limits.bytesPerSecond() != null) {
      out.setBytesPerSecond(limits.bytesPerSecond());
    }
    if (limits.paused() != null) {
      out.setPaused(limits.paused());
    }
    return out.build();
  }

  private static ChangeLimits limits(io.quorate.proto.v1.ChangeLimits limits) {
    ChangeLimits known = ChangeLimits.UNCHANGED;
    if (limits.hasParallel()) {
      known = known.parallel(limits.getParallel());
    }
    if (limits.hasBytesPerSecond()) {
      known = known.bytesPerSecond(limits.getBytesPerSecond());
    }
    if (limits.hasPaused()) {
      known = known.paused(limits.getPaused());
    }
    if (limits.hasBlockWrites()) {
      known = known.blockWrites(limits.getBlockWrites());
    }
    return known;
  }

  static TopologyChangeResult result(
      long changeId, io.quorate.proto.v1.TopologyChangeStatus status, List<String> warnings) {
    return TopologyChangeResult.of(changeId, status(status), warnings);
  }

  static TopologyChangeStatus status(io.quorate.proto.v1.TopologyChangeStatus status) {
    CopyProgress copied = status.getCopied();
    return TopologyChangeStatus.builder()
        .stateVersion(status.getStateVersion())
        .changeId(status.getChangeId())
        .underWay(status.getUnderWay())
        .beingPlanned(status.getBeingPlanned())
        .planned(status.getPlanned())
        .done(status.getDone())
        .waiting(status.getWaiting())
        .moving(status.getMoving())
        .cleaning(status.getCleaning())
        .limits(limits(status.getLimits()))
        .copied(
            TopologyChangeStatus.Copied.of(
                copied.getRecords(), copied.getBytes(), copied.getBytesPerSecond()))
        .bytesLeft(status.getBytesLeft())
        .timeLeft(status.hasSecondsLeft() ? Duration.ofSeconds(status.getSecondsLeft()) : null)
        .awaited(
            status.getAwaitedList().stream()
                .map(
                    awaited ->
                        TopologyChangeStatus.Awaited.of(
                            Hex.of(awaited.getId()),
                            awaited.getPartitions(),
                            Duration.ofMillis(awaited.getWaitingMs()),
                            task(awaited.getTask())))
                .toList())
        .altering(
            status.getAlteringList().stream()
                .map(
                    tenant ->
                        AlteredTenant.of(
                            tenant.getName(),
                            FactorCodec.factor(
                                tenant.getReplicationFactor(), tenant.getReplicasByRegionList()),
                            FactorCodec.factor(
                                tenant.getTargetReplicationFactor(),
                                tenant.getTargetReplicasByRegionList())))
                .toList())
        .lost(
            status.getLostList().stream()
                .map(
                    lost ->
                        LostPartition.of(
                            lost.getPartition(),
                            lost.getEpoch(),
                            Hex.of(lost.getGivenUpList()),
                            lost.getWhole()))
                .toList())
        .build();
  }

  private static TopologyChangeStatus.Task task(AwaitedNode.Task task) {
    return switch (task) {
      case TASK_STEP -> TopologyChangeStatus.Task.STEP;
      case TASK_COPY -> TopologyChangeStatus.Task.COPY;
      case TASK_HAND_OVER -> TopologyChangeStatus.Task.HAND_OVER;
      case TASK_VOTE -> TopologyChangeStatus.Task.VOTE;
      case TASK_BEGIN -> TopologyChangeStatus.Task.BEGIN;
      case TASK_UNSPECIFIED, UNRECOGNIZED -> TopologyChangeStatus.Task.UNKNOWN;
    };
  }

  static ClusterStatus.PartitionMove move(PartitionMove move) {
    return ClusterStatus.PartitionMove.builder()
        .partition(move.getPartition())
        .stage(stage(move.getStage()))
        .epoch(move.getEpoch())
        .from(Hex.of(move.getFromList()))
        .to(Hex.of(move.getToList()))
        .build();
  }

  private static ClusterStatus.PartitionMove.Stage stage(PartitionMove.Stage stage) {
    return switch (stage) {
      case STAGE_DUAL_WRITE -> ClusterStatus.PartitionMove.Stage.DUAL_WRITE;
      case STAGE_CUTOVER -> ClusterStatus.PartitionMove.Stage.CUTOVER;
      case STAGE_STEP_BACK -> ClusterStatus.PartitionMove.Stage.STEP_BACK;
      case STAGE_CLEANUP -> ClusterStatus.PartitionMove.Stage.CLEANUP;
      case STAGE_UNSPECIFIED, UNRECOGNIZED -> ClusterStatus.PartitionMove.Stage.UNKNOWN;
    };
  }

  static ClusterStatus.Membership membership(Membership membership) {
    return switch (membership) {
      case MEMBERSHIP_ACTIVE -> ClusterStatus.Membership.ACTIVE;
      case MEMBERSHIP_READMITTING -> ClusterStatus.Membership.READMITTING;
      case MEMBERSHIP_SPARE -> ClusterStatus.Membership.SPARE;
      case MEMBERSHIP_JOINING -> ClusterStatus.Membership.JOINING;
      case MEMBERSHIP_LEAVING -> ClusterStatus.Membership.LEAVING;
      case MEMBERSHIP_UNSPECIFIED, UNRECOGNIZED -> ClusterStatus.Membership.UNKNOWN;
    };
  }

  static TopologyPlan plan(PlanTopologyChangeResponse plan) {
    List<PlannedNode> nodes = plan.getNodesList();
    return TopologyPlan.builder()
        .stateVersion(plan.getStateVersion())
        .nodes(nodes.stream().map(TopologyCodec::node).toList())
        .partitions(plan.getPartitionsList().stream().map(each -> partition(each, nodes)).toList())
        .replicationFactorBefore(
            plan.getReplicationFactorBefore() == 0
                ? plan.getReplicationFactor()
                : plan.getReplicationFactorBefore())
        .replicationFactor(plan.getReplicationFactor())
        .replicasMoved(plan.getReplicasMoved())
        .bytes(plan.getBytes())
        .before(spread(plan.getBefore()))
        .after(spread(plan.getAfter()))
        .build();
  }

  private static NodePlan node(PlannedNode node) {
    return NodePlan.builder()
        .id(Hex.of(node.getId()))
        .address(node.getAddress())
        .before(TopologyPlan.Place.of(node.getRegionBefore(), node.getZoneBefore()))
        .after(TopologyPlan.Place.of(node.getRegion(), node.getZone()))
        .membership(membership(node.getMembership()))
        .weight(node.getWeight())
        .replicasBefore(node.getReplicasBefore())
        .replicasAfter(node.getReplicasAfter())
        .arriving(node.getArriving())
        .build();
  }

  private static TopologyPlan.Partition partition(
      PlannedPartition partition, List<PlannedNode> nodes) {
    List<PlannedNode> before = partition.getBeforeList().stream().map(nodes::get).toList();
    List<PlannedNode> after = partition.getAfterList().stream().map(nodes::get).toList();
    return TopologyPlan.Partition.builder()
        .partition(partition.getPartition())
        .before(before.stream().map(node -> Hex.of(node.getId())).toList())
        .after(after.stream().map(node -> Hex.of(node.getId())).toList())
        .zonesBefore(
            before.stream()
                .map(node -> node.getRegionBefore() + "/" + node.getZoneBefore())
                .toList())
        .zonesAfter(after.stream().map(node -> node.getRegion() + "/" + node.getZone()).toList())
        .build();
  }

  private static TopologyPlan.Spread spread(io.quorate.proto.v1.Spread spread) {
    return TopologyPlan.Spread.of(
        spread.getMostInOneZone(), spread.getMostInOneRegion(), spread.getLoadMaxByMean());
  }
}

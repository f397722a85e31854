package io.quorate.client;

import io.quorate.proto.v1.AlterReplication;
import io.quorate.proto.v1.AwaitedNode;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.CopyProgress;
import io.quorate.proto.v1.GiveUpNodes;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.Migration;
import io.quorate.proto.v1.PlaceNode;
import io.quorate.proto.v1.PlanTopologyRequest;
import io.quorate.proto.v1.PlanTopologyResponse;
import io.quorate.proto.v1.PlannedNode;
import io.quorate.proto.v1.PlannedPartition;
import io.quorate.proto.v1.ReplaceNode;
import java.time.Duration;
import java.util.List;

/** Our words and those on the wire, for changes of the topology. */
final class TopologyWords {
  private TopologyWords() {}

  static PlanTopologyRequest plan(TopologyWish wish) {
    return PlanTopologyRequest.newBuilder().setWish(toWire(wish)).build();
  }

  static ChangeTopologyRequest change(TopologyWish wish) {
    return ChangeTopologyRequest.newBuilder().setWish(toWire(wish)).build();
  }

  private static io.quorate.proto.v1.TopologyWish toWire(TopologyWish wish) {
    io.quorate.proto.v1.TopologyWish.Builder out = io.quorate.proto.v1.TopologyWish.newBuilder();
    if (wish instanceof TopologyWish.Add add) {
      out.setAddNode(add.node());
    } else if (wish instanceof TopologyWish.Remove remove) {
      out.setRemoveNode(remove.node());
    } else if (wish instanceof TopologyWish.Replace replace) {
      out.setReplaceNode(ReplaceNode.newBuilder().setNode(replace.node()).setBy(replace.by()));
    } else if (wish instanceof TopologyWish.Move move) {
      out.setPlaceNode(
          PlaceNode.newBuilder()
              .setNode(move.node())
              .setRegion(move.region() == null ? "" : move.region())
              .setZone(move.zone() == null ? "" : move.zone()));
    } else if (wish instanceof TopologyWish.GiveUp giveUp) {
      out.setGiveUpNodes(
          GiveUpNodes.newBuilder()
              .addAllNodes(giveUp.nodes())
              .setAcceptDataLoss(giveUp.acceptDataLoss()));
    } else if (wish instanceof TopologyWish.AcknowledgeLoss) {
      out.setAcknowledgeLoss(io.quorate.proto.v1.AcknowledgeLoss.getDefaultInstance());
    } else if (wish instanceof TopologyWish.AlterReplication alter) {
      out.setAlterReplication(
          AlterReplication.newBuilder()
              .setTenant(alter.tenant())
              .setReplicationFactor(alter.replicationFactor()));
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

  static TopologyChange change(io.quorate.proto.v1.TopologyChange change) {
    CopyProgress copied = change.getCopied();
    return new TopologyChange(
        change.getStateVersion(),
        change.getUnderWay(),
        change.getBeingPlanned(),
        change.getPlanned(),
        change.getDone(),
        change.getWaiting(),
        change.getMoving(),
        change.getCleaning(),
        new ChangeLimits(
            change.getLimits().hasParallel() ? change.getLimits().getParallel() : null,
            change.getLimits().hasBytesPerSecond() ? change.getLimits().getBytesPerSecond() : null,
            change.getLimits().hasPaused() ? change.getLimits().getPaused() : null,
            change.getLimits().hasBlockWrites() ? change.getLimits().getBlockWrites() : null),
        new TopologyChange.Copied(
            copied.getRecords(), copied.getBytes(), copied.getBytesPerSecond()),
        change.getBytesLeft(),
        change.hasSecondsLeft() ? Duration.ofSeconds(change.getSecondsLeft()) : null,
        change.getAwaitedList().stream()
            .map(
                awaited ->
                    new TopologyChange.Awaited(
                        awaited.getId(),
                        awaited.getPartitions(),
                        Duration.ofMillis(awaited.getWaitingMs()),
                        what(awaited.getWhat())))
            .toList(),
        change.getAlteringList().stream()
            .map(
                tenant ->
                    new TopologyChange.Altering(
                        tenant.getName(), tenant.getReplicationFactor(), tenant.getWanted()))
            .toList(),
        change.getLostList().stream()
            .map(
                lost ->
                    new TopologyChange.Lost(
                        lost.getPartition(),
                        lost.getEpoch(),
                        lost.getGivenUpList(),
                        lost.getWhole()))
            .toList());
  }

  private static TopologyChange.What what(AwaitedNode.What what) {
    return switch (what) {
      case WHAT_STEP -> TopologyChange.What.STEP;
      case WHAT_COPY -> TopologyChange.What.COPY;
      case WHAT_HAND_OVER -> TopologyChange.What.HAND_OVER;
      case WHAT_UNSPECIFIED, UNRECOGNIZED -> TopologyChange.What.UNKNOWN;
    };
  }

  static ClusterStatus.Migration migration(Migration migration) {
    return new ClusterStatus.Migration(
        migration.getPartition(),
        migration.getStage(),
        migration.getEpoch(),
        migration.getFromList(),
        migration.getToList());
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

  static TopologyPlan plan(PlanTopologyResponse plan) {
    List<PlannedNode> nodes = plan.getNodesList();
    return new TopologyPlan(
        nodes.stream().map(TopologyWords::node).toList(),
        plan.getPartitionsList().stream().map(each -> partition(each, nodes)).toList(),
        plan.getReplicationFactorBefore() == 0
            ? plan.getReplicationFactor()
            : plan.getReplicationFactorBefore(),
        plan.getReplicationFactor(),
        plan.getReplicasMoved(),
        plan.getBytes(),
        spread(plan.getBefore()),
        spread(plan.getAfter()));
  }

  private static TopologyPlan.Node node(PlannedNode node) {
    return new TopologyPlan.Node(
        node.getId(),
        node.getAddress(),
        new TopologyPlan.Place(node.getRegionBefore(), node.getZoneBefore()),
        new TopologyPlan.Place(node.getRegion(), node.getZone()),
        membership(node.getMembership()),
        node.getWeight(),
        node.getReplicasBefore(),
        node.getReplicasAfter(),
        node.getArriving());
  }

  private static TopologyPlan.Partition partition(
      PlannedPartition partition, List<PlannedNode> nodes) {
    List<PlannedNode> before = partition.getBeforeList().stream().map(nodes::get).toList();
    List<PlannedNode> after = partition.getAfterList().stream().map(nodes::get).toList();
    return new TopologyPlan.Partition(
        partition.getPartition(),
        before.stream().map(PlannedNode::getId).toList(),
        after.stream().map(PlannedNode::getId).toList(),
        before.stream().map(node -> node.getRegionBefore() + "/" + node.getZoneBefore()).toList(),
        after.stream().map(node -> node.getRegion() + "/" + node.getZone()).toList());
  }

  private static TopologyPlan.Spread spread(io.quorate.proto.v1.Spread spread) {
    return new TopologyPlan.Spread(
        spread.getMostInOneZone(), spread.getMostInOneRegion(), spread.getLoadMaxByMean());
  }
}

package io.quorate.transport.admin;

import io.quorate.admin.ClusterAdmin;
import io.quorate.cluster.Change;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import io.quorate.proto.v1.AlteringTenant;
import io.quorate.proto.v1.AwaitedNode;
import io.quorate.proto.v1.ChangeLimits;
import io.quorate.proto.v1.CopyProgress;
import io.quorate.proto.v1.LostPartition;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.PartitionMove;
import io.quorate.proto.v1.TopologyChangeStatus;
import io.quorate.transport.codec.FactorCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How a change of the topology stands, in the words of {@code quorate.v1}. */
final class ChangeCodec {
  private ChangeCodec() {}

  static TopologyChangeStatus status(ClusterState state, ClusterAdmin admin) {
    Change change = state.change();
    int waiting = 0;
    int moving = 0;
    int cleaning = 0;
    int left = 0;
    Set<Integer> awaiting = state.awaitingMove();
    for (int number = 0; number < state.partitions().size(); number++) {
      Move move = state.partitions().get(number).move();
      boolean away = awaiting.contains(number);
      boolean between = move != null && move.isDual();
      waiting += away && move == null ? 1 : 0;
      moving += between ? 1 : 0;
      cleaning += move != null && !between ? 1 : 0;
      left += away || between ? 1 : 0;
    }
    // What was planned for an earlier change says nothing about this one.
    int planned = change.needsPlan() ? 0 : Math.max(change.planned(), left);
    TopologyChangeStatus.Builder words =
        TopologyChangeStatus.newBuilder()
            .setStateVersion(state.stateVersion())
            .setChangeId(change.id())
            .setUnderWay(state.isChanging() || isSomebodyOnTheWay(state))
            .setBeingPlanned(change.needsPlan())
            .setPlanned(planned)
            .setDone(change.needsPlan() ? 0 : planned - left)
            .setWaiting(waiting)
            .setMoving(moving)
            .setCleaning(cleaning)
            .setLimits(
                ChangeLimits.newBuilder()
                    .setParallel(change.limits().parallel())
                    .setBytesPerSecond(change.limits().bytesPerSecond())
                    .setPaused(change.limits().paused())
                    .setBlockWrites(change.limits().blocksWrites()));
    progress(words, state, admin);
    losses(words, state);
    alterations(words, state);
    return words.build();
  }

  private static void progress(
      TopologyChangeStatus.Builder words, ClusterState state, ClusterAdmin admin) {
    ClusterAdmin.ChangeProgress progress = admin.changeProgress();
    words.setCopied(
        CopyProgress.newBuilder()
            .setRecords(progress.records())
            .setBytes(progress.bytes())
            .setBytesPerSecond(progress.bytesPerSecond()));
    long replicasLeft = replicasLeft(state);
    long bytesLeft = replicasLeft == 0 ? 0 : replicasLeft * admin.bytesPerReplica();
    words.setBytesLeft(bytesLeft);
    if (bytesLeft > 0 && progress.bytesPerSecond() > 0) {
      words.setSecondsLeft(bytesLeft / progress.bytesPerSecond());
    }
    for (ClusterAdmin.Awaited awaited : progress.awaited()) {
      words.addAwaited(
          AwaitedNode.newBuilder()
              .setId(awaited.node().value())
              .setTask(
                  switch (awaited.task()) {
                    case STEP -> AwaitedNode.Task.TASK_STEP;
                    case COPY -> AwaitedNode.Task.TASK_COPY;
                    case HAND_OVER -> AwaitedNode.Task.TASK_HAND_OVER;
                    case VOTE -> AwaitedNode.Task.TASK_VOTE;
                    case BEGIN -> AwaitedNode.Task.TASK_BEGIN;
                  })
              .setPartitions(awaited.partitions())
              .setWaitingMs(awaited.sinceMillis()));
    }
  }

  private static void losses(TopologyChangeStatus.Builder words, ClusterState state) {
    state
        .losses()
        .forEach(
            (partition, loss) -> {
              if (!loss.acknowledged()) {
                words.addLost(
                    LostPartition.newBuilder()
                        .setPartition(partition)
                        .setEpoch(loss.epoch())
                        .addAllGivenUp(loss.givenUp().stream().map(NodeId::value).toList())
                        .setWhole(loss.whole()));
              }
            });
  }

  private static void alterations(TopologyChangeStatus.Builder words, ClusterState state) {
    state
        .tenants()
        .forEach(
            (name, tenant) -> {
              Replication replication = tenant.replication();
              if (replication.isAltered()) {
                words.addAltering(
                    AlteringTenant.newBuilder()
                        .setName(name)
                        .setReplicationFactor(tenant.replicationFactor())
                        .setTargetReplicationFactor(replication.goal().replicas())
                        .addAllReplicasByRegion(FactorCodec.byRegion(replication.factor()))
                        .addAllTargetReplicasByRegion(FactorCodec.byRegion(replication.goal())));
              }
            });
  }

  private static boolean isSomebodyOnTheWay(ClusterState state) {
    return state.members().values().stream()
        .anyMatch(
            member ->
                member.state() == Member.State.JOINING || member.state() == Member.State.LEAVING);
  }

  /** Replicas that are to be brought to nodes, those included to which this has begun. */
  private static long replicasLeft(ClusterState state) {
    Set<Replication> replications = state.replications();
    Regions regions = state.regions();
    long left = 0;
    for (int number = 0; number < state.partitions().size(); number++) {
      PartitionPlacement partition = state.partitions().get(number);
      Move move = partition.move();
      List<NodeId> target = state.goal(number);
      boolean copied = move != null && move.step() == Move.Step.CUTOVER;
      List<NodeId> held = copied ? partition.goesTo() : partition.preferenceList();
      long through = copied ? partition.goesThrough() : partition.alteredThrough();
      Set<NodeId> lacking = new HashSet<>(); // only counted, never walked
      replications.forEach(each -> lacking.addAll(each.goal().of(target, regions)));
      replications.forEach(each -> each.at(through).of(held, regions).forEach(lacking::remove));
      left += lacking.size();
    }
    return left;
  }

  /** The partitions on the move, by number. Those that wait are counted only: they may be many. */
  static List<PartitionMove> moves(ClusterState state) {
    List<PartitionMove> moves = new ArrayList<>();
    for (int number = 0; number < state.partitions().size(); number++) {
      PartitionPlacement partition = state.partitions().get(number);
      Move move = partition.move();
      if (move != null) {
        boolean arrived = move.step() == Move.Step.CLEANUP;
        moves.add(
            move(
                number,
                stage(move.step()),
                partition.epoch(),
                arrived ? move.other() : partition.preferenceList(),
                arrived ? partition.preferenceList() : move.other()));
      }
    }
    return moves;
  }

  private static PartitionMove move(
      int partition, PartitionMove.Stage stage, long epoch, List<NodeId> from, List<NodeId> to) {
    return PartitionMove.newBuilder()
        .setPartition(partition)
        .setStage(stage)
        .setEpoch(epoch)
        .addAllFrom(from.stream().map(NodeId::value).toList())
        .addAllTo(to.stream().map(NodeId::value).toList())
        .build();
  }

  private static PartitionMove.Stage stage(Move.Step step) {
    return switch (step) {
      case DUAL_WRITE -> PartitionMove.Stage.STAGE_DUAL_WRITE;
      case CUTOVER -> PartitionMove.Stage.STAGE_CUTOVER;
      case STEP_BACK -> PartitionMove.Stage.STAGE_STEP_BACK;
      case CLEANUP -> PartitionMove.Stage.STAGE_CLEANUP;
    };
  }

  static Membership membership(Member.State state) {
    return switch (state) {
      case ACTIVE -> Membership.MEMBERSHIP_ACTIVE;
      case READMITTING, READMITTING_DESPITE_LOSS, READMITTING_SPARE ->
          Membership.MEMBERSHIP_READMITTING;
      case SPARE -> Membership.MEMBERSHIP_SPARE;
      case JOINING -> Membership.MEMBERSHIP_JOINING;
      case LEAVING -> Membership.MEMBERSHIP_LEAVING;
    };
  }
}

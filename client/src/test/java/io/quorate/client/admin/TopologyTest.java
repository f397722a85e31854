package io.quorate.client.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.FailedPreconditionException;
import io.quorate.client.QuorateClient;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.AlteringTenant;
import io.quorate.proto.v1.AwaitedNode;
import io.quorate.proto.v1.CopyProgress;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.MoveNode;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.PartitionMove;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.PlannedNode;
import io.quorate.proto.v1.PlannedPartition;
import io.quorate.proto.v1.Rebalance;
import io.quorate.proto.v1.ReplaceNode;
import io.quorate.proto.v1.Spread;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes go over the wire as they were asked for, and their status comes back. */
class TopologyTest {
  private static final String A = "000000000000000a";
  private static final String B = "000000000000000b";

  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.nodes.get(0);
  private final QuorateClient client = cluster.client();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private static io.quorate.proto.v1.TopologyChange.Builder change() {
    return io.quorate.proto.v1.TopologyChange.newBuilder();
  }

  @Test
  void changesAreSentAsTheyAre() {
    Cluster admin = Administration.of(client).cluster();
    for (TopologyChange change :
        List.of(
            TopologyChange.add("a"),
            TopologyChange.remove("b"),
            TopologyChange.replace("c", "d"),
            TopologyChange.move("e", null, "z"),
            TopologyChange.rebalance())) {
      assertThat(admin.changeTopology(change).status().underWay()).isFalse();
    }
    assertThat(node.topologyAsked)
        .containsExactly(
            change().setAddNode("a").build(),
            change().setRemoveNode("b").build(),
            change()
                .setReplaceNode(ReplaceNode.newBuilder().setNode("c").setReplacement("d"))
                .build(),
            change().setMoveNode(MoveNode.newBuilder().setNode("e").setZone("z")).build(),
            change().setRebalance(Rebalance.getDefaultInstance()).build());
  }

  @Test
  void limitsThatAreNotSaidAreNotSent() {
    TopologyChangeResult unused =
        Administration.of(client)
            .cluster()
            .limitTopologyChange(ChangeLimits.UNCHANGED.parallel(4).paused(false));
    assertThat(node.topologyAsked)
        .containsExactly(
            io.quorate.proto.v1.ChangeLimits.newBuilder().setParallel(4).setPaused(false).build());
    assertThatThrownBy(() -> ChangeLimits.UNCHANGED.parallel(0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> ChangeLimits.UNCHANGED.bytesPerSecond(-1))
        .hasMessageContaining("-1 bytes per second");
  }

  @Test
  void limitsGoWithAChange() {
    TopologyChangeResult unused =
        Administration.of(client)
            .cluster()
            .changeTopology(
                TopologyChange.add("a"),
                ChangeLimits.UNCHANGED.parallel(4).blockWrites(true),
                TopologyChangeOptions.DEFAULT);
    TopologyChangeResult without =
        Administration.of(client).cluster().changeTopology(TopologyChange.add("a"));
    assertThat(without).isEqualTo(unused);
    assertThat(node.changesAsked).hasSize(2);
    assertThat(node.changesAsked.get(0).getLimits())
        .isEqualTo(
            io.quorate.proto.v1.ChangeLimits.newBuilder()
                .setParallel(4)
                .setBlockWrites(true)
                .build());
    assertThat(node.changesAsked.get(1).hasLimits()).isFalse();
  }

  @Test
  void refusalsArePassedOn() {
    assertThatThrownBy(() -> Administration.of(client).cluster().cancelTopologyChange())
        .isInstanceOf(FailedPreconditionException.class)
        .hasMessageContaining("nothing to cancel");
  }

  @Test
  void statusTellsHowAChangeStands() {
    node.status =
        GetStatusResponse.newBuilder()
            .addNodes(
                NodeStatus.newBuilder()
                    .setMembership(Membership.MEMBERSHIP_LEAVING)
                    .setMarkedDown(true))
            .addMoves(
                PartitionMove.newBuilder()
                    .setPartition(3)
                    .setStage(PartitionMove.Stage.STAGE_CUTOVER)
                    .setEpoch(9)
                    .addFrom(10)
                    .addTo(11))
            .setTopologyChange(
                io.quorate.proto.v1.TopologyChangeStatus.newBuilder()
                    .setStateVersion(17)
                    .setChangeId(12)
                    .setUnderWay(true)
                    .setPlanned(8)
                    .setDone(5)
                    .setWaiting(1)
                    .setMoving(2)
                    .setCleaning(4)
                    .setLimits(
                        io.quorate.proto.v1.ChangeLimits.newBuilder()
                            .setParallel(16)
                            .setBytesPerSecond(0)
                            .setPaused(true)
                            .setBlockWrites(true))
                    .setCopied(
                        CopyProgress.newBuilder()
                            .setRecords(10)
                            .setBytes(100)
                            .setBytesPerSecond(50))
                    .setBytesLeft(200)
                    .setSecondsLeft(4)
                    .addAwaited(
                        AwaitedNode.newBuilder()
                            .setId(10)
                            .setPartitions(2)
                            .setWaitingMs(1_500)
                            .setTask(AwaitedNode.Task.TASK_HAND_OVER))
                    .addAwaited(
                        AwaitedNode.newBuilder()
                            .setId(11)
                            .setWaitingMs(2_000)
                            .setTask(AwaitedNode.Task.TASK_VOTE))
                    .addAltering(
                        AlteringTenant.newBuilder()
                            .setName("orders")
                            .setReplicationFactor(3)
                            .setTargetReplicationFactor(5))
                    .addLost(
                        io.quorate.proto.v1.LostPartition.newBuilder()
                            .setPartition(3)
                            .setEpoch(9)
                            .addGivenUp(11)
                            .setWhole(true)))
            .build();
    ClusterStatus status = Administration.of(client).cluster().status();
    assertThat(status.nodes().get(0).membership()).isEqualTo(ClusterStatus.Membership.LEAVING);
    assertThat(status.nodes().get(0).markedDown()).isTrue();
    assertThat(status.moves())
        .containsExactly(
            ClusterStatus.PartitionMove.builder()
                .partition(3)
                .stage(ClusterStatus.PartitionMove.Stage.CUTOVER)
                .epoch(9)
                .from(List.of(A))
                .to(List.of(B))
                .build());
    assertThat(status.topologyChange())
        .isEqualTo(
            TopologyChangeStatus.builder()
                .stateVersion(17)
                .changeId(12)
                .underWay(true)
                .planned(8)
                .done(5)
                .waiting(1)
                .moving(2)
                .cleaning(4)
                .limits(
                    ChangeLimits.UNCHANGED
                        .parallel(16)
                        .bytesPerSecond(0)
                        .paused(true)
                        .blockWrites(true))
                .copied(TopologyChangeStatus.Copied.of(10, 100, 50))
                .bytesLeft(200)
                .timeLeft(Duration.ofSeconds(4))
                .awaited(
                    List.of(
                        TopologyChangeStatus.Awaited.of(
                            A, 2, Duration.ofMillis(1_500), TopologyChangeStatus.Task.HAND_OVER),
                        TopologyChangeStatus.Awaited.of(
                            B, 0, Duration.ofSeconds(2), TopologyChangeStatus.Task.VOTE)))
                .altering(List.of(AlteredTenant.of("orders", 3, 5)))
                .lost(List.of(LostPartition.of(3, 9, List.of(B), true)))
                .build());
    assertThat(status.topologyChange().paused()).isTrue();
  }

  @Test
  void planNamesNodesAndZones() {
    node.plan =
        PlanTopologyChangeResponse.newBuilder()
            .addNodes(planned(10, "x", "x", 4, 2, 0))
            .addNodes(planned(11, "x", "y", 0, 2, 2))
            .addPartitions(
                PlannedPartition.newBuilder().setPartition(7).addBefore(0).addAfter(1).addAfter(0))
            .setReplicationFactor(2)
            .setReplicasMoved(2)
            .setBytes(500)
            .setBefore(Spread.newBuilder().setMostInOneZone(2).setLoadMaxByMean(1.5))
            .setAfter(Spread.newBuilder().setMostInOneZone(1).setLoadMaxByMean(1))
            .build();
    TopologyPlan plan =
        Administration.of(client).cluster().planTopologyChange(TopologyChange.add("b"));
    assertThat(plan.partitions())
        .containsExactly(
            TopologyPlan.Partition.builder()
                .partition(7)
                .before(List.of(A))
                .after(List.of(B, A))
                .zonesBefore(List.of("r/x"))
                .zonesAfter(List.of("r/y", "r/x"))
                .build());
    assertThat(plan.nodes().get(1).arriving()).isEqualTo(2);
    assertThat(plan.nodes().get(1).after()).isEqualTo(TopologyPlan.Place.of("r", "y"));
    assertThat(plan.replicasMoved()).isEqualTo(2);
    assertThat(plan.bytes()).isEqualTo(500);
    assertThat(plan.before()).isEqualTo(TopologyPlan.Spread.of(2, 0, 1.5));
    assertThat(node.topologyAsked).containsExactly(change().setAddNode("b").build());
  }

  private static PlannedNode planned(
      long id, String zoneBefore, String zone, int before, int after, int arriving) {
    return PlannedNode.newBuilder()
        .setId(id)
        .setRegionBefore("r")
        .setRegion("r")
        .setZoneBefore(zoneBefore)
        .setZone(zone)
        .setReplicasBefore(before)
        .setReplicasAfter(after)
        .setArriving(arriving)
        .setMembership(Membership.MEMBERSHIP_JOINING)
        .build();
  }
}

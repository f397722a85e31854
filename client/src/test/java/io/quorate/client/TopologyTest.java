package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.proto.v1.AlteringTenant;
import io.quorate.proto.v1.AwaitedNode;
import io.quorate.proto.v1.CopyProgress;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.PlaceNode;
import io.quorate.proto.v1.PlanTopologyResponse;
import io.quorate.proto.v1.PlannedNode;
import io.quorate.proto.v1.PlannedPartition;
import io.quorate.proto.v1.Rebalance;
import io.quorate.proto.v1.ReplaceNode;
import io.quorate.proto.v1.Spread;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Wishes go over the wire as they were said, and how they stand comes back. */
class TopologyTest {
  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.nodes.get(0);
  private final QuorateClient client = cluster.client();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private static io.quorate.proto.v1.TopologyWish.Builder wish() {
    return io.quorate.proto.v1.TopologyWish.newBuilder();
  }

  @Test
  void wishesAreSaidAsTheyAre() {
    Cluster admin = client.cluster();
    for (TopologyWish wish :
        List.of(
            TopologyWish.add("a"),
            TopologyWish.remove("b"),
            TopologyWish.replace("c", "d"),
            TopologyWish.move("e", null, "z"),
            TopologyWish.rebalance())) {
      assertThat(admin.changeTopology(wish).underWay()).isFalse();
    }
    assertThat(node.topologyAsked)
        .containsExactly(
            wish().setAddNode("a").build(),
            wish().setRemoveNode("b").build(),
            wish().setReplaceNode(ReplaceNode.newBuilder().setNode("c").setBy("d")).build(),
            wish().setPlaceNode(PlaceNode.newBuilder().setNode("e").setZone("z")).build(),
            wish().setRebalance(Rebalance.getDefaultInstance()).build());
  }

  @Test
  void limitsThatAreNotSaidAreNotSent() {
    TopologyChange unused =
        client.cluster().limitChange(ChangeLimits.UNCHANGED.parallel(4).paused(false));
    assertThat(node.topologyAsked)
        .containsExactly(
            io.quorate.proto.v1.ChangeLimits.newBuilder().setParallel(4).setPaused(false).build());
    assertThatThrownBy(() -> ChangeLimits.UNCHANGED.parallel(0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> ChangeLimits.UNCHANGED.bytesPerSecond(-1))
        .hasMessageContaining("-1 bytes per second");
  }

  @Test
  void refusalsArePassedOn() {
    assertThatThrownBy(() -> client.cluster().cancelChange())
        .isInstanceOf(InvalidRequestException.class)
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
            .addMigrations(
                io.quorate.proto.v1.Migration.newBuilder()
                    .setPartition(3)
                    .setStage("cutover")
                    .setEpoch(9)
                    .addFrom("a")
                    .addTo("b"))
            .setChange(
                io.quorate.proto.v1.TopologyChange.newBuilder()
                    .setStateVersion(17)
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
                            .setId("a")
                            .setPartitions(2)
                            .setWaitingMs(1_500)
                            .setWhat(AwaitedNode.What.WHAT_HAND_OVER))
                    .addAltering(
                        AlteringTenant.newBuilder()
                            .setName("orders")
                            .setReplicationFactor(3)
                            .setWanted(5))
                    .addLost(
                        io.quorate.proto.v1.LostPartition.newBuilder()
                            .setPartition(3)
                            .setEpoch(9)
                            .addGivenUp("b")
                            .setWhole(true)))
            .build();
    ClusterStatus status = client.cluster().status();
    assertThat(status.nodes().get(0).membership()).isEqualTo(ClusterStatus.Membership.LEAVING);
    assertThat(status.nodes().get(0).markedDown()).isTrue();
    assertThat(status.migrations())
        .containsExactly(new ClusterStatus.Migration(3, "cutover", 9, List.of("a"), List.of("b")));
    assertThat(status.change())
        .isEqualTo(
            new TopologyChange(
                17,
                true,
                false,
                8,
                5,
                1,
                2,
                4,
                new ChangeLimits(16, 0L, true, true),
                new TopologyChange.Copied(10, 100, 50),
                200,
                Duration.ofSeconds(4),
                List.of(
                    new TopologyChange.Awaited(
                        "a", 2, Duration.ofMillis(1_500), TopologyChange.What.HAND_OVER)),
                List.of(new TopologyChange.Altering("orders", 3, 5)),
                List.of(new TopologyChange.Lost(3, 9, List.of("b"), true))));
    assertThat(status.change().paused()).isTrue();
  }

  @Test
  void planNamesNodesAndZones() {
    node.plan =
        PlanTopologyResponse.newBuilder()
            .addNodes(planned("a", "x", "x", 4, 2, 0))
            .addNodes(planned("b", "x", "y", 0, 2, 2))
            .addPartitions(
                PlannedPartition.newBuilder().setPartition(7).addBefore(0).addAfter(1).addAfter(0))
            .setReplicationFactor(2)
            .setReplicasMoved(2)
            .setBytes(500)
            .setBefore(Spread.newBuilder().setMostInOneZone(2).setLoadMaxByMean(1.5))
            .setAfter(Spread.newBuilder().setMostInOneZone(1).setLoadMaxByMean(1))
            .build();
    TopologyPlan plan = client.cluster().planTopology(TopologyWish.add("b"));
    assertThat(plan.partitions())
        .containsExactly(
            new TopologyPlan.Partition(
                7, List.of("a"), List.of("b", "a"), List.of("r/x"), List.of("r/y", "r/x")));
    assertThat(plan.nodes().get(1).arriving()).isEqualTo(2);
    assertThat(plan.nodes().get(1).after()).isEqualTo(new TopologyPlan.Place("r", "y"));
    assertThat(plan.replicasMoved()).isEqualTo(2);
    assertThat(plan.bytes()).isEqualTo(500);
    assertThat(plan.before()).isEqualTo(new TopologyPlan.Spread(2, 0, 1.5));
    assertThat(node.topologyAsked).containsExactly(wish().setAddNode("b").build());
  }

  private static PlannedNode planned(
      String id, String zoneBefore, String zone, int before, int after, int arriving) {
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

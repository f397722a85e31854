package io.quorate.cli.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.FakeCluster;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.AlteringTenant;
import io.quorate.proto.v1.AwaitedNode;
import io.quorate.proto.v1.ChangeLimits;
import io.quorate.proto.v1.CopyProgress;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.MoveNode;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.PlannedNode;
import io.quorate.proto.v1.PlannedPartition;
import io.quorate.proto.v1.Rebalance;
import io.quorate.proto.v1.ReplaceNode;
import io.quorate.proto.v1.Spread;
import io.quorate.proto.v1.TopologyChange;
import io.quorate.proto.v1.TopologyChangeStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands that change the replicas of partitions, as an operator types them. */
class TopologyCommandsTest {
  private static final TopologyChangeStatus MOVING =
      TopologyChangeStatus.newBuilder()
          .setStateVersion(20)
          .setChangeId(21)
          .setUnderWay(true)
          .setPlanned(8)
          .setDone(3)
          .setMoving(2)
          .setWaiting(3)
          .setCleaning(1)
          .setLimits(
              ChangeLimits.newBuilder()
                  .setParallel(2)
                  .setBytesPerSecond(50_000_000)
                  .setPaused(true))
          .setCopied(
              CopyProgress.newBuilder()
                  .setRecords(900)
                  .setBytes(45_000_000)
                  .setBytesPerSecond(1_500_000))
          .setBytesLeft(150_000_000)
          .setSecondsLeft(100)
          .addAwaited(
              AwaitedNode.newBuilder()
                  .setId(11)
                  .setPartitions(2)
                  .setWaitingMs(12_000)
                  .setTask(AwaitedNode.Task.TASK_STEP))
          .addAltering(
              AlteringTenant.newBuilder()
                  .setName("orders")
                  .setReplicationFactor(3)
                  .setTargetReplicationFactor(5))
          .build();
  private static final TopologyChangeStatus DONE =
      MOVING.toBuilder()
          .setStateVersion(30)
          .setUnderWay(false)
          .setDone(8)
          .setMoving(0)
          .setWaiting(0)
          .setCleaning(0)
          .clearAwaited()
          .build();

  private final FakeCluster cluster = new FakeCluster();

  @BeforeEach
  void plan() {
    cluster.plans(
        PlanTopologyChangeResponse.newBuilder()
            .addNodes(planned(10, "x", 8, 4, 0))
            .addNodes(planned(11, "y", 0, 4, 4))
            .addPartitions(PlannedPartition.newBuilder().setPartition(5).addBefore(0).addAfter(1))
            .setStateVersion(17)
            .setReplicationFactor(1)
            .setReplicasMoved(4)
            .setBytes(2_500_000)
            .setBefore(Spread.newBuilder().setMostInOneZone(2).setLoadMaxByMean(2))
            .setAfter(Spread.newBuilder().setMostInOneZone(1).setLoadMaxByMean(1))
            .build());
  }

  private static PlannedNode planned(long id, String zone, int before, int after, int arriving) {
    return PlannedNode.newBuilder()
        .setId(id)
        .setAddress("host:" + Long.toHexString(id))
        .setRegionBefore("r")
        .setRegion("r")
        .setZoneBefore("x")
        .setZone(zone)
        .setWeight(1)
        .setReplicasBefore(before)
        .setReplicasAfter(after)
        .setArriving(arriving)
        .setMembership(Membership.MEMBERSHIP_ACTIVE)
        .build();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private String[] args(String... words) {
    List<String> args = new ArrayList<>(List.of(words));
    args.add("--endpoints");
    args.add(cluster.endpoint());
    return args.toArray(String[]::new);
  }

  private Ran run(String... words) {
    return Ran.command(args(words));
  }

  private static TopologyChange.Builder wish() {
    return TopologyChange.newBuilder();
  }

  @Test
  void planShowsWhatWouldMoveAndChangesNothing() {
    Ran shown = run("cluster", "plan", "add", "host:b");
    assertThat(shown.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(shown.out())
        .contains("1 partition changes: 4 replicas are brought", "about 2.5 MB")
        .doesNotContain("by preference")
        .contains("r/x -> r/y", "in one zone: 2 -> 1", "to the mean: 2.00 -> 1.00");
    JsonNode json = run("cluster", "plan", "replace", "a", "--with", "b", "--json").json();
    assertThat(json.path("replicas_moved").asInt()).isEqualTo(4);
    assertThat(json.path("state_version").asLong()).isEqualTo(17);
    assertThat(json.path("bytes_about").asLong()).isEqualTo(2_500_000);
    assertThat(json.path("before").path("load_max_by_mean").asDouble()).isEqualTo(2);
    assertThat(json.path("nodes").path(1).path("arriving").asInt()).isEqualTo(4);
    JsonNode partition = json.path("partitions").path(0);
    assertThat(partition.path("partition").asInt()).isEqualTo(5);
    assertThat(partition.path("after").path(0).asText()).isEqualTo("000000000000000b");
    assertThat(partition.path("zones_after").path(0).asText()).isEqualTo("r/y");
    assertThat(cluster.wishes()).isEmpty();
    for (String words : List.of("remove a", "move a --zone z", "rebalance")) {
      assertThat(run(("cluster plan " + words).split(" ")).exitCode()).isEqualTo(ExitCode.DONE);
    }
    assertThat(cluster.wishes()).isEmpty();
  }

  @Test
  void wishesAreCarriedOutAndWatchedUntilTheyAreDone() {
    cluster.changes(MOVING, MOVING, DONE);
    Ran ran = run("cluster", "add", "host:b", "--yes", "--parallel", "2", "--throttle", "50MB");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out()).contains("done: nothing is on the move");
    assertThat(ran.err())
        .contains("about 2.5 MB")
        .contains("paused: no further partition", "2 partitions wait for node 000000000000000b");
    assertThat(cluster.wishes())
        .containsExactly(
            ChangeLimits.newBuilder().setParallel(2).setBytesPerSecond(50_000_000).build(),
            wish().setAddNode("host:b").build());
  }

  /** A node whose disk is full takes no writes, and deletes nothing either. */
  @Test
  void aChangeForWhichANodeHasNoRoomIsRefused() {
    cluster.changes(DONE);
    cluster.plans(bringing(45_000_000));
    cluster.reports(disk(60_000_000, 40_000_000));
    Ran refused = run("cluster", "remove", "host:b", "--yes");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .contains("nothing was changed", "to about 105 % (now 60 %)", "--fill-disks");
    assertThat(cluster.wishes()).isEmpty();
    assertThat(run("cluster", "plan", "remove", "host:b").out())
        .contains("60 % -> 105 %", "it fills disks: that of");
    assertThat(run("cluster", "remove", "host:b", "--yes", "--fill-disks").exitCode())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void aChangeThatLeavesLittleRoomIsWarnedOf() {
    cluster.changes(DONE);
    cluster.plans(bringing(25_000_000));
    cluster.reports(disk(60_000_000, 40_000_000));
    Ran ran = run("cluster", "remove", "host:b", "--yes");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err()).contains("to about 85 % (now 60 %)");
    JsonNode node = run("cluster", "plan", "remove", "b", "--json").json().path("nodes").path(0);
    assertThat(node.path("disk_used_percent").asInt()).isEqualTo(60);
    assertThat(node.path("disk_used_percent_about").asInt()).isEqualTo(85);
  }

  /** Else nothing could be changed any more in a cluster whose disks others have filled. */
  @Test
  void aChangeThatFillsADiskNoFurtherIsCarriedOut() {
    cluster.changes(DONE);
    cluster.plans(bringing(500_000));
    cluster.reports(disk(97_000_000, 3_000_000));
    Ran ran = run("cluster", "remove", "host:b", "--yes");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err()).doesNotContain("fills disks");
  }

  private static PlanTopologyChangeResponse bringing(long bytes) {
    return PlanTopologyChangeResponse.newBuilder()
        .addNodes(planned(1, "x", 4, 8, 4))
        .addNodes(planned(11, "y", 4, 0, 0))
        .addPartitions(PlannedPartition.newBuilder().setPartition(5).addBefore(1).addAfter(0))
        .setStateVersion(17)
        .setReplicationFactor(1)
        .setReplicationFactorBefore(1)
        .setReplicasMoved(4)
        .setBytes(bytes)
        .build();
  }

  private static NodeReport disk(long used, long available) {
    return NodeReport.newBuilder()
        .setDiskBytes(used + available + 5_000_000)
        .setDiskUsedBytes(used)
        .setDiskAvailableBytes(available)
        .build();
  }

  @Test
  void aMemberThatIsAddedOnceMoreIsToldOf() {
    cluster.plans(PlanTopologyChangeResponse.getDefaultInstance());
    Ran ran = run("cluster", "add", cluster.endpoint(), "--yes");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out()).contains("is a member already").doesNotContain("done");
    assertThat(cluster.wishes()).isEmpty();
  }

  @Test
  void eachWishIsSaidAsItWasTyped() {
    cluster.changes(DONE);
    for (String words :
        List.of(
            "remove a",
            "replace a --with b",
            "move a --zone z --region q",
            "move a --zone z",
            "rebalance")) {
      Ran ran = run(("cluster " + words + " --yes --json").split(" "));
      assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
      assertThat(ran.json().path("change").path("partitions_done").asInt()).isEqualTo(8);
      assertThat(ran.json().path("plan").path("replicas_moved").asInt()).isEqualTo(4);
    }
    MoveNode.Builder place = MoveNode.newBuilder().setNode("a").setZone("z");
    assertThat(cluster.wishes())
        .containsExactly(
            wish().setRemoveNode("a").build(),
            wish()
                .setReplaceNode(ReplaceNode.newBuilder().setNode("a").setReplacement("b"))
                .build(),
            wish().setMoveNode(place.clone().setRegion("q")).build(),
            wish().setMoveNode(place).build(),
            wish().setRebalance(Rebalance.getDefaultInstance()).build());
  }

  @Test
  void anOperatorThatDoesNotWaitLearnsHowToLook() {
    cluster.changes(MOVING);
    Ran ran = run("cluster", "add", "host:b", "--yes", "--no-wait");
    assertThat(ran.out())
        .contains("change 21 is agreed on, and goes on by itself", "quorate cluster status");
    JsonNode told = run("cluster", "add", "b", "--yes", "--no-wait", "--json").json();
    assertThat(told.path("change_id").asLong()).isEqualTo(21);
    JsonNode change = told.path("change");
    assertThat(change.path("change_id").asLong()).isEqualTo(21);
    assertThat(change.path("under_way").asBoolean()).isTrue();
    assertThat(change.path("eta_seconds").asInt()).isEqualTo(100);
    assertThat(change.path("awaited").path(0).path("what").asText()).isEqualTo("step");
  }

  @Test
  void removalThatWaitsForAVoteSaysSo() {
    cluster.changes(
        MOVING.toBuilder()
            .clearAwaited()
            .addAwaited(
                AwaitedNode.newBuilder()
                    .setId(11)
                    .setWaitingMs(12_000)
                    .setTask(AwaitedNode.Task.TASK_VOTE))
            .build());
    assertThat(run("cluster", "status").out())
        .contains(
            "a removal waits for 12 s for node 000000000000000b to be needed no more as a voter")
        .doesNotContain("0 partitions wait");
    JsonNode told = run("cluster", "add", "b", "--yes", "--no-wait", "--json").json();
    JsonNode awaited = told.path("change").path("awaited").path(0);
    assertThat(awaited.path("what").asText()).isEqualTo("vote");
  }

  @Test
  void partitionsThatDoNotBeginWithoutANodeSaySo() {
    AwaitedNode.Builder awaited =
        AwaitedNode.newBuilder()
            .setId(11)
            .setPartitions(5)
            .setWaitingMs(12_000)
            .setTask(AwaitedNode.Task.TASK_BEGIN);
    cluster.changes(MOVING.toBuilder().clearAwaited().addAwaited(awaited).build());
    assertThat(run("cluster", "status").out())
        .contains("5 partitions wait for 12 s for node 000000000000000b to be heard: without it");
    cluster.changes(MOVING.toBuilder().clearAwaited().addAwaited(awaited.setPartitions(1)).build());
    assertThat(run("cluster", "status").out()).contains("1 partition waits for 12 s");
  }

  @Test
  void personIsAskedAndCanSayNo() {
    cluster.changes(DONE);
    Ran no = Ran.atTerminal("n\n", args("cluster", "remove", "a"));
    assertThat(no.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(no.err()).contains("Is that wanted? [y/N]", "nothing was changed");
    assertThat(Ran.atTerminal("", args("cluster", "remove", "a")).exitCode())
        .isEqualTo(ExitCode.FAILED);
    assertThat(cluster.wishes()).isEmpty();
    assertThat(Ran.atTerminal("Yes\n", args("cluster", "remove", "a")).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(Ran.atTerminal("", args("cluster", "remove", "a", "--yes")).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(cluster.wishes()).hasSize(2);
  }

  /**
   * A confirmed change is the change that was shown; with --yes, the command makes whatever change
   * it is.
   */
  @Test
  void whatAPersonAgreedToIsCarriedOutUnlessItWasChangedMeanwhile() {
    cluster.changes(DONE);
    assertThat(Ran.atTerminal("y\n", args("cluster", "remove", "a")).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(run("cluster", "remove", "a", "--yes").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run("cluster", "remove", "a", "--yes", "--expected-state-version", "15").exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(cluster.expectedVersions()).containsExactly(17L, 0L, 15L);
    for (String given : List.of("15", "99")) {
      Ran asked =
          Ran.atTerminal("y\n", args("cluster", "remove", "a", "--expected-state-version", given));
      assertThat(asked.exitCode()).isEqualTo(ExitCode.DONE);
    }
    assertThat(cluster.expectedVersions()).as("as planned, or earlier").endsWith(15L, 17L);

    cluster.changeMeanwhile();
    Ran refused = Ran.atTerminal("y\n", args("cluster", "remove", "a"));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("the topology was changed meanwhile", "plan again");
    JsonNode error =
        run("cluster", "remove", "a", "--yes", "--expected-state-version", "15", "--json")
            .errJson()
            .path("error");
    assertThat(error.path("kind").asText()).isEqualTo("failed_precondition");
    assertThat(cluster.wishes()).hasSize(5);
  }

  /**
   * Otherwise later changes would go as fast, or block as many writes, as the refused one was to.
   */
  @Test
  void limitsAreSetWithTheChangeOrNotAtAll() {
    cluster.changes(DONE);
    cluster.refuseChanges(
        FakeCluster.failure(
            Failure.Reason.REASON_FAILED_PRECONDITION, "without node a there are 2 nodes"));
    Ran refused = run("cluster", "remove", "a", "--yes", "--parallel", "300", "--block-writes");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("without node a there are 2 nodes");
    assertThat(cluster.wishes()).isEmpty();
  }

  @Test
  void anotherChangeThatIsAcceptedMeanwhileIsTold() {
    cluster.changes(MOVING, MOVING.toBuilder().setChangeId(25).build(), DONE);
    assertThat(run("cluster", "add", "host:b", "--yes").err())
        .contains("change 25 was accepted meanwhile");
  }

  @Test
  void withoutATerminalNothingIsChangedUnlessItIsAgreedTo() {
    Ran refused = run("cluster", "remove", "a");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("nothing was changed", "--yes");
    assertThat(cluster.wishes()).isEmpty();
  }

  @Test
  void changeThatIsCalledOffMeanwhileIsNotDone() {
    cluster.changes(MOVING, DONE.toBuilder().setPlanned(0).setDone(0).build());
    Ran ran = run("cluster", "add", "host:b", "--yes");
    assertThat(ran.out()).contains("it was called off before it was done");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void changesArePausedResumedLimitedAndCancelled() {
    assertThat(run("cluster", "pause").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run("cluster", "resume").exitCode()).isEqualTo(ExitCode.DONE);
    JsonNode limits = run("cluster", "limits", "--parallel=4", "--throttle=10MiB", "--json").json();
    assertThat(limits.path("parallel").asInt()).isEqualTo(4);
    assertThat(limits.path("throttle_bytes_per_second").asLong()).isEqualTo(10 << 20);
    assertThat(run("cluster", "cancel").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(cluster.wishes())
        .containsExactly(
            ChangeLimits.newBuilder().setPaused(true).build(),
            ChangeLimits.newBuilder().setPaused(false).build(),
            ChangeLimits.newBuilder().setParallel(4).setBytesPerSecond(10 << 20).build(),
            "cancel");
    cluster.changes(MOVING);
    assertThat(run("cluster", "limits").out())
        .contains("limits: 2 partitions at a time; each node copies up to 50.0 MB/s");
    assertThat(cluster.wishes()).hasSize(4);
  }

  @Test
  void statusTellsHowTheChangeStands() {
    cluster.changes(MOVING);
    assertThat(run("cluster", "status").out())
        .contains(
            "topology: change 21: 3 of 8 partitions done, 2 on the move, 3 waiting, 1 cleaning up")
        .contains("tenant 'orders' comes from 3 to 5 replicas")
        .contains("copied 900 records, 45.0 MB so far, 1.5 MB/s; about 150.0 MB left, 1 min 40 s")
        .contains("2 partitions wait for 12 s for node 000000000000000b to take note of a step");
    JsonNode status = run("cluster", "status", "--json").json();
    assertThat(status.path("change").path("partitions_planned").asInt()).isEqualTo(8);
    assertThat(status.path("nodes").path(0).path("membership").asText()).isEqualTo("active");
    JsonNode altering = status.path("change").path("altering").path(0);
    assertThat(altering.path("tenant").asText()).isEqualTo("orders");
    assertThat(altering.path("target_replication_factor").asInt()).isEqualTo(5);
    cluster.changes(DONE);
    assertThat(run("cluster", "status").out()).doesNotContain("topology:");
  }

  @Test
  void statusShowsWhereOtherNodesReachANodeIfThatIsElsewhere() {
    assertThat(run("cluster", "status").out()).doesNotContain("nodes: ");
    assertThat(run("cluster", "status", "--json").json().path("nodes").path(0).has("peer_address"))
        .isFalse();
    cluster.peerAddress = "inside:7601";
    assertThat(run("cluster", "status").out()).contains(", nodes: inside:7601");
    JsonNode node = run("cluster", "status", "--json").json().path("nodes").path(0);
    assertThat(node.path("peer_address").asText()).isEqualTo("inside:7601");
    assertThat(node.path("address").asText()).isNotEqualTo("inside:7601");
  }

  /** A cluster of four has lists of four, and three replicas of each key. */
  @Test
  void listsThatAreLongerThanThereAreReplicasAreExplained() {
    cluster.plans(
        PlanTopologyChangeResponse.newBuilder()
            .addNodes(planned(10, "x", 8, 4, 0))
            .addNodes(planned(11, "y", 0, 4, 1))
            .addPartitions(
                PlannedPartition.newBuilder().setPartition(5).addBefore(0).addAfter(1).addAfter(0))
            .setReplicationFactor(1)
            .setReplicasMoved(1)
            .build());
    assertThat(run("cluster", "plan", "add", "host:b").out())
        .contains("by preference", "a tenant with 1 replica has its replicas on the first 1")
        .contains("1 partition changes: 1 replica is brought");
  }

  /** A change stands still at 50 bytes a second, and nothing that waits would tell why. */
  @Test
  void aThrottleWithoutItsUnitIsRefused() {
    for (String words :
        List.of("cluster limits --throttle 50", "cluster add b --yes --throttle 999")) {
      Ran ran = run(words.split(" "));
      assertThat(ran.exitCode()).as(words).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err())
          .contains("of which a change needs 1kB at least", "50MB", "0 for no bound");
    }
    assertThat(cluster.wishes()).isEmpty();
    cluster.changes(DONE);
    assertThat(run("cluster", "limits", "--throttle", "0").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run("cluster", "limits", "--throttle", "1kB").exitCode()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void whatIsTypedWronglyIsUsage() {
    for (String words :
        List.of(
            "cluster add",
            "cluster replace a",
            "cluster move a",
            "cluster plan move a",
            "cluster add a --yes --expected-state-version 0",
            "cluster limits --parallel 0",
            "cluster limits --throttle fast",
            "cluster rebalance --parallel 0")) {
      assertThat(run(words.split(" ")).exitCode()).as(words).isEqualTo(ExitCode.USAGE);
    }
    assertThat(cluster.wishes()).isEmpty();
  }
}

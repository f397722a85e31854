package io.quorate.transport.admin;

import static io.quorate.transport.admin.AdminServer.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.admin.ClusterAdmin.DiskUsage;
import io.quorate.admin.FakeAdmin;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Decision;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.ChangeLimits;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.CreateJoinTokenRequest;
import io.quorate.proto.v1.CreateJoinTokenResponse;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.DropJoinTokenRequest;
import io.quorate.proto.v1.DropTenantRequest;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.FillProgress;
import io.quorate.proto.v1.FinalizeUpgradeRequest;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.PurgeProgress;
import io.quorate.proto.v1.ReadmitNodeRequest;
import io.quorate.proto.v1.Rebalance;
import io.quorate.proto.v1.TopologyChange;
import io.quorate.proto.v1.TruncateTenantRequest;
import io.quorate.proto.v1.VersionConflicts;
import io.quorate.transport.StatusTable;
import io.quorate.transport.codec.admin.TenantCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServiceTest {
  private static final NodeId A = FakeAdmin.A;
  private static final NodeId B = FakeAdmin.B;
  private static final NodeId C = FakeAdmin.C;

  private final AdminServer server;
  private final FakeAdmin admin;
  private final AdminGrpc.AdminBlockingStub cluster;
  private final PlacementGrpc.PlacementBlockingStub placements;

  AdminServiceTest() throws IOException {
    server = new AdminServer(Runnable::run);
    admin = server.admin;
    cluster = server.cluster;
    placements = server.placements;
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void beforeItHasJoinedANodeSaysSo() throws Exception {
    assertFails(
        () -> cluster.getStatus(GetStatusRequest.getDefaultInstance()),
        Status.Code.UNAVAILABLE,
        "has not joined a cluster yet");
    assertFails(
        () -> cluster.createTenant(CreateTenantRequest.getDefaultInstance()),
        Status.Code.UNAVAILABLE,
        "has not joined a cluster yet");
    StatusRuntimeException thrown =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> cluster.getStatus(GetStatusRequest.getDefaultInstance()));
    assertThat(Failure.parseFrom(thrown.getTrailers().get(StatusTable.FAILURE)).getCode())
        .isEqualTo(Failure.Code.CODE_NOT_JOINED);
  }

  @Test
  void statusIsWhatThisNodeSees() {
    admin.state = FakeAdmin.threeMembers();
    GetStatusResponse status = cluster.getStatus(GetStatusRequest.getDefaultInstance());
    assertThat(status.getClusterId()).isEqualTo(0xc1);
    assertThat(status.getNodesList()).extracting(NodeStatus::getName).contains("upper", "");
    assertThat(status.getAnsweredBy()).isEqualTo(A.value());
    assertThat(status.getNodesList())
        .extracting(NodeStatus::getId)
        .containsExactly(A.value(), B.value(), C.value());
    assertThat(status.getNodes(0).getState()).isEqualTo(NodeStatus.State.STATE_UP);
    assertThat(status.getNodes(0).getReplicas()).isEqualTo(2);
    assertThat(status.getNodes(0).getIncarnation()).isEqualTo(4);
    assertThat(status.getNodes(1).getState()).isEqualTo(NodeStatus.State.STATE_READ_ONLY);
    assertThat(status.getNodes(1).getSilentMs()).isEqualTo(40);
    assertThat(status.getMetadata().getLeader()).isEqualTo(B.value());
    assertThat(status.getMetadata().getVotersList()).containsExactly(A.value(), B.value());
    assertThat(status.getPartitions()).isEqualTo(2);
    assertThat(status.getPartitionsDegraded()).isZero();

    admin.down.add(C);
    status = cluster.getStatus(GetStatusRequest.getDefaultInstance());
    assertThat(status.getNodes(2).getState()).isEqualTo(NodeStatus.State.STATE_DOWN);
    assertThat(status.getPartitionsDegraded()).isEqualTo(2);
    admin.down.add(B);
    status = cluster.getStatus(GetStatusRequest.getDefaultInstance());
    assertThat(status.getPartitionsDegraded()).isZero();
    assertThat(status.getPartitionsUnavailable()).isEqualTo(2);
  }

  @Test
  void statusLeavesOutTheDiskOfWhichNothingIsKnown() {
    admin.state = FakeAdmin.threeMembers();
    admin.usage = DiskUsage.UNKNOWN;
    NodeReport report = cluster.getStatus(GetStatusRequest.getDefaultInstance()).getReport();
    assertThat(report.getDiskBytes()).isZero();
    assertThat(report.hasDiskAvailableBytes()).as("0 would be a full disk").isFalse();
  }

  @Test
  void statusTellsThatADiskHasNoRoomLeft() {
    admin.state = FakeAdmin.threeMembers();
    admin.usage = new DiskUsage(100, 95, 0);
    NodeReport report = cluster.getStatus(GetStatusRequest.getDefaultInstance()).getReport();
    assertThat(report.hasDiskAvailableBytes()).isTrue();
    assertThat(report.getDiskAvailableBytes()).isZero();
  }

  @Test
  void statusTellsWhatIsOwedToNodesAndWhatTheNodeSaysOfItself() {
    admin.state = FakeAdmin.threeMembers();
    admin.down.add(C);
    admin.reportedWaitingFor = "node " + A + " to answer";
    admin.stuck = "node " + A + " has another log";
    GetStatusResponse status = cluster.getStatus(GetStatusRequest.getDefaultInstance());
    assertThat(status.getReport().getWaitingFor()).isEqualTo("node " + A + " (upper) to answer");
    assertThat(status.getMetadata().getStuck()).isEqualTo("node " + A + " (upper) has another log");
    NodeStatus away = status.getNodes(2);
    assertThat(away.getPhi()).isEqualTo(9);
    assertThat(away.getLagMs()).isEqualTo(700);
    assertThat(away.getBreakerOpen()).isTrue();
    assertThat(away.getHints()).isEqualTo(12);
    assertThat(away.getRepairs()).isEqualTo(3);
    assertThat(away.getHintsPaused()).isTrue();
    NodeReport report = status.getReport();
    assertThat(report.getSoftware()).isEqualTo("1.2");
    assertThat(report.getDisk()).isEqualTo(NodeReport.Disk.DISK_FULL);
    assertThat(report.getDiskReason()).isEqualTo("no space");
    assertThat(report.getDiskUsedBytes()).isEqualTo(97);
    assertThat(report.getDiskAvailableBytes()).isEqualTo(1);
    assertThat(report.getClockAheadMs()).isEqualTo(-600);
    assertThat(report.getStateVersion()).isEqualTo(9);
    assertThat(report.getDeadLetters()).isEqualTo(5);
    assertThat(report.getComparisonsOverdue()).isEqualTo(2);
    assertThat(report.getComparisonAgeMs()).isEqualTo(3_000);
    FillProgress filling = report.getFilling();
    assertThat(filling.getPartitions()).isEqualTo(3);
    assertThat(filling.getTotalPartitions()).isEqualTo(16);
    assertThat(filling.getRecords()).isEqualTo(1_000);
    assertThat(filling.getBytes()).isEqualTo(5_000_000);
    assertThat(filling.getBytesPerSecond()).isEqualTo(2_000_000);
    assertThat(report.getVersionConflictsList())
        .singleElement()
        .isEqualTo(
            VersionConflicts.newBuilder().setNode(7).setIncarnation(3).setRecords(2).build());
    assertThat(report.getStampsRefused()).isEqualTo(6);
    assertThat(report.getInsecure()).isEqualTo("takes all");
    assertThat(report.getOpenSecretsList()).containsExactly("tls.key");
    assertThat(report.getTokenKeysReason()).isEqualTo("no answer");
    assertThat(report.getTokenKeysMissing()).isTrue();
    assertThat(report.getCertificatesReason()).isEqualTo("tls.certificate expires soon");
    PurgeProgress purging = report.getPurging();
    assertThat(purging.getTombstones()).isEqualTo(70);
    assertThat(purging.getDue()).isEqualTo(2);
    assertThat(purging.getOpen()).isEqualTo(1);
    assertThat(purging.getOverdueMs()).isEqualTo(90_000);
    assertThat(purging.getPurgedAgeMs()).isEqualTo(3_700_000);
    assertThat(report.getClusterSettingsMap()).containsEntry("cluster.partitions", "2");
  }

  @Test
  void placementNamesNodesByPosition() {
    admin.state = FakeAdmin.threeMembers();
    GetPlacementResponse placement =
        placements.getPlacement(GetPlacementRequest.getDefaultInstance());
    assertThat(placement.getClusterVersion()).isEqualTo(2);
    assertThat(placement.getStateVersion()).isEqualTo(9);
    assertThat(placement.getNodes(0).getAddress()).isEqualTo("10.0.0.1:7400");
    assertThat(placement.getNodes(0).getName()).isEqualTo("upper");
    assertThat(placement.getNodes(1).getName()).isEmpty();
    assertThat(placement.getPartitions(0).getPreferenceListList()).containsExactly(2, 0, 1);
    assertThat(placement.getPartitions(1).getEpoch()).isEqualTo(5);
    assertThat(placement.getTenants(0).getName()).isEqualTo("default");

    GetPlacementResponse same =
        placements.getPlacement(
            GetPlacementRequest.newBuilder()
                .setKnownClusterId(0xC1)
                .setKnownStateVersion(9)
                .build());
    assertThat(same.getStateVersion()).isEqualTo(9);
    assertThat(same.getClusterId()).isEqualTo(0xC1);
    assertThat(same.getPartitionsCount()).isZero();
  }

  /** A client stamps its first write by it. */
  @Test
  void placementTellsTheClockAlsoWhereNothingHasChanged() {
    admin.state = FakeAdmin.threeMembers();
    admin.hybridTime = 0x1234_0005L;
    for (long known : new long[] {0, 9}) {
      GetPlacementRequest asked =
          GetPlacementRequest.newBuilder()
              .setKnownClusterId(0xC1)
              .setKnownStateVersion(known)
              .build();
      assertThat(placements.getPlacement(asked).getHlc()).isEqualTo(0x1234_0005L);
    }
  }

  /** A client that does not know the field gets no information twice. */
  @Test
  void knownVersionOfACallerThatTellsNoClusterCounts() {
    admin.state = FakeAdmin.threeMembers();
    GetPlacementRequest.Builder asked = GetPlacementRequest.newBuilder().setKnownStateVersion(9);
    assertThat(placements.getPlacement(asked.build()).getPartitionsCount()).isZero();
    assertThat(placements.getPlacement(asked.setKnownStateVersion(8).build()).getPartitionsCount())
        .isEqualTo(2);
  }

  @Test
  void knownVersionOfAnotherClusterDoesNotCount() {
    admin.state = FakeAdmin.threeMembers();
    GetPlacementRequest asked =
        GetPlacementRequest.newBuilder().setKnownStateVersion(9).setKnownClusterId(0xC2).build();
    assertThat(placements.getPlacement(asked).getPartitionsCount()).isEqualTo(2);
  }

  @Test
  void tenantsAreCreatedAlteredAndListed() {
    admin.state = FakeAdmin.threeMembers();
    var one = io.quorate.proto.v1.Level.newBuilder().setCount(1).build();
    var created =
        cluster.createTenant(
            CreateTenantRequest.newBuilder()
                .setTenant(
                    io.quorate.proto.v1.Tenant.newBuilder()
                        .setName("fast")
                        .setReadLevel(one)
                        .setWriteLevel(one))
                .build());
    assertThat(created.getTenant().getId()).isEqualTo(2);
    assertThat(created.getTenant().getReplicationFactor()).isEqualTo(3);
    assertThat(created.getWarnings(0)).contains("may miss a write");

    var altered =
        cluster.alterTenant(
            AlterTenantRequest.newBuilder().setName("fast").setDefaultTtlMs(5000).build());
    assertThat(altered.getTenant().getDefaultTtlMs()).isEqualTo(5000);
    assertThat(altered.getTenant().getReadLevel().getCount()).isEqualTo(1);

    assertThat(cluster.listTenants(ListTenantsRequest.getDefaultInstance()).getTenantsList())
        .extracting(io.quorate.proto.v1.Tenant::getName)
        .containsExactly("default", "fast");
  }

  /** It would be missing in a backup. */
  @Test
  void tenantThatThisNodeHasNotHeardOfIsInAConfirmedList() {
    admin.state = FakeAdmin.threeMembers();
    admin.stale = FakeAdmin.threeMembers();
    createElsewhere("orders");
    assertThat(names(ListTenantsRequest.getDefaultInstance())).containsExactly("default");
    ListTenantsRequest confirmed = ListTenantsRequest.newBuilder().setConfirmed(true).build();
    assertThat(names(confirmed)).containsExactly("default", "orders");
    assertThat(cluster.listTenants(confirmed).getConfirmed()).isTrue();
    assertThat(cluster.listTenants(ListTenantsRequest.getDefaultInstance()).getConfirmed())
        .isFalse();
  }

  @Test
  void whereNoLeaderConfirmsTheListItIsRefused() {
    admin.state = FakeAdmin.threeMembers();
    admin.confirms = false;
    ListTenantsRequest confirmed = ListTenantsRequest.newBuilder().setConfirmed(true).build();
    assertFails(
        () -> cluster.listTenants(confirmed),
        Status.Code.UNAVAILABLE,
        "cannot make sure which tenants there are: the leader of the metadata group did not answer"
            + " in time. Ask again, or another node");
    admin.outOfTouch = "this node knows no leader of the metadata group";
    assertFails(
        () -> cluster.listTenants(confirmed),
        Status.Code.UNAVAILABLE,
        "which tenants there are: this node knows no leader of the metadata group. Ask again");
    assertThat(names(ListTenantsRequest.getDefaultInstance())).containsExactly("default");
  }

  /** So that the answer comes before the caller has left, and it can ask another node. */
  @Test
  void leaderIsNotWaitedForUntilTheCallersDeadline() {
    admin.state = FakeAdmin.threeMembers();
    ListTenantsRequest confirmed = ListTenantsRequest.newBuilder().setConfirmed(true).build();
    for (long seconds : new long[] {4, 600}) {
      long before = System.nanoTime();
      var unused = cluster.withDeadlineAfter(seconds, TimeUnit.SECONDS).listTenants(confirmed);
      assertThat(admin.confirmDeadlineNanos - before)
          .isGreaterThan(TimeUnit.SECONDS.toNanos(1))
          .isLessThan(TimeUnit.SECONDS.toNanos(seconds == 4 ? 4 : 10));
    }
  }

  /** So that the caller learns that there is no leader, and not that the node was silent. */
  @Test
  void aChangeIsGivenUpWhileItsCallerStillListens() {
    admin.state = FakeAdmin.threeMembers();
    AlterTenantRequest alter = AlterTenantRequest.newBuilder().setName("default").build();
    for (long millis : new long[] {1_000, 60_000}) {
      long before = System.nanoTime();
      var unused = cluster.withDeadlineAfter(millis, TimeUnit.MILLISECONDS).alterTenant(alter);
      long after = System.nanoTime();
      long leftMillis = millis - TimeUnit.NANOSECONDS.toMillis(admin.proposeDeadlineNanos - after);
      assertThat(leftMillis)
          .as("for the answer")
          .isGreaterThanOrEqualTo(millis == 1_000 ? 250 : 500);
      assertThat(admin.proposeDeadlineNanos).as("time to decide").isGreaterThan(before);
    }
  }

  private void createElsewhere(String tenant) {
    ClusterState before = Objects.requireNonNull(admin.state);
    Command create =
        TenantCodec.createTenant(io.quorate.proto.v1.Tenant.newBuilder().setName(tenant).build());
    admin.state = ((Decision.Accepted) before.apply(create, before.stateVersion() + 1)).next();
  }

  private List<String> names(ListTenantsRequest request) {
    return cluster.listTenants(request).getTenantsList().stream()
        .map(io.quorate.proto.v1.Tenant::getName)
        .toList();
  }

  @Test
  void whatIsRefusedOrUnsureIsSaid() {
    admin.state = FakeAdmin.threeMembers();
    assertFails(
        () ->
            cluster.createTenant(
                CreateTenantRequest.newBuilder()
                    .setTenant(
                        io.quorate.proto.v1.Tenant.newBuilder()
                            .setName("x")
                            .setReplicationFactor(9))
                    .build()),
        Status.Code.FAILED_PRECONDITION,
        "replication factor 9");
    assertFails(
        () ->
            cluster.createTenant(
                CreateTenantRequest.newBuilder()
                    .setTenant(io.quorate.proto.v1.Tenant.newBuilder().setModelValue(40))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "model 40 is not known");
    AlterTenantRequest alter = AlterTenantRequest.newBuilder().setName("default").build();
    assertFails(
        () -> cluster.alterTenant(alter.toBuilder().setName("nobody").build()),
        Status.Code.NOT_FOUND,
        "tenant 'nobody' does not exist");
    for (long never : List.of(-1L, Long.MAX_VALUE)) {
      for (AlterTenantRequest.Builder wrong :
          List.of(
              alter.toBuilder().setDefaultTtlMs(never),
              alter.toBuilder().setOperationsPerSecond(never),
              alter.toBuilder().setBytesPerSecond(never))) {
        assertFails(
            () -> cluster.alterTenant(wrong.setName("nobody").build()),
            Status.Code.INVALID_ARGUMENT,
            "tenant 'nobody': ");
      }
    }
    assertFails(
        () -> cluster.alterTenant(alter.toBuilder().setReplicationFactor(4).build()),
        Status.Code.FAILED_PRECONDITION,
        "Give 1 to 3");
    admin.instead = new CommandOutcome.Unavailable("no leader");
    assertFails(() -> cluster.alterTenant(alter), Status.Code.UNAVAILABLE, "no leader");
    admin.instead = new CommandOutcome.Unknown("no word");
    assertFails(() -> cluster.alterTenant(alter), Status.Code.UNKNOWN, "no word");
  }

  /** Those that are told later, and those before anything is asked of the cluster. */
  @Test
  void failuresNameNodes() {
    admin.state = FakeAdmin.threeMembers();
    admin.instead = new CommandOutcome.Unavailable("node " + A + " does not answer");
    assertFails(
        () ->
            cluster.alterTenant(
                AlterTenantRequest.newBuilder().setName("default").setDefaultTtlMs(5_000).build()),
        Status.Code.UNAVAILABLE,
        "node " + A + " (upper) does not answer");
    assertFails(
        () -> cluster.readmitNode(ReadmitNodeRequest.newBuilder().setNode("upper").build()),
        Status.Code.FAILED_PRECONDITION,
        "node " + A + " (upper) at 10.0.0.1:7400 answers");
  }

  @Test
  void anIdOfAnAlterationIsOfNoOther() {
    admin.state = FakeAdmin.threeMembers();
    AlterTenantRequest first =
        AlterTenantRequest.newBuilder()
            .setName("default")
            .setDefaultTtlMs(5_000)
            .setRequestId(ByteString.copyFromUtf8("16 random bytes!"))
            .build();
    assertThat(cluster.alterTenant(first).getTenant().getDefaultTtlMs()).isEqualTo(5_000);
    assertFails(
        () -> cluster.alterTenant(first.toBuilder().setDefaultTtlMs(6_000).build()),
        Status.Code.FAILED_PRECONDITION,
        "used for another request");
    assertThat(cluster.alterTenant(first).getTenant().getDefaultTtlMs()).isEqualTo(5_000);
  }

  @Test
  void tenantsAreTruncatedAndDropped() {
    admin.state = FakeAdmin.threeMembers();
    TruncateTenantRequest truncation =
        TruncateTenantRequest.newBuilder()
            .setName("default")
            .setRequestId(ByteString.copyFromUtf8("16 random bytes!"))
            .build();
    assertThat(cluster.truncateTenant(truncation).getTenant().getId()).isEqualTo(2);
    assertThat(cluster.truncateTenant(truncation).getTenant().getId())
        .as("a retry deletes nothing of what was written since")
        .isEqualTo(2);
    assertThat(
            cluster
                .truncateTenant(truncation.toBuilder().clearRequestId().build())
                .getTenant()
                .getId())
        .isEqualTo(3);

    TruncateTenantRequest ofBefore = truncation.toBuilder().clearRequestId().setTenantId(2).build();
    assertFails(
        () -> cluster.truncateTenant(ofBefore),
        Status.Code.FAILED_PRECONDITION,
        "tenant 'default' has id 3, and not 2");

    DropTenantRequest drop = DropTenantRequest.newBuilder().setName("x").build();
    assertFails(() -> cluster.dropTenant(drop), Status.Code.NOT_FOUND, "tenant 'x' does not exist");
    assertFails(
        () -> cluster.dropTenant(drop.toBuilder().setName("default").build()),
        Status.Code.FAILED_PRECONDITION,
        "truncate it");
    assertFails(
        () ->
            cluster.dropTenant(
                drop.toBuilder().setRequestId(ByteString.copyFromUtf8("short")).build()),
        Status.Code.INVALID_ARGUMENT,
        "request_id of 5 bytes");
    var unused =
        cluster.createTenant(
            CreateTenantRequest.newBuilder()
                .setTenant(io.quorate.proto.v1.Tenant.newBuilder().setName("x"))
                .build());
    var unusedToo = cluster.dropTenant(drop);
    assertThat(cluster.listTenants(ListTenantsRequest.getDefaultInstance()).getTenantsList())
        .extracting(io.quorate.proto.v1.Tenant::getName)
        .containsExactly("default");
  }

  @Test
  void nodesThatDoNotKnowOfAChangeYetAreNamed() {
    admin.state = FakeAdmin.threeMembers();
    admin.unaware.add(FakeAdmin.B);
    String named = "not known yet by node " + FakeAdmin.B;
    assertThat(
            cluster
                .createTenant(
                    CreateTenantRequest.newBuilder()
                        .setTenant(io.quorate.proto.v1.Tenant.newBuilder().setName("x"))
                        .build())
                .getWarningsList())
        .anyMatch(each -> each.contains(named));
    TruncateTenantRequest truncation =
        TruncateTenantRequest.newBuilder()
            .setName("x")
            .setRequestId(ByteString.copyFromUtf8("16 random bytes!"))
            .build();
    for (String attempt : List.of("first", "second")) {
      assertThat(cluster.truncateTenant(truncation).getWarningsList())
          .as(attempt)
          .singleElement()
          .asString()
          .contains(named);
    }
    DropTenantRequest drop = DropTenantRequest.newBuilder().setName("x").build();
    assertThat(cluster.dropTenant(drop).getWarningsList())
        .singleElement()
        .asString()
        .contains(named);
  }

  /** A node that a new node shows the token to, or an operator asks next, may be one of them. */
  @Test
  void soAreThoseThatDoNotKnowOfAChangeOfTheCluster() {
    admin.state = FakeAdmin.threeMembers();
    admin.down.add(C);
    admin.unaware.add(B);
    CreateJoinTokenResponse token =
        cluster.createJoinToken(CreateJoinTokenRequest.getDefaultInstance());
    assertThat(token.getText()).isNotEmpty();
    assertThat(
            List.of(
                token.getWarningsList(),
                cluster
                    .dropJoinToken(
                        DropJoinTokenRequest.newBuilder().setId(token.getToken().getId()).build())
                    .getWarningsList(),
                cluster
                    .finalizeUpgrade(
                        FinalizeUpgradeRequest.newBuilder()
                            .setClusterVersion(Releases.THIS.newest())
                            .build())
                    .getWarningsList(),
                cluster
                    .changeTopology(
                        ChangeTopologyRequest.newBuilder()
                            .setChange(
                                TopologyChange.newBuilder()
                                    .setRebalance(Rebalance.getDefaultInstance()))
                            .build())
                    .getWarningsList(),
                cluster
                    .limitTopologyChange(
                        LimitTopologyChangeRequest.newBuilder()
                            .setLimits(ChangeLimits.newBuilder().setParallel(3))
                            .build())
                    .getWarningsList(),
                cluster
                    .cancelTopologyChange(CancelTopologyChangeRequest.getDefaultInstance())
                    .getWarningsList(),
                cluster
                    .readmitNode(
                        ReadmitNodeRequest.newBuilder()
                            .setNode(C.toString())
                            .setAcceptDataLoss(true)
                            .build())
                    .getWarningsList()))
        .allSatisfy(
            warnings ->
                assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains("not known yet by node " + B));
  }

  /** A new node may show it to any node, once its operator has it. */
  @Test
  void aTokenIsToldOnceTheOtherNodesKnowIt() {
    admin.state = FakeAdmin.threeMembers();
    admin.spreads = false;
    ListenableFuture<CreateJoinTokenResponse> told =
        AdminGrpc.newFutureStub(cluster.getChannel())
            .createJoinToken(CreateJoinTokenRequest.getDefaultInstance());
    await().until(() -> !Objects.requireNonNull(admin.state).joinTokens().byId().isEmpty());
    await().during(Duration.ofMillis(200)).until(() -> !told.isDone());
    admin.spreads = true; // the node may have yet to ask for it
    admin.spread();
    assertThat(told).succeedsWithin(Duration.ofSeconds(30));
  }
}

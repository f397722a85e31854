package io.quorate.transport.admin;

import static io.quorate.admin.FakeAdmin.A;
import static io.quorate.admin.FakeAdmin.B;
import static io.quorate.admin.FakeAdmin.C;
import static io.quorate.transport.admin.AdminServer.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.FakeAdmin;
import io.quorate.cluster.Change;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.proto.v1.AcknowledgeLoss;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterReplication;
import io.quorate.proto.v1.AlteringTenant;
import io.quorate.proto.v1.AwaitedNode;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.CancelTopologyChangeResponse;
import io.quorate.proto.v1.ChangeLimits;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.GiveUpNodes;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.MoveNode;
import io.quorate.proto.v1.PartitionMove;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.PlanTopologyChangeRequest;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.PlannedNode;
import io.quorate.proto.v1.Rebalance;
import io.quorate.proto.v1.ReplaceNode;
import io.quorate.proto.v1.TopologyChange;
import io.quorate.proto.v1.TopologyChangeStatus;
import io.quorate.transport.StatusTable;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operators' requests about the topology become commands; operators can read the progress. */
class TopologyServiceTest {
  private static final NodeId D = new NodeId(4);
  private static final NodeId D2 = new NodeId(5);
  private static final ByteString ID = ByteString.copyFromUtf8("16 random bytes!");
  private static final String D_ADDRESS = "10.0.0.4:7400";

  private volatile boolean busy;
  private final AdminServer server;
  private final FakeAdmin admin;
  private final AdminGrpc.AdminBlockingStub cluster;
  private final PlacementGrpc.PlacementBlockingStub placements;

  TopologyServiceTest() throws IOException {
    server = new AdminServer(this::longTask);
    admin = server.admin;
    cluster = server.cluster;
    placements = server.placements;
  }

  private void longTask(Runnable task) {
    if (busy) {
      throw new RejectedExecutionException("busy");
    }
    Thread thread = new Thread(task, "long-task");
    thread.start();
  }

  /** Three members with a spare one. */
  @BeforeEach
  void join() {
    admin.state = FakeAdmin.threeMembers();
    fold(new Join(D, D_ADDRESS, "r", "z2", 1, true, Releases.THIS));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private ClusterState state() {
    return Objects.requireNonNull(admin.state);
  }

  private void fold(Command command) {
    ClusterState before = state();
    Decision decision = before.apply(command, before.stateVersion() + 1);
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
    admin.state = ((Decision.Accepted) decision).next();
  }

  private TopologyChangeStatus change(TopologyChange wish) {
    return cluster
        .changeTopology(ChangeTopologyRequest.newBuilder().setChange(wish).build())
        .getStatus();
  }

  private PlanTopologyChangeResponse plan(TopologyChange wish) {
    return cluster.planTopologyChange(
        PlanTopologyChangeRequest.newBuilder().setChange(wish).build());
  }

  private static TopologyChange add(String node) {
    return TopologyChange.newBuilder().setAddNode(node).build();
  }

  private static TopologyChange remove(String node) {
    return TopologyChange.newBuilder().setRemoveNode(node).build();
  }

  private static TopologyChange replace(String node, String by) {
    return TopologyChange.newBuilder()
        .setReplaceNode(ReplaceNode.newBuilder().setNode(node).setReplacement(by))
        .build();
  }

  private Member.State membership(NodeId node) {
    return Objects.requireNonNull(state().members().get(node)).state();
  }

  @Test
  void nodesAreAddedAndRemovedByIdAndByAddress() {
    TopologyChangeStatus added = change(add(D_ADDRESS));
    assertThat(membership(D)).isEqualTo(Member.State.JOINING);
    assertThat(added.getUnderWay()).isTrue();
    assertThat(added.getBeingPlanned()).isTrue();
    assertThat(added.getPlanned()).isZero();
    assertThat(added.getStateVersion()).isEqualTo(state().stateVersion());
    change(remove(C.toString()));
    assertThat(membership(C)).isEqualTo(Member.State.LEAVING);
  }

  @Test
  void eachChangeHasAnIdAndAPlanTellsWhatItWasMadeOn() {
    long before = state().stateVersion();
    PlanTopologyChangeResponse plan = plan(add(D_ADDRESS));
    assertThat(plan.getStateVersion()).isEqualTo(before);
    ChangeTopologyResponse added =
        cluster.changeTopology(request(add(D_ADDRESS)).setExpectedStateVersion(before).build());
    assertThat(added.getChangeId()).isEqualTo(before + 1).isEqualTo(state().change().id());
    assertThat(added.getStatus().getChangeId()).isEqualTo(added.getChangeId());

    LimitTopologyChangeRequest limit =
        LimitTopologyChangeRequest.newBuilder()
            .setLimits(ChangeLimits.newBuilder().setPaused(true))
            .build();
    assertThat(cluster.limitTopologyChange(limit).getChangeId()).isEqualTo(added.getChangeId());
    CancelTopologyChangeResponse cancelled =
        cluster.cancelTopologyChange(CancelTopologyChangeRequest.getDefaultInstance());
    assertThat(cancelled.getChangeId()).isGreaterThan(added.getChangeId());
    assertThat(cancelled.getStatus().getChangeId()).isEqualTo(cancelled.getChangeId());
  }

  @Test
  void whatWasChangedSinceItWasPlannedIsRefused() {
    long seen = plan(add(D_ADDRESS)).getStateVersion();
    change(replace(C.toString(), D_ADDRESS));
    ClusterState then = state();
    ChangeTopologyRequest late = request(add(D_ADDRESS)).setExpectedStateVersion(seen).build();
    refused(() -> cluster.changeTopology(late), "the topology was changed meanwhile");
    refused(
        () ->
            cluster.limitTopologyChange(
                LimitTopologyChangeRequest.newBuilder().setExpectedStateVersion(seen).build()),
        "the topology was changed meanwhile");
    refused(
        () ->
            cluster.cancelTopologyChange(
                CancelTopologyChangeRequest.newBuilder().setExpectedStateVersion(seen).build()),
        "the topology was changed meanwhile");
    assertThat(state()).isEqualTo(then);
  }

  /** A change that is refused must not leave its limits to later ones. */
  @Test
  void limitsAreSetWithTheChangeOrNotAtAll() {
    ChangeLimits limits = ChangeLimits.newBuilder().setParallel(300).setBlockWrites(true).build();
    ClusterState before = state();
    refused(
        () ->
            cluster.changeTopology(
                request(replace(B.toString(), C.toString())).setLimits(limits).build()),
        "cannot take the place");
    malformed(
        () ->
            cluster.changeTopology(
                request(add(D_ADDRESS)).setLimits(limits.toBuilder().setParallel(0)).build()),
        "0 partitions at a time");
    assertThat(state()).isSameAs(before);

    ChangeTopologyRequest request =
        request(add(D_ADDRESS)).setLimits(limits).setRequestId(ID).build();
    ChangeTopologyResponse added = cluster.changeTopology(request);
    assertThat(added.getStatus().getLimits().getParallel()).isEqualTo(300);
    assertThat(added.getStatus().getLimits().getBlockWrites()).isTrue();
    assertThat(membership(D)).isEqualTo(Member.State.JOINING);
    ChangeTopologyRequest otherLimits =
        request.toBuilder().setLimits(limits.toBuilder().setParallel(4)).build();
    refused(() -> cluster.changeTopology(otherLimits), "used for another request");
  }

  /** The node is a member no more when the retry comes, so it could not even be named. */
  @Test
  void aRequestThatIsRepeatedIsAnsweredBeforeItIsLookedAt() {
    ChangeTopologyRequest request = request(remove(D_ADDRESS)).setRequestId(ID).build();
    ChangeTopologyResponse first = cluster.changeTopology(request);
    fold(new Command.NodeLeft(D));
    ClusterState then = state();

    assertThat(cluster.changeTopology(request).getChangeId()).isEqualTo(first.getChangeId());
    assertThat(state()).isSameAs(then);
    refused(
        () -> cluster.changeTopology(request(remove(D_ADDRESS)).build()),
        "neither the id, the address nor the name of a member");
  }

  @Test
  void idsOfRequestsHaveSixteenBytes() {
    for (int bytes : List.of(1, 15, 17)) {
      ByteString id = ByteString.copyFrom(new byte[bytes]);
      malformed(
          () -> cluster.changeTopology(request(add(D_ADDRESS)).setRequestId(id).build()),
          "request_id of " + bytes + " bytes");
    }
    ByteString zeros = ByteString.copyFrom(new byte[16]);
    malformed(
        () -> cluster.changeTopology(request(add(D_ADDRESS)).setRequestId(zeros).build()), "zeros");
    malformed(
        () -> cluster.changeTopology(request(add(D_ADDRESS)).setExpectedStateVersion(-1).build()),
        "expected_state_version");
  }

  /** Otherwise an operator would be answered that one change was made, when it was another. */
  @Test
  void anIdIsOfOneRequestWithAllItsFields() {
    ChangeTopologyRequest first = request(add(D_ADDRESS)).setRequestId(ID).build();
    ChangeTopologyResponse added = cluster.changeTopology(first);
    ClusterState then = state();
    long seen = then.stateVersion();
    for (ChangeTopologyRequest other :
        List.of(
            first.toBuilder().setChange(add(D.toString())).build(),
            first.toBuilder().setChange(remove(C.toString())).build(),
            first.toBuilder().setChange(remove("10.9.9.9:1")).build(),
            first.toBuilder().setExpectedStateVersion(seen).build())) {
      refused(() -> cluster.changeTopology(other), "used for another request");
    }
    CancelTopologyChangeRequest cancel =
        CancelTopologyChangeRequest.newBuilder().setRequestId(ID).build();
    refused(() -> cluster.cancelTopologyChange(cancel), "used for another request");
    LimitTopologyChangeRequest limit =
        LimitTopologyChangeRequest.newBuilder().setRequestId(ID).build();
    refused(() -> cluster.limitTopologyChange(limit), "used for another request");
    assertThat(state()).isSameAs(then);
    assertThat(cluster.changeTopology(first).getChangeId()).isEqualTo(added.getChangeId());
  }

  /** The node has left, and the node that the retry comes to has heard both, or neither. */
  @Test
  void aRetryIsNotRefusedByWhatTheNodeAskedHasNotHeardOf() {
    ClusterState before = state();
    ChangeTopologyRequest request = request(remove(D_ADDRESS)).setRequestId(ID).build();
    ChangeTopologyResponse first = cluster.changeTopology(request);
    fold(new Command.NodeLeft(D));
    ClusterState then = state();
    fold(new Join(D2, D_ADDRESS, "r", "z2", 1, true, Releases.THIS));
    ClusterState since = state();
    for (ClusterState known : List.of(before, then, since)) {
      admin.stale = known;
      assertThat(cluster.changeTopology(request).getChangeId()).isEqualTo(first.getChangeId());
    }
    assertThat(state()).isSameAs(since);
  }

  @Test
  void whereNoLeaderTellsWhatWasDecidedARetryIsNotRefused() {
    ClusterState before = state();
    fold(new Join(D2, "10.0.0.5:7400", "r", "z2", 1, true, Releases.THIS));
    ChangeTopologyRequest request = request(add("10.0.0.5:7400")).setRequestId(ID).build();
    admin.stale = before;
    admin.confirms = false;
    assertFails(
        () -> cluster.changeTopology(request),
        Status.Code.UNAVAILABLE,
        "not known whether this request was decided before");
    refused(() -> cluster.changeTopology(request(add("10.0.0.5:7400")).build()), "is neither");
    admin.confirms = true;
    assertThat(cluster.changeTopology(request).getChangeId()).isEqualTo(state().change().id());
    assertThat(membership(D2)).isEqualTo(Member.State.JOINING);
  }

  /** No earlier attempt can have had another outcome then, so the client can be sure. */
  @Test
  void aRefusalSaysWhetherItIsTheDecisionOfTheCluster() throws IOException {
    ChangeTopologyRequest unfit = request(replace(B.toString(), C.toString())).build();
    ChangeTopologyRequest named = unfit.toBuilder().setRequestId(ID).build();
    assertThat(failure(() -> cluster.changeTopology(unfit)).getDecided()).isFalse();
    Failure decided = failure(() -> cluster.changeTopology(named));
    assertThat(decided.getDecided()).isTrue();
    assertThat(decided.getReason()).isEqualTo(Failure.Reason.REASON_FAILED_PRECONDITION);
    assertThat(failure(() -> cluster.changeTopology(named))).isEqualTo(decided);
    ChangeTopologyRequest unknown =
        request(add("10.9.9.9:1"))
            .setRequestId(ByteString.copyFromUtf8("another request!"))
            .build();
    assertThat(failure(() -> cluster.changeTopology(unknown)).getDecided()).isFalse();
  }

  private static Failure failure(ThrowingCallable call) throws IOException {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    return Failure.parseFrom(
        Objects.requireNonNull(
            Objects.requireNonNull(thrown.getTrailers()).get(StatusTable.FAILURE)));
  }

  private static void malformed(ThrowingCallable call, String why) {
    assertFails(call, Status.Code.INVALID_ARGUMENT, why);
  }

  private static void refused(ThrowingCallable call, String why) {
    assertFails(call, Status.Code.FAILED_PRECONDITION, why);
  }

  private static ChangeTopologyRequest.Builder request(TopologyChange change) {
    return ChangeTopologyRequest.newBuilder().setChange(change);
  }

  @Test
  void zoneAndRegionChangeAndWhatIsNotSaidStays() {
    MoveNode place = MoveNode.newBuilder().setNode(A.toString()).setZone("y").build();
    change(TopologyChange.newBuilder().setMoveNode(place).build());
    Member moved = Objects.requireNonNull(state().members().get(A));
    assertThat(moved.region()).isEqualTo("r");
    assertThat(moved.zone()).isEqualTo("y");
  }

  @Test
  void planShowsWhatWouldMoveAndChangesNothing() {
    ClusterState before = state();
    PlanTopologyChangeResponse plan = plan(add(D.toString()));
    assertThat(admin.state).isSameAs(before);
    PlannedNode added = plan.getNodes(3);
    assertThat(added.getId()).isEqualTo(D.value());
    assertThat(added.getMembership()).isEqualTo(Membership.MEMBERSHIP_JOINING);
    assertThat(added.getReplicasBefore()).isZero();
    assertThat(added.getReplicasAfter()).isPositive();
    assertThat(added.getArriving()).isEqualTo(added.getReplicasAfter());
    assertThat(plan.getReplicationFactor()).isEqualTo(3);
    assertThat(plan.getReplicasMoved()).isEqualTo(added.getArriving());
    assertThat(plan.getBytes()).isEqualTo(1_000L * added.getArriving());
    assertThat(plan.getPartitionsList())
        .isNotEmpty()
        .allSatisfy(
            partition -> {
              assertThat(partition.getBeforeList()).doesNotContain(3);
              assertThat(partition.getAfterList()).contains(3);
            });
    assertThat(plan.getBefore().getMostInOneZone()).isEqualTo(3);
    assertThat(plan.getAfter().getMostInOneZone()).isEqualTo(2);
    assertThat(plan.getBefore().getLoadMaxByMean()).isEqualTo(1);
  }

  @Test
  void aNodeThatIsAskedForTooManyPlansSaysSo() {
    busy = true;
    assertFails(
        () -> plan(add(D.toString())), Status.Code.RESOURCE_EXHAUSTED, "changes are being planned");
  }

  @Test
  void replacementTakesThePlacesOfOneAndNothingElseMoves() {
    PlanTopologyChangeResponse plan = plan(replace(B.toString(), D.toString()));
    assertThat(plan.getPartitionsList())
        .extracting(partition -> partition.getAfterList())
        .containsExactly(List.of(2, 0, 3), List.of(0, 3, 2));
    assertThat(plan.getReplicasMoved()).isEqualTo(2);
    assertThat(plan.getNodes(1).getReplicasAfter()).isZero();
    TopologyChangeStatus change = change(replace(B.toString(), D.toString()));
    assertThat(change.getPlanned()).isEqualTo(2);
    assertThat(change.getWaiting()).isEqualTo(2);
    assertThat(change.getBytesLeft()).isEqualTo(2_000);
    assertThat(change.getBeingPlanned()).isFalse();
  }

  @Test
  void statusTellsWhereEachMovingPartitionIs() {
    change(replace(B.toString(), D.toString()));
    fold(new Command.StepMoves(List.of(new MoveStep(0, 1, Kind.BEGIN))));
    admin.progress =
        new ClusterAdmin.ChangeProgress(
            7,
            500,
            250,
            List.of(
                new ClusterAdmin.Awaited(D, ClusterAdmin.Awaited.Task.COPY, 1, 9_000),
                new ClusterAdmin.Awaited(B, ClusterAdmin.Awaited.Task.VOTE, 0, 8_000)));
    GetStatusResponse status = cluster.getStatus(GetStatusRequest.getDefaultInstance());
    assertThat(status.getMovesList())
        .containsExactly(
            PartitionMove.newBuilder()
                .setPartition(0)
                .setStage(PartitionMove.Stage.STAGE_DUAL_WRITE)
                .setEpoch(2)
                .addAllFrom(List.of(C.value(), A.value(), B.value()))
                .addAllTo(List.of(C.value(), A.value(), D.value()))
                .build());
    TopologyChangeStatus change = status.getTopologyChange();
    assertThat(change.getMoving()).isEqualTo(1);
    assertThat(change.getWaiting()).isEqualTo(1);
    assertThat(change.getDone()).isZero();
    assertThat(change.getCopied().getBytes()).isEqualTo(500);
    assertThat(change.getBytesLeft()).isEqualTo(2_000);
    assertThat(change.getSecondsLeft()).isEqualTo(8);
    assertThat(change.getAwaited(0).getId()).isEqualTo(D.value());
    assertThat(change.getAwaited(0).getTask()).isEqualTo(AwaitedNode.Task.TASK_COPY);
    assertThat(change.getAwaited(1).getTask()).isEqualTo(AwaitedNode.Task.TASK_VOTE);
    assertThat(status.getNodes(1).getMembership()).isEqualTo(Membership.MEMBERSHIP_LEAVING);
    assertThat(status.getNodes(3).getMembership()).isEqualTo(Membership.MEMBERSHIP_JOINING);
  }

  @Test
  void statusTellsWhichTenantComesToAnotherFactor() {
    fold(new Command.AlterTenant(Tenant.DEFAULT_NAME, TenantSettings.NONE, 2));
    TopologyChangeStatus change =
        cluster.getStatus(GetStatusRequest.getDefaultInstance()).getTopologyChange();
    assertThat(change.getUnderWay()).isTrue();
    assertThat(change.getAlteringList())
        .containsExactly(
            AlteringTenant.newBuilder()
                .setName(Tenant.DEFAULT_NAME)
                .setReplicationFactor(3)
                .setTargetReplicationFactor(2)
                .build());
  }

  /** Clients learn all stages of a move; reads ask the set that is read first. */
  @Test
  void clientsAreToldTheListThatIsReadFirst() {
    change(replace(B.toString(), D.toString()));
    fold(new Command.StepMoves(List.of(new MoveStep(0, 1, Kind.BEGIN))));
    assertThat(clientsList()).containsExactly(2, 0, 1);
    fold(new Command.StepMoves(List.of(new MoveStep(0, 2, Kind.CUT_OVER))));
    assertThat(clientsList()).containsExactly(2, 0, 3);
    fold(new Command.StepMoves(List.of(new MoveStep(0, 3, Kind.FINISH))));
    assertThat(clientsList()).containsExactly(2, 0, 3);
    GetStatusResponse status = cluster.getStatus(GetStatusRequest.getDefaultInstance());
    assertThat(status.getTopologyChange().getDone()).isEqualTo(1);
    assertThat(status.getTopologyChange().getCleaning()).isEqualTo(1);
    PartitionMove cleaning = status.getMoves(0);
    assertThat(cleaning.getStage()).isEqualTo(PartitionMove.Stage.STAGE_CLEANUP);
    assertThat(cleaning.getFromList()).contains(B.value()).doesNotContain(D.value());
    assertThat(cleaning.getToList()).contains(D.value()).doesNotContain(B.value());
  }

  private List<Integer> clientsList() {
    return placements
        .getPlacement(GetPlacementRequest.getDefaultInstance())
        .getPartitions(0)
        .getPreferenceListList();
  }

  @Test
  void limitsThatAreNotSaidStay() {
    TopologyChangeStatus change = limit(ChangeLimits.newBuilder().setParallel(3).build());
    assertThat(change.getLimits().getParallel()).isEqualTo(3);
    TopologyChangeStatus unused =
        limit(ChangeLimits.newBuilder().setBytesPerSecond(50_000_000).build());
    unused = limit(ChangeLimits.newBuilder().setBlockWrites(true).build());
    change = limit(ChangeLimits.newBuilder().setPaused(true).build());
    assertThat(change.getLimits())
        .isEqualTo(
            ChangeLimits.newBuilder()
                .setParallel(3)
                .setBytesPerSecond(50_000_000)
                .setPaused(true)
                .setBlockWrites(true)
                .build());
    assertThat(state().change().limits().paused()).isTrue();
    assertFails(
        () -> limit(ChangeLimits.newBuilder().setParallel(0).build()),
        Status.Code.INVALID_ARGUMENT,
        "0 partitions at a time");
  }

  /**
   * Otherwise an operator that sets how many partitions move at a time would undo another's
   * setting.
   */
  @Test
  void limitsThatAreNotSaidStayThoughTheNodeAskedHasNotHeardOfThem() {
    ClusterState before = state();
    TopologyChangeStatus unused = limit(ChangeLimits.newBuilder().setPaused(true).build());
    admin.stale = before;
    unused = limit(ChangeLimits.newBuilder().setParallel(3).build());
    unused = limit(ChangeLimits.newBuilder().setBytesPerSecond(7).build());
    assertThat(state().change().limits()).isEqualTo(new Change.Limits(3, 7, true));
  }

  @Test
  void aZoneThatIsNotSaidStaysThoughTheNodeAskedHasNotHeardOfIt() {
    ClusterState before = state();
    MoveNode zone = MoveNode.newBuilder().setNode(A.toString()).setZone("y").build();
    change(TopologyChange.newBuilder().setMoveNode(zone).build());
    admin.stale = before;
    MoveNode region = MoveNode.newBuilder().setNode(A.toString()).setRegion("q").build();
    change(TopologyChange.newBuilder().setMoveNode(region).build());
    Member moved = Objects.requireNonNull(state().members().get(A));
    assertThat(moved.region()).isEqualTo("q");
    assertThat(moved.zone()).isEqualTo("y");
  }

  private TopologyChangeStatus limit(ChangeLimits limits) {
    return cluster
        .limitTopologyChange(LimitTopologyChangeRequest.newBuilder().setLimits(limits).build())
        .getStatus();
  }

  @Test
  void cancellationHasNothingMoreMove() {
    CancelTopologyChangeRequest cancel = CancelTopologyChangeRequest.getDefaultInstance();
    assertFails(
        () -> cluster.cancelTopologyChange(cancel),
        Status.Code.FAILED_PRECONDITION,
        "nothing to cancel");
    change(add(D.toString()));
    TopologyChangeStatus change = cluster.cancelTopologyChange(cancel).getStatus();
    assertThat(change.getUnderWay()).isFalse();
    assertThat(membership(D)).isEqualTo(Member.State.SPARE);
  }

  @Test
  void whatCannotBeGrantedIsRefusedWithTheReason() {
    assertRefused(add("10.9.9.9:1"), "'10.9.9.9:1' is neither the id, the address nor the name");
    assertRefused(add(""), Status.Code.INVALID_ARGUMENT, "no node is named");
    assertRefused(remove("nobody"), "'nobody' is neither");
    assertRefused(replace(B.toString(), C.toString()), "cannot take the place");
    assertRefused(replace(B.toString(), "x"), "'x' is neither");
    assertRefused(
        TopologyChange.getDefaultInstance(), Status.Code.INVALID_ARGUMENT, "names no change");
    assertRefused(
        TopologyChange.newBuilder().setGiveUpNodes(GiveUpNodes.getDefaultInstance()).build(),
        Status.Code.INVALID_ARGUMENT,
        "no node is named");
    assertRefused(
        TopologyChange.newBuilder()
            .setGiveUpNodes(GiveUpNodes.newBuilder().addNodes(C.toString()))
            .build(),
        "answers, so what it holds is not lost");
    assertRefused(
        TopologyChange.newBuilder()
            .setAcknowledgeLoss(AcknowledgeLoss.getDefaultInstance())
            .build(),
        "no loss to acknowledge");
    AlterReplication nobody =
        AlterReplication.newBuilder().setTenant("nobody").setReplicationFactor(2).build();
    assertRefused(
        TopologyChange.newBuilder().setAlterReplication(nobody).build(),
        Status.Code.NOT_FOUND,
        "tenant 'nobody' does not exist");
    assertRefused(
        TopologyChange.newBuilder()
            .setAlterReplication(nobody.toBuilder().setTenant("default").setReplicationFactor(7))
            .build(),
        "Give 1 to 3, or add nodes first");
    assertRefused(
        TopologyChange.newBuilder()
            .setAlterReplication(nobody.toBuilder().setTenant("default").setReplicationFactor(9))
            .build(),
        Status.Code.INVALID_ARGUMENT,
        "at most 7 replicas");
    change(TopologyChange.newBuilder().setRebalance(Rebalance.getDefaultInstance()).build());
    assertRefused(remove(A.toString()), "add a node first");
    admin.instead = new CommandOutcome.Unknown("no word");
    assertFails(() -> change(add(D.toString())), Status.Code.UNKNOWN, "no word");
  }

  private void assertRefused(TopologyChange wish, String why) {
    assertRefused(wish, Status.Code.FAILED_PRECONDITION, why);
  }

  private void assertRefused(TopologyChange wish, Status.Code code, String why) {
    assertFails(() -> change(wish), code, why);
    assertFails(() -> plan(wish), code, why);
  }
}

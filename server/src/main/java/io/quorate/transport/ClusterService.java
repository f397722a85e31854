package io.quorate.transport;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.Quoted;
import io.quorate.placement.HealthCount;
import io.quorate.placement.Tenant;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.AlterTenantResponse;
import io.quorate.proto.v1.CancelChangeRequest;
import io.quorate.proto.v1.CancelChangeResponse;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.ClusterGrpc;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.CreateTenantResponse;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.LimitChangeRequest;
import io.quorate.proto.v1.LimitChangeResponse;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.ListTenantsResponse;
import io.quorate.proto.v1.PlanTopologyRequest;
import io.quorate.proto.v1.PlanTopologyResponse;
import io.quorate.proto.v1.ReadmitRequest;
import io.quorate.proto.v1.ReadmitResponse;
import io.quorate.proto.v1.RequestBounds;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.codec.AdminCodec;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * {@code quorate.v1.Cluster}: the cluster as this node knows it, and changes of it and its tenants.
 */
public final class ClusterService extends ClusterGrpc.ClusterImplBase {
  private static final long DEFAULT_TIMEOUT_NANOS = 5_000_000_000L;

  private final ClusterAdmin admin;
  private final LaneEntry entry;
  private final Executor longTasks;
  private final Clock clock;
  private final RecentRequests recent;
  private final RequestBounds bounds;

  /**
   * @param longTasks does what takes too long for the lane; throws if it is asked too much
   * @param recent what the node answers its clients
   * @param limits what it takes from them; they are told
   */
  public ClusterService(
      ClusterAdmin admin,
      Lane lane,
      Executor longTasks,
      Clock clock,
      RecentRequests recent,
      RequestLimits limits) {
    this.admin = admin;
    this.longTasks = longTasks;
    this.entry = new LaneEntry(lane);
    this.clock = clock;
    this.recent = recent;
    this.bounds =
        RequestBounds.newBuilder()
            .setMaxKeyBytes(limits.keyBytesMax())
            .setMaxValueBytes(limits.valueBytesMax())
            .setMaxMessageBytes(limits.messageBytesMax())
            .build();
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> caller) {
    answer(caller, this::status);
  }

  @Override
  public void getPlacement(
      GetPlacementRequest request, StreamObserver<GetPlacementResponse> caller) {
    answer(
        caller,
        state ->
            AdminCodec.placement(state, request.getKnownStateVersion()).toBuilder()
                .setBounds(bounds)
                .build());
  }

  @Override
  public void listTenants(ListTenantsRequest request, StreamObserver<ListTenantsResponse> caller) {
    answer(
        caller,
        state -> {
          ListTenantsResponse.Builder response = ListTenantsResponse.newBuilder();
          state.tenants().values().forEach(each -> response.addTenants(AdminCodec.tenant(each)));
          return response.build();
        });
  }

  @Override
  public void createTenant(
      CreateTenantRequest request, StreamObserver<CreateTenantResponse> caller) {
    Command.CreateTenant command;
    try {
      command = AdminCodec.createTenant(request.getTenant());
    } catch (IllegalArgumentException e) {
      fail(caller, Failure.refused(Reason.INVALID, String.valueOf(e.getMessage())));
      return;
    }
    change(
        caller,
        command,
        command.name(),
        (tenant, warnings) ->
            CreateTenantResponse.newBuilder().setTenant(tenant).addAllWarnings(warnings).build());
  }

  @Override
  public void alterTenant(AlterTenantRequest request, StreamObserver<AlterTenantResponse> caller) {
    Command.AlterTenant command;
    try {
      command = AdminCodec.alterTenant(request);
    } catch (IllegalArgumentException e) {
      fail(caller, Failure.refused(Reason.INVALID, String.valueOf(e.getMessage())));
      return;
    }
    change(
        caller,
        command,
        command.name(),
        (tenant, warnings) ->
            AlterTenantResponse.newBuilder().setTenant(tenant).addAllWarnings(warnings).build());
  }

  @Override
  public void readmit(ReadmitRequest request, StreamObserver<ReadmitResponse> caller) {
    call(caller, new ReadmitCall(admin, request)::run);
  }

  @Override
  public void planTopology(
      PlanTopologyRequest request, StreamObserver<PlanTopologyResponse> caller) {
    call(
        caller,
        (state, deadlineNanos, done, failed) ->
            new TopologyCalls(admin)
                .plan(
                    state,
                    request.getWish(),
                    longTasks,
                    plan -> entry.enter(() -> done.accept(plan)),
                    failure -> entry.enter(() -> failed.accept(failure))));
  }

  @Override
  public void changeTopology(
      ChangeTopologyRequest request, StreamObserver<ChangeTopologyResponse> caller) {
    call(
        caller,
        (state, deadlineNanos, done, failed) ->
            new TopologyCalls(admin).change(state, request.getWish(), deadlineNanos, done, failed));
  }

  @Override
  public void cancelChange(
      CancelChangeRequest request, StreamObserver<CancelChangeResponse> caller) {
    call(
        caller,
        (state, deadlineNanos, done, failed) ->
            new TopologyCalls(admin).cancel(deadlineNanos, done, failed));
  }

  @Override
  public void limitChange(LimitChangeRequest request, StreamObserver<LimitChangeResponse> caller) {
    call(
        caller,
        (state, deadlineNanos, done, failed) ->
            new TopologyCalls(admin).limit(request.getLimits(), deadlineNanos, done, failed));
  }

  /** A request that needs to know the cluster. What it throws as illegal is refused as such. */
  private interface Call<T> {
    void run(ClusterState state, long deadlineNanos, Consumer<T> done, Consumer<Failure> failed);
  }

  private <T> void call(StreamObserver<T> caller, Call<T> call) {
    Deadline deadline = Context.current().getDeadline();
    long timeoutNanos =
        deadline == null ? DEFAULT_TIMEOUT_NANOS : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    entry.enter(
        () -> {
          ClusterState state = admin.state();
          if (state == null) {
            fail(caller, notJoined());
            return;
          }
          try {
            call.run(
                state,
                clock.nanos() + timeoutNanos,
                response -> succeed(caller, response),
                failure -> fail(caller, failure));
          } catch (IllegalArgumentException malformed) {
            fail(caller, Refusals.invalid(String.valueOf(malformed.getMessage())));
          }
        });
  }

  /** Answers from what this node knows. */
  private <T> void answer(StreamObserver<T> caller, Function<ClusterState, T> response) {
    entry.enter(
        () -> {
          ClusterState state = admin.state();
          if (state == null) {
            fail(caller, notJoined());
          } else {
            succeed(caller, response.apply(state));
          }
        });
  }

  /** What is answered when a tenant is as it was asked to be. */
  private interface TenantAnswer<T> {
    T of(io.quorate.proto.v1.Tenant tenant, List<String> warnings);
  }

  private <T> void change(
      StreamObserver<T> caller, Command command, String tenant, TenantAnswer<T> response) {
    call(
        caller,
        (state, deadlineNanos, done, failed) ->
            admin.propose(
                command,
                deadlineNanos,
                outcome -> onOutcome(outcome, tenant, response, done, failed)));
  }

  private <T> void onOutcome(
      CommandOutcome outcome,
      String tenant,
      TenantAnswer<T> response,
      Consumer<T> done,
      Consumer<Failure> failed) {
    Failure failure = Refusals.of(outcome);
    if (failure == null && outcome instanceof CommandOutcome.Accepted accepted) {
      ClusterState state = admin.state();
      String name = tenant.isEmpty() ? Tenant.DEFAULT_NAME : tenant;
      Tenant now = state == null ? null : state.tenants().get(name);
      if (now != null) {
        done.accept(response.of(AdminCodec.tenant(now), accepted.warnings()));
        return;
      }
    }
    // An accepted command has been published here, so without the tenant it is a fault of ours.
    failed.accept(
        failure == null
            ? Failure.refused(
                Reason.INTERNAL, "tenant " + Quoted.of(tenant) + " was accepted and is not there")
            : failure);
  }

  private GetStatusResponse status(ClusterState state) {
    GetStatusResponse.Builder response =
        GetStatusResponse.newBuilder()
            .setClusterId(state.clusterId().toString())
            .setAnsweredBy(admin.self().toString())
            .setPartitions(state.partitions().size());
    for (Member member : state.members().values()) {
      response.addNodes(StatusWords.node(state, member, admin.seen(member.id())));
    }
    MetadataStatus metadata = admin.metadata();
    if (metadata != null) {
      response.setMetadata(AdminCodec.metadata(metadata));
    }
    HealthCount health = admin.health();
    return response
        .setPartitionsDegraded(health.degraded())
        .setPartitionsUnavailable(health.unavailable())
        .setReport(
            StatusWords.report(admin.report(), state.stateVersion(), recent.counts(clock.nanos())))
        .addAllMigrations(ChangeWords.migrations(state))
        .setChange(ChangeWords.change(state, admin))
        .build();
  }

  private Failure notJoined() {
    return Failure.refused(
        Reason.NOT_SERVING, "this node has not joined a cluster yet: " + admin.waitingFor());
  }

  private static <T> void succeed(StreamObserver<T> caller, T response) {
    if (!hasLeft(caller)) {
      caller.onNext(response);
      caller.onCompleted();
    }
  }

  private static void fail(StreamObserver<?> caller, Failure failure) {
    if (!hasLeft(caller)) {
      caller.onError(StatusTable.status(failure).asRuntimeException(StatusTable.trailers(failure)));
    }
  }

  /** Writing to a caller that has left throws. */
  private static boolean hasLeft(StreamObserver<?> caller) {
    return caller instanceof ServerCallStreamObserver<?> call && call.isCancelled();
  }
}

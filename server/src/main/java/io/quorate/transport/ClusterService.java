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
import io.quorate.placement.HealthCount;
import io.quorate.placement.Tenant;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.AlterTenantResponse;
import io.quorate.proto.v1.ClusterGrpc;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.CreateTenantResponse;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.ListTenantsResponse;
import io.quorate.proto.v1.ReadmitRequest;
import io.quorate.proto.v1.ReadmitResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.codec.AdminCodec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** {@code quorate.v1.Cluster}: the cluster as this node knows it, and changes of its tenants. */
public final class ClusterService extends ClusterGrpc.ClusterImplBase {
  private static final long DEFAULT_TIMEOUT_NANOS = 5_000_000_000L;

  private final ClusterAdmin admin;
  private final LaneEntry entry;
  private final Clock clock;

  public ClusterService(ClusterAdmin admin, Lane lane, Clock clock) {
    this.admin = admin;
    this.entry = new LaneEntry(lane);
    this.clock = clock;
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> caller) {
    answer(caller, this::status);
  }

  @Override
  public void getPlacement(
      GetPlacementRequest request, StreamObserver<GetPlacementResponse> caller) {
    answer(caller, state -> AdminCodec.placement(state, request.getKnownStateVersion()));
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
    Deadline deadline = Context.current().getDeadline();
    long timeoutNanos =
        deadline == null ? DEFAULT_TIMEOUT_NANOS : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    entry.enter(
        () -> {
          ClusterState state = admin.state();
          if (state == null) {
            fail(caller, notJoined());
          } else {
            new ReadmitCall(admin, request)
                .run(
                    state,
                    clock.nanos() + timeoutNanos,
                    response -> succeed(caller, response),
                    failure -> fail(caller, failure));
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
    Deadline deadline = Context.current().getDeadline();
    long timeoutNanos =
        deadline == null ? DEFAULT_TIMEOUT_NANOS : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    entry.enter(
        () -> {
          if (admin.state() == null) {
            fail(caller, notJoined());
          } else {
            admin.propose(
                command,
                clock.nanos() + timeoutNanos,
                outcome -> onOutcome(outcome, caller, tenant, response));
          }
        });
  }

  private <T> void onOutcome(
      CommandOutcome outcome, StreamObserver<T> caller, String tenant, TenantAnswer<T> response) {
    switch (outcome) {
      case CommandOutcome.Accepted accepted -> {
        ClusterState state = admin.state();
        Tenant now = state == null ? null : state.tenants().get(tenant);
        if (now == null) {
          // An accepted command has been published here, so this is a fault of ours.
          fail(
              caller,
              Failure.refused(
                  Reason.INTERNAL, "tenant '" + tenant + "' was accepted and is not there"));
        } else {
          succeed(caller, response.of(AdminCodec.tenant(now), accepted.warnings()));
        }
      }
      case CommandOutcome.Rejected(String reason) ->
          fail(caller, Failure.refused(Reason.INVALID, reason));
      case CommandOutcome.Unavailable(String reason) ->
          fail(caller, Failure.refused(Reason.UNAVAILABLE, reason));
      case CommandOutcome.Unknown(String reason) ->
          fail(caller, new Failure(Reason.OUTCOME_UNKNOWN, reason, true, 0, 0, 0, List.of()));
    }
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
        .setReport(StatusWords.report(admin.report(), state.stateVersion()))
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

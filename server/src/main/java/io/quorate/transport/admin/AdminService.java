package io.quorate.transport.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.stub.StreamObserver;
import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.NamedMember;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.Refusals;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.JoinTokenText;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.Quoted;
import io.quorate.placement.HealthCount;
import io.quorate.placement.Tenant;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.AlterTenantResponse;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.CancelTopologyChangeResponse;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.CreateJoinTokenRequest;
import io.quorate.proto.v1.CreateJoinTokenResponse;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.CreateTenantResponse;
import io.quorate.proto.v1.DropJoinTokenRequest;
import io.quorate.proto.v1.DropJoinTokenResponse;
import io.quorate.proto.v1.DropTenantRequest;
import io.quorate.proto.v1.DropTenantResponse;
import io.quorate.proto.v1.FinalizeUpgradeRequest;
import io.quorate.proto.v1.FinalizeUpgradeResponse;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.GetUpgradeStatusRequest;
import io.quorate.proto.v1.GetUpgradeStatusResponse;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.LimitTopologyChangeResponse;
import io.quorate.proto.v1.ListJoinTokensRequest;
import io.quorate.proto.v1.ListJoinTokensResponse;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.ListTenantsResponse;
import io.quorate.proto.v1.PlanTopologyChangeRequest;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.ReadmitNodeRequest;
import io.quorate.proto.v1.ReadmitNodeResponse;
import io.quorate.proto.v1.TruncateTenantRequest;
import io.quorate.proto.v1.TruncateTenantResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.ClusterCalls;
import io.quorate.transport.RecentRequests;
import io.quorate.transport.access.Caller;
import io.quorate.transport.codec.admin.AdminCodec;
import io.quorate.transport.codec.admin.TenantCodec;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code quorate.v1.Admin}: the cluster as this node knows it, and changes of it and its tenants.
 */
public final class AdminService extends AdminGrpc.AdminImplBase {
  private final ClusterAdmin admin;
  private final ClusterCalls calls;
  private final Executor longTasks;
  private final Clock clock;
  private final RecentRequests recent;
  private final SecureRandom secrets = new SecureRandom();

  /**
   * @param longTasks does what takes too long for the lane; throws if it is asked too much
   * @param recent what the node answers its clients
   */
  public AdminService(
      ClusterAdmin admin, Lane lane, Executor longTasks, Clock clock, RecentRequests recent) {
    this.admin = admin;
    this.calls = new ClusterCalls(admin, lane, clock);
    this.longTasks = longTasks;
    this.clock = clock;
    this.recent = recent;
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> caller) {
    calls.answer(caller, this::status);
  }

  @Override
  public void listTenants(ListTenantsRequest request, StreamObserver<ListTenantsResponse> caller) {
    Caller asker = Caller.ofCall();
    calls.answer(
        caller,
        request.getConfirmed(),
        "which tenants there are",
        state -> {
          ListTenantsResponse.Builder response =
              ListTenantsResponse.newBuilder().setConfirmed(request.getConfirmed());
          state.tenants().values().stream()
              .filter(each -> asker.permissions().allowKnowing(each.name()))
              .forEach(each -> response.addTenants(TenantCodec.tenant(each)));
          return response.build();
        });
  }

  @Override
  public void createTenant(
      CreateTenantRequest request, StreamObserver<CreateTenantResponse> caller) {
    Command.CreateTenant command;
    try {
      command = TenantCodec.createTenant(request.getTenant());
    } catch (IllegalArgumentException e) {
      ClusterCalls.fail(caller, Failure.refused(Reason.INVALID, String.valueOf(e.getMessage())));
      return;
    }
    change(
        caller,
        RequestTerms.NONE,
        command,
        command.name(),
        (tenant, warnings) ->
            CreateTenantResponse.newBuilder().setTenant(tenant).addAllWarnings(warnings).build());
  }

  @Override
  public void alterTenant(AlterTenantRequest request, StreamObserver<AlterTenantResponse> caller) {
    Command.AlterTenant command;
    RequestTerms terms;
    try {
      command = TenantCodec.alterTenant(request);
      terms =
          RequestTermsCodec.read(
              request.getRequestId(), 0, request.toBuilder().clearRequestId().build());
    } catch (IllegalArgumentException e) {
      ClusterCalls.fail(caller, Failure.refused(Reason.INVALID, String.valueOf(e.getMessage())));
      return;
    }
    change(
        caller,
        terms,
        command,
        command.name(),
        (tenant, warnings) ->
            AlterTenantResponse.newBuilder().setTenant(tenant).addAllWarnings(warnings).build());
  }

  @Override
  public void dropTenant(DropTenantRequest request, StreamObserver<DropTenantResponse> caller) {
    RequestTerms terms =
        terms(request.getRequestId(), request.toBuilder().clearRequestId().build(), caller);
    if (terms == null) {
      return;
    }
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            OperatorRequest.of(
                    admin,
                    terms,
                    known -> new Command.DropTenant(request.getName(), request.getTenantId()),
                    deadlineNanos,
                    accepted ->
                        done.accept(
                            DropTenantResponse.newBuilder()
                                .addAllWarnings(accepted.warnings())
                                .build()),
                    failed)
                .run(state));
  }

  @Override
  public void truncateTenant(
      TruncateTenantRequest request, StreamObserver<TruncateTenantResponse> caller) {
    RequestTerms terms =
        terms(request.getRequestId(), request.toBuilder().clearRequestId().build(), caller);
    if (terms == null) {
      return;
    }
    change(
        caller,
        terms,
        new Command.TruncateTenant(request.getName(), request.getTenantId()),
        request.getName(),
        (tenant, warnings) ->
            TruncateTenantResponse.newBuilder().setTenant(tenant).addAllWarnings(warnings).build());
  }

  /** Null if the id is none, which the caller has been told then. */
  private static @Nullable RequestTerms terms(
      ByteString requestId, Message withoutId, StreamObserver<?> caller) {
    try {
      return RequestTermsCodec.read(requestId, 0, withoutId);
    } catch (IllegalArgumentException e) {
      ClusterCalls.fail(caller, Failure.refused(Reason.INVALID, String.valueOf(e.getMessage())));
      return null;
    }
  }

  @Override
  public void readmitNode(ReadmitNodeRequest request, StreamObserver<ReadmitNodeResponse> caller) {
    calls.carryOut(caller, new ReadmitCall(admin, request)::run);
  }

  @Override
  public void planTopologyChange(
      PlanTopologyChangeRequest request, StreamObserver<PlanTopologyChangeResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            new TopologyCalls(admin)
                .plan(
                    state,
                    request.getChange(),
                    longTasks,
                    plan -> calls.enter(() -> done.accept(plan)),
                    failure -> calls.enter(() -> failed.accept(failure))));
  }

  @Override
  public void changeTopology(
      ChangeTopologyRequest request, StreamObserver<ChangeTopologyResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            new TopologyCalls(admin).change(state, request, deadlineNanos, done, failed));
  }

  @Override
  public void cancelTopologyChange(
      CancelTopologyChangeRequest request, StreamObserver<CancelTopologyChangeResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            new TopologyCalls(admin).cancel(state, request, deadlineNanos, done, failed));
  }

  @Override
  public void limitTopologyChange(
      LimitTopologyChangeRequest request, StreamObserver<LimitTopologyChangeResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            new TopologyCalls(admin).limit(state, request, deadlineNanos, done, failed));
  }

  @Override
  public void getUpgradeStatus(
      GetUpgradeStatusRequest request, StreamObserver<GetUpgradeStatusResponse> caller) {
    calls.answer(caller, new UpgradeCalls(admin)::status);
  }

  @Override
  public void finalizeUpgrade(
      FinalizeUpgradeRequest request, StreamObserver<FinalizeUpgradeResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            new UpgradeCalls(admin).finish(state, request, deadlineNanos, done, failed));
  }

  @Override
  public void createJoinToken(
      CreateJoinTokenRequest request, StreamObserver<CreateJoinTokenResponse> caller) {
    byte[] random = new byte[JoinTokenText.RANDOM_BYTES];
    secrets.nextBytes(random);
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            joinTokens()
                .create(state, request, JoinTokenText.of(random), deadlineNanos, done, failed));
  }

  @Override
  public void listJoinTokens(
      ListJoinTokensRequest request, StreamObserver<ListJoinTokensResponse> caller) {
    calls.answer(caller, state -> joinTokens().list(state));
  }

  @Override
  public void dropJoinToken(
      DropJoinTokenRequest request, StreamObserver<DropJoinTokenResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            joinTokens().drop(state, request, deadlineNanos, done, failed));
  }

  private JoinTokenCalls joinTokens() {
    return new JoinTokenCalls(admin, clock.wallMillis());
  }

  /** What is answered when a tenant is as it was asked to be. */
  private interface TenantAnswer<T> {
    T of(io.quorate.proto.v1.Tenant tenant, List<String> warnings);
  }

  private <T> void change(
      StreamObserver<T> caller,
      RequestTerms terms,
      Command command,
      String tenant,
      TenantAnswer<T> response) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            new OperatorRequest(
                    admin,
                    terms,
                    known -> command,
                    deadlineNanos,
                    outcome -> onOutcome(outcome, terms, tenant, response, done, failed))
                .run(state));
  }

  private <T> void onOutcome(
      CommandOutcome outcome,
      RequestTerms terms,
      String tenant,
      TenantAnswer<T> response,
      Consumer<T> done,
      Consumer<Failure> failed) {
    Failure failure = Refusals.of(outcome, terms, admin);
    if (failure == null && outcome instanceof CommandOutcome.Accepted accepted) {
      ClusterState state = admin.state();
      String name = tenant.isEmpty() ? Tenant.DEFAULT_NAME : tenant;
      Tenant now = state == null ? null : state.tenants().get(name);
      if (now != null) {
        done.accept(response.of(TenantCodec.tenant(now), accepted.warnings()));
        return;
      }
    }
    failed.accept(
        failure == null
            ? Failure.refused(
                Reason.UNKNOWN_TENANT,
                "tenant %s was changed as asked for, and has been dropped since"
                    .formatted(Quoted.of(tenant)))
            : failure);
  }

  private GetStatusResponse status(ClusterState state) {
    GetStatusResponse.Builder response =
        GetStatusResponse.newBuilder()
            .setClusterId(state.clusterId().value())
            .setAnsweredBy(admin.self().value())
            .setPartitions(state.partitions().size());
    for (Member member : state.members().values()) {
      response.addNodes(StatusCodec.node(state, member, admin.seen(member.id())));
    }
    MetadataStatus metadata = admin.metadata();
    if (metadata != null) {
      response.setMetadata(AdminCodec.metadata(metadata, NamedMember.names(state)));
    }
    HealthCount health = admin.health();
    return response
        .setPartitionsDegraded(health.degraded())
        .setPartitionsUnavailable(health.unavailable())
        .setReport(StatusCodec.report(admin.report(), state, recent.counts(clock.nanos())))
        .addAllMoves(ChangeCodec.moves(state))
        .setTopologyChange(ChangeCodec.status(state, admin))
        .build();
  }
}

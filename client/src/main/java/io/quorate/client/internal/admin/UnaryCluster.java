package io.quorate.client.internal.admin;

import io.grpc.MethodDescriptor;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.admin.AsyncCluster;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.JoinToken;
import io.quorate.client.admin.NewJoinToken;
import io.quorate.client.admin.Placement;
import io.quorate.client.admin.Readmission;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantChange;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import io.quorate.client.admin.TopologyChange;
import io.quorate.client.admin.TopologyChangeOptions;
import io.quorate.client.admin.TopologyChangeResult;
import io.quorate.client.admin.TopologyPlan;
import io.quorate.client.admin.UpgradeStatus;
import io.quorate.client.internal.engine.Asking.Effect;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.net.Endpoint;
import io.quorate.client.internal.text.Hex;
import io.quorate.client.internal.text.Quoted;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.CreateJoinTokenRequest;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.DropJoinTokenRequest;
import io.quorate.proto.v1.DropTenantRequest;
import io.quorate.proto.v1.FinalizeUpgradeRequest;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetUpgradeStatusRequest;
import io.quorate.proto.v1.ListJoinTokensRequest;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.ReadmitNodeRequest;
import io.quorate.proto.v1.TruncateTenantRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks nodes about the cluster, one after the other until one answers: see {@link AnyNode}. */
public final class UnaryCluster implements AsyncCluster {
  /** Takes as long as it takes: every node would need the same. */
  private static final MethodDescriptor<?, ?> PLAN = AdminGrpc.getPlanTopologyChangeMethod();

  /** Whichever tenant has a name is meant. */
  private static final int ANY_ID = 0;

  private final Engine engine;
  private final AnyNode nodes;

  public UnaryCluster(Engine engine, Duration timeout) {
    this.engine = engine;
    this.nodes = new AnyNode(engine, timeout);
  }

  @Override
  public CompletableFuture<ClusterStatus> status() {
    return ask(
            "cluster status",
            AdminGrpc.getGetStatusMethod(),
            GetStatusRequest.getDefaultInstance(),
            Effect.NONE)
        .thenApply(ClusterCodec::status);
  }

  @Override
  public CompletableFuture<ClusterStatus> statusOf(String address) {
    try {
      Endpoint unused = Endpoint.parse(address);
    } catch (IllegalArgumentException malformed) {
      return CompletableFuture.failedFuture(
          new InvalidRequestException(String.valueOf(malformed.getMessage())));
    }
    return nodes
        .askAt(
            address,
            "status of the node",
            AdminGrpc.getGetStatusMethod(),
            GetStatusRequest.getDefaultInstance())
        .thenApply(ClusterCodec::status);
  }

  @Override
  public CompletableFuture<Placement> placement() {
    return ask(
            "placement",
            PlacementGrpc.getGetPlacementMethod(),
            GetPlacementRequest.getDefaultInstance(),
            Effect.NONE)
        .thenApply(ClusterCodec::placement);
  }

  @Override
  public CompletableFuture<List<Tenant>> tenants() {
    return ask(
            "list of tenants",
            AdminGrpc.getListTenantsMethod(),
            ListTenantsRequest.getDefaultInstance(),
            Effect.NONE)
        .thenApply(answer -> ClusterCodec.tenants(answer.getTenantsList()));
  }

  @Override
  public CompletableFuture<TenantChange> createTenant(String name, TenantSettings settings) {
    InvalidRequestException refused = Checks.tenant(name);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    return ask(
            "creation of tenant " + Quoted.of(name),
            AdminGrpc.getCreateTenantMethod(),
            CreateTenantRequest.newBuilder()
                .setTenant(ClusterCodec.newTenant(name, settings))
                .build(),
            Effect.EACH_TIME)
        .thenApply(
            answer -> {
              engine.learn(answer.getTenant());
              return TenantChange.of(
                  ClusterCodec.tenant(answer.getTenant()), answer.getWarningsList());
            });
  }

  @Override
  public CompletableFuture<TenantChange> alterTenant(String name, TenantSettings settings) {
    return alterTenant(name, settings, UUID.randomUUID());
  }

  @Override
  public CompletableFuture<TenantChange> alterTenant(
      String name, TenantSettings settings, UUID requestId) {
    InvalidRequestException refused = Checks.tenant(name);
    if (refused == null) {
      refused = fixedSetting(name, settings);
    }
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    AlterTenantRequest request =
        ClusterCodec.alteration(name, settings).toBuilder()
            .setRequestId(RequestIds.bytes(requestId))
            .build();
    return ask(
            "change of tenant " + Quoted.of(name),
            AdminGrpc.getAlterTenantMethod(),
            request,
            Effect.ONCE)
        .thenApply(
            answer ->
                TenantChange.of(ClusterCodec.tenant(answer.getTenant()), answer.getWarningsList()));
  }

  /** The request to alter a tenant has no fields for settings that are never changed. */
  private static @Nullable InvalidRequestException fixedSetting(
      String name, TenantSettings settings) {
    for (TenantSetting<?> setting : TenantSetting.all()) {
      if (setting.isFixed() && settings.get(setting) != null) {
        return new InvalidRequestException(
            "tenant "
                + Quoted.of(name)
                + ": "
                + setting
                + " is given when a tenant is created, and never changed: create another tenant,"
                + " and copy the keys to it. Nothing was changed");
      }
    }
    return null;
  }

  @Override
  public CompletableFuture<List<String>> dropTenant(String name) {
    return dropTenant(name, UUID.randomUUID());
  }

  @Override
  public CompletableFuture<List<String>> dropTenant(String name, UUID requestId) {
    return dropTenant(name, ANY_ID, requestId);
  }

  @Override
  public CompletableFuture<List<String>> dropTenant(String name, int id, UUID requestId) {
    InvalidRequestException refused = Checks.tenant(name);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    return ask(
            "drop of tenant " + Quoted.of(name),
            AdminGrpc.getDropTenantMethod(),
            DropTenantRequest.newBuilder()
                .setName(name)
                .setTenantId(id)
                .setRequestId(RequestIds.bytes(requestId))
                .build(),
            Effect.ONCE)
        .thenApply(answer -> List.copyOf(answer.getWarningsList()));
  }

  @Override
  public CompletableFuture<TenantChange> truncateTenant(String name) {
    return truncateTenant(name, UUID.randomUUID());
  }

  @Override
  public CompletableFuture<TenantChange> truncateTenant(String name, UUID requestId) {
    return truncateTenant(name, ANY_ID, requestId);
  }

  @Override
  public CompletableFuture<TenantChange> truncateTenant(String name, int id, UUID requestId) {
    InvalidRequestException refused = Checks.tenant(name);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    return ask(
            "truncation of tenant " + Quoted.of(name),
            AdminGrpc.getTruncateTenantMethod(),
            TruncateTenantRequest.newBuilder()
                .setName(name)
                .setTenantId(id)
                .setRequestId(RequestIds.bytes(requestId))
                .build(),
            Effect.ONCE)
        .thenApply(
            answer ->
                TenantChange.of(ClusterCodec.tenant(answer.getTenant()), answer.getWarningsList()));
  }

  @Override
  public CompletableFuture<Readmission> readmitNode(
      String node, boolean acceptDataLoss, boolean force) {
    return ask(
            "readmission of node " + Quoted.of(node),
            AdminGrpc.getReadmitNodeMethod(),
            ReadmitNodeRequest.newBuilder()
                .setNode(node)
                .setAcceptDataLoss(acceptDataLoss)
                .setForce(force)
                .build(),
            Effect.EACH_TIME)
        .thenApply(
            answer ->
                Readmission.of(
                    Hex.of(answer.getNode()), answer.getAddress(), answer.getWarningsList()));
  }

  @Override
  public CompletableFuture<TopologyPlan> planTopologyChange(TopologyChange change) {
    return ask(
            "plan of a topology change",
            AdminGrpc.getPlanTopologyChangeMethod(),
            TopologyCodec.plan(change),
            Effect.NONE)
        .thenApply(TopologyCodec::plan);
  }

  @Override
  public CompletableFuture<TopologyChangeResult> changeTopology(TopologyChange change) {
    return changeTopology(change, TopologyChangeOptions.DEFAULT);
  }

  @Override
  public CompletableFuture<TopologyChangeResult> changeTopology(
      TopologyChange change, ChangeLimits limits, TopologyChangeOptions options) {
    return ask(
            "change of the topology",
            AdminGrpc.getChangeTopologyMethod(),
            TopologyCodec.change(change, limits, options),
            Effect.ONCE)
        .thenApply(
            answer ->
                TopologyCodec.result(
                    answer.getChangeId(), answer.getStatus(), answer.getWarningsList()));
  }

  @Override
  public CompletableFuture<TopologyChangeResult> cancelTopologyChange() {
    return cancelTopologyChange(TopologyChangeOptions.DEFAULT);
  }

  @Override
  public CompletableFuture<TopologyChangeResult> cancelTopologyChange(
      TopologyChangeOptions options) {
    return ask(
            "cancellation of the topology change",
            AdminGrpc.getCancelTopologyChangeMethod(),
            TopologyCodec.cancel(options),
            Effect.ONCE)
        .thenApply(
            answer ->
                TopologyCodec.result(
                    answer.getChangeId(), answer.getStatus(), answer.getWarningsList()));
  }

  @Override
  public CompletableFuture<TopologyChangeResult> limitTopologyChange(ChangeLimits limits) {
    return limitTopologyChange(limits, TopologyChangeOptions.DEFAULT);
  }

  @Override
  public CompletableFuture<TopologyChangeResult> limitTopologyChange(
      ChangeLimits limits, TopologyChangeOptions options) {
    return ask(
            "limits of topology changes",
            AdminGrpc.getLimitTopologyChangeMethod(),
            TopologyCodec.limit(limits, options),
            Effect.ONCE)
        .thenApply(
            answer ->
                TopologyCodec.result(
                    answer.getChangeId(), answer.getStatus(), answer.getWarningsList()));
  }

  @Override
  public CompletableFuture<UpgradeStatus> upgradeStatus() {
    return ask(
            "status of the upgrade",
            AdminGrpc.getGetUpgradeStatusMethod(),
            GetUpgradeStatusRequest.getDefaultInstance(),
            Effect.NONE)
        .thenApply(ClusterCodec::upgrade);
  }

  @Override
  public CompletableFuture<List<String>> finalizeUpgrade(int clusterVersion) {
    return ask(
            "finalization of the upgrade to cluster version " + clusterVersion,
            AdminGrpc.getFinalizeUpgradeMethod(),
            FinalizeUpgradeRequest.newBuilder().setClusterVersion(clusterVersion).build(),
            Effect.ONCE)
        .thenApply(answer -> List.copyOf(answer.getWarningsList()));
  }

  @Override
  public CompletableFuture<NewJoinToken> createJoinToken(Duration ttl, int uses) {
    // 0 would stand for the usual, and what has no place on the wire for another number.
    if (ttl.isNegative() || ttl.compareTo(Duration.ofDays(365)) > 0 || ttl.toMillis() == 0) {
      return CompletableFuture.failedFuture(
          new InvalidRequestException(
              "join token that can be used for " + ttl + ": give 1 minute to 7 days"));
    }
    if (uses < 1) {
      return CompletableFuture.failedFuture(
          new InvalidRequestException("join token for " + uses + " nodes: give 1 to 100"));
    }
    return ask(
            "creation of a join token",
            AdminGrpc.getCreateJoinTokenMethod(),
            CreateJoinTokenRequest.newBuilder().setTtlMs(ttl.toMillis()).setUses(uses).build(),
            Effect.EACH_TIME)
        .thenApply(
            answer ->
                NewJoinToken.of(
                    ClusterCodec.joinToken(answer.getToken()),
                    answer.getText(),
                    answer.getWarningsList()));
  }

  @Override
  public CompletableFuture<List<JoinToken>> joinTokens() {
    return ask(
            "list of join tokens",
            AdminGrpc.getListJoinTokensMethod(),
            ListJoinTokensRequest.getDefaultInstance(),
            Effect.NONE)
        .thenApply(answer -> answer.getTokensList().stream().map(ClusterCodec::joinToken).toList());
  }

  @Override
  public CompletableFuture<List<String>> dropJoinToken(String id) {
    return ask(
            "drop of join token " + Quoted.of(id),
            AdminGrpc.getDropJoinTokenMethod(),
            DropJoinTokenRequest.newBuilder()
                .setId(id)
                .setRequestId(RequestIds.bytes(null))
                .build(),
            Effect.ONCE)
        .thenApply(answer -> List.copyOf(answer.getWarningsList()));
  }

  private <Q, A> CompletableFuture<A> ask(
      String what, MethodDescriptor<Q, A> method, Q question, Effect effect) {
    return nodes.ask(what, method, question, effect, takesItsTime(method, effect));
  }

  private static boolean takesItsTime(MethodDescriptor<?, ?> method, Effect effect) {
    return effect == Effect.EACH_TIME || method.equals(PLAN);
  }
}

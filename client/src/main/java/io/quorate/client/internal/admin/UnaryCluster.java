package io.quorate.client.internal.admin;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quorate.client.ClientClosedException;
import io.quorate.client.FailureInfo;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import io.quorate.client.admin.AsyncCluster;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.ClusterStatus;
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
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Connection;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Nodes;
import io.quorate.client.internal.engine.Statuses;
import io.quorate.client.internal.engine.Unfinished;
import io.quorate.client.internal.net.Backoff;
import io.quorate.client.internal.net.Endpoint;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Trouble;
import io.quorate.client.internal.net.Unary;
import io.quorate.client.internal.text.Hex;
import io.quorate.client.internal.text.Quoted;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.FinalizeUpgradeRequest;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetUpgradeStatusRequest;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.ReadmitNodeRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks nodes about the cluster, one after the other until one answers. When a whole round found no
 * node at all, that is the answer; when some node was there but could not serve, as while a leader
 * is elected, or nodes are too busy to answer an attempt, or a request may have been applied,
 * rounds go on until the timeout is over.
 */
public final class UnaryCluster implements AsyncCluster {
  /** A node that is stopped must not use up the time that others would need. */
  private static final long READ_ATTEMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

  private static final int DOUBLINGS_MAX = 5;

  /** Takes as long as it takes: every node would need the same. */
  private static final MethodDescriptor<?, ?> PLAN = AdminGrpc.getPlanTopologyChangeMethod();

  private static final Backoff NEXT_ROUND = Backoff.ofMillis(50, 500);

  private final Engine engine;
  private final Loop loop;
  private final long timeoutNanos;
  private int turn;

  public UnaryCluster(Engine engine, Duration timeout) {
    this.engine = engine;
    this.loop = engine.loop();
    this.timeoutNanos = Checks.nanos(timeout);
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
    return ask(
            "status of node " + Quoted.of(address),
            AdminGrpc.getGetStatusMethod(),
            GetStatusRequest.getDefaultInstance(),
            Effect.NONE,
            () -> List.of(engine.nodes().at(address)))
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
        .thenApply(answer -> Readmission.of(Hex.of(answer.getNode()), answer.getAddress()));
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
        .thenApply(answer -> TopologyCodec.result(answer.getChangeId(), answer.getStatus()));
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
        .thenApply(answer -> TopologyCodec.result(answer.getChangeId(), answer.getStatus()));
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
        .thenApply(answer -> TopologyCodec.result(answer.getChangeId(), answer.getStatus()));
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
  public CompletableFuture<Void> finalizeUpgrade(int clusterVersion) {
    return ask(
            "finalization of the upgrade to cluster version " + clusterVersion,
            AdminGrpc.getFinalizeUpgradeMethod(),
            FinalizeUpgradeRequest.newBuilder().setClusterVersion(clusterVersion).build(),
            Effect.ONCE)
        .thenAccept(raised -> {});
  }

  /** What a question does to the cluster, which decides how it is asked again. */
  private enum Effect {
    /** Nothing: it is asked wherever an answer may be had. */
    NONE,
    /** As often as it arrives: it is asked again only if it was applied nowhere. */
    EACH_TIME,
    /**
     * Once, for it carries a request id, or changes nothing where it is done: it is asked again
     * until its outcome is known.
     */
    ONCE
  }

  private <Q, A> CompletableFuture<A> ask(
      String what, MethodDescriptor<Q, A> method, Q question, Effect effect) {
    return ask(what, method, question, effect, () -> engine.nodes().ofClusterInTurn(turn++));
  }

  private <Q, A> CompletableFuture<A> ask(
      String what,
      MethodDescriptor<Q, A> method,
      Q question,
      Effect effect,
      Supplier<List<Connection>> nodes) {
    Asking<Q, A> asking = new Asking<>(what, method, question, effect, nodes);
    try {
      loop.run(asking::begin);
    } catch (RejectedExecutionException loopEnded) {
      asking.answer.completeExceptionally(
          new ClientClosedException(what + ": the client is closed"));
    }
    return asking.answer;
  }

  /** One question on its way around the nodes. */
  private final class Asking<Q, A> implements Unfinished {
    private final String what;
    private final MethodDescriptor<Q, A> method;
    private final Q question;
    private final Effect effect;
    private final boolean mutation;

    /** The node to ask in the next round; called on the loop. */
    private final Supplier<List<Connection>> nodes;

    private final long deadlineNanos = loop.nanos() + timeoutNanos;
    private final CompletableFuture<A> answer = new CompletableFuture<>();
    private final StringBuilder tried = new StringBuilder();
    private int rounds;
    private boolean someoneSilent;

    /** Whether it may have been applied at an earlier attempt. */
    private boolean mayHaveApplied;

    Asking(
        String what,
        MethodDescriptor<Q, A> method,
        Q question,
        Effect effect,
        Supplier<List<Connection>> nodes) {
      this.what = what;
      this.method = method;
      this.question = question;
      this.effect = effect;
      this.mutation = effect != Effect.NONE;
      this.nodes = nodes;
    }

    void begin() {
      if (engine.began(this)) {
        nextRound();
      } else {
        fail(new ClientClosedException(what + ": the client is closed"));
      }
    }

    @Override
    public void onClosed() {
      fail(
          mutation
              ? new OutcomeUnknownException(
                  what + ": the client was closed before the answer came", FailureInfo.NONE, null)
              : new ClientClosedException(what + ": the client is closed"));
    }

    private void succeed(A answered) {
      engine.finished(this);
      answer.complete(answered);
    }

    private void fail(QuorateException failure) {
      engine.finished(this);
      answer.completeExceptionally(failure);
    }

    private void nextRound() {
      rounds++;
      tried.setLength(0);
      List<Connection> asked = nodes.get();
      someoneSilent = asked.isEmpty(); // the client may come to follow them, or they come back
      if (asked.isEmpty()) {
        tried.append(Nodes.ALL_ELSEWHERE);
      }
      next(asked, 0, false);
    }

    private void next(List<Connection> nodes, int position, boolean someoneThere) {
      if (answer.isDone()) {
        return;
      }
      if (position == nodes.size()) {
        onRoundOver(someoneThere);
        return;
      }
      Connection node = nodes.get(position);
      if (!node.ready()) {
        node.channel().resetConnectBackoff();
      }
      long left = deadlineNanos - loop.nanos();
      Unary.ask(
          loop,
          node.channel(),
          method,
          question,
          effect == Effect.EACH_TIME || method.equals(PLAN) ? left : Math.min(left, attemptNanos()),
          this::succeed,
          failure -> onFailure(nodes, position, someoneThere, failure));
    }

    /** Longer in each round: a busy machine may need more than the first, to connect alone. */
    private long attemptNanos() {
      return READ_ATTEMPT_NANOS << Math.min(rounds - 1, DOUBLINGS_MAX);
    }

    private void onFailure(
        List<Connection> nodes, int position, boolean someoneThere, Throwable failure) {
      String address = nodes.get(position).address();
      QuorateException ours = Statuses.toException(failure, mutation, what, address);
      boolean askedAgain = effect == Effect.ONCE && ours.mayHaveApplied();
      if (!askedAgain && !Statuses.worthAnotherNode(ours)) {
        fail(
            mayHaveApplied && !Statuses.decided(failure)
                ? unknown("the last one failed: " + ours.getMessage(), ours)
                : ours);
        return;
      }
      mayHaveApplied |= ours.mayHaveApplied();
      tried.append(tried.isEmpty() ? "" : "; ").append(address).append(": ");
      boolean there = Statuses.toldByQuorate(failure);
      someoneSilent |= Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED;
      tried.append(there ? ours.getMessage() : Trouble.of(failure).toString());
      next(nodes, position + 1, someoneThere || there);
    }

    private void onRoundOver(boolean someoneThere) {
      long wait = NEXT_ROUND.nanos(rounds, engine.random());
      boolean goesOn = someoneThere || someoneSilent || mayHaveApplied;
      if (goesOn && loop.nanos() + wait < deadlineNanos) {
        loop.schedule(this::nextRound, wait);
      } else {
        fail(
            mayHaveApplied
                ? unknown("no node could answer (" + tried + ")", null)
                : new UnavailableException(
                    what
                        + ": no node could answer ("
                        + tried
                        + ")"
                        + (someoneThere ? "" : "; check the endpoints"),
                    FailureInfo.NONE,
                    null));
      }
    }

    private QuorateException unknown(String why, @Nullable QuorateException cause) {
      return new OutcomeUnknownException(
          what + ": an earlier attempt may have been applied, and " + why,
          cause == null ? FailureInfo.NONE : cause.info(),
          cause);
    }
  }
}

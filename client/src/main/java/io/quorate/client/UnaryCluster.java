package io.quorate.client;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.ReadmitNodeRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks nodes about the cluster, one after the other until one answers. When a whole round found no
 * node at all, that is the answer; when some node was there but could not serve, as while a leader
 * is elected, or nodes are too busy to answer an attempt, rounds go on until the timeout is over.
 */
final class UnaryCluster implements AsyncCluster {
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

  UnaryCluster(Engine engine, ClientSettings settings) {
    this.engine = engine;
    this.loop = engine.loop();
    this.timeoutNanos = Checks.nanos(settings.timeout());
  }

  @Override
  public CompletableFuture<ClusterStatus> status() {
    return ask(
            "cluster status",
            AdminGrpc.getGetStatusMethod(),
            GetStatusRequest.getDefaultInstance(),
            false)
        .thenApply(ClusterWords::status);
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
            false,
            () -> List.of(engine.nodes().at(address)))
        .thenApply(ClusterWords::status);
  }

  @Override
  public CompletableFuture<Placement> placement() {
    return ask(
            "placement",
            PlacementGrpc.getGetPlacementMethod(),
            GetPlacementRequest.getDefaultInstance(),
            false)
        .thenApply(ClusterWords::placement);
  }

  @Override
  public CompletableFuture<List<Tenant>> tenants() {
    return ask(
            "list of tenants",
            AdminGrpc.getListTenantsMethod(),
            ListTenantsRequest.getDefaultInstance(),
            false)
        .thenApply(answer -> ClusterWords.tenants(answer.getTenantsList()));
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
                .setTenant(ClusterWords.newTenant(name, settings))
                .build(),
            true)
        .thenApply(
            answer -> {
              engine.learn(answer.getTenant());
              return new TenantChange(
                  ClusterWords.tenant(answer.getTenant()), answer.getWarningsList());
            });
  }

  @Override
  public CompletableFuture<TenantChange> alterTenant(String name, TenantSettings settings) {
    InvalidRequestException refused = Checks.tenant(name);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    AlterTenantRequest request = ClusterWords.alteration(name, settings);
    return ask(
            "change of tenant " + Quoted.of(name), AdminGrpc.getAlterTenantMethod(), request, true)
        .thenApply(
            answer ->
                new TenantChange(
                    ClusterWords.tenant(answer.getTenant()), answer.getWarningsList()));
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
            true)
        .thenApply(answer -> new Readmission(Hex.of(answer.getNode()), answer.getAddress()));
  }

  @Override
  public CompletableFuture<TopologyPlan> planTopologyChange(TopologyChange change) {
    return ask(
            "plan of a topology change",
            AdminGrpc.getPlanTopologyChangeMethod(),
            TopologyWords.plan(change),
            false)
        .thenApply(TopologyWords::plan);
  }

  @Override
  public CompletableFuture<TopologyChangeStatus> changeTopology(TopologyChange change) {
    return ask(
            "change of the topology",
            AdminGrpc.getChangeTopologyMethod(),
            TopologyWords.change(change),
            true)
        .thenApply(answer -> TopologyWords.status(answer.getStatus()));
  }

  @Override
  public CompletableFuture<TopologyChangeStatus> cancelTopologyChange() {
    return ask(
            "cancellation of the topology change",
            AdminGrpc.getCancelTopologyChangeMethod(),
            CancelTopologyChangeRequest.getDefaultInstance(),
            true)
        .thenApply(answer -> TopologyWords.status(answer.getStatus()));
  }

  @Override
  public CompletableFuture<TopologyChangeStatus> limitTopologyChange(ChangeLimits limits) {
    return ask(
            "limits of topology changes",
            AdminGrpc.getLimitTopologyChangeMethod(),
            LimitTopologyChangeRequest.newBuilder().setLimits(TopologyWords.toWire(limits)).build(),
            true)
        .thenApply(answer -> TopologyWords.status(answer.getStatus()));
  }

  private <Q, A> CompletableFuture<A> ask(
      String what, MethodDescriptor<Q, A> method, Q question, boolean mutation) {
    return ask(what, method, question, mutation, () -> engine.nodes().inTurn(turn++));
  }

  private <Q, A> CompletableFuture<A> ask(
      String what,
      MethodDescriptor<Q, A> method,
      Q question,
      boolean mutation,
      Supplier<List<Connection>> nodes) {
    Asking<Q, A> asking = new Asking<>(what, method, question, mutation, nodes);
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
    private final boolean mutation;

    /** Whom to ask in the next round; called on the loop. */
    private final Supplier<List<Connection>> nodes;

    private final long deadlineNanos = loop.nanos() + timeoutNanos;
    private final CompletableFuture<A> answer = new CompletableFuture<>();
    private final StringBuilder tried = new StringBuilder();
    private int rounds;
    private boolean someoneSilent;

    Asking(
        String what,
        MethodDescriptor<Q, A> method,
        Q question,
        boolean mutation,
        Supplier<List<Connection>> nodes) {
      this.what = what;
      this.method = method;
      this.question = question;
      this.mutation = mutation;
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
      someoneSilent = false;
      next(nodes.get(), 0, false);
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
          mutation || method.equals(PLAN) ? left : Math.min(left, attemptNanos()),
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
      if (!Statuses.worthAnotherNode(ours)) {
        fail(ours);
        return;
      }
      tried.append(tried.isEmpty() ? "" : "; ").append(address).append(": ");
      boolean there = Statuses.toldByQuorate(failure);
      someoneSilent |= Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED;
      tried.append(there ? ours.getMessage() : Trouble.of(failure).toString());
      next(nodes, position + 1, someoneThere || there);
    }

    private void onRoundOver(boolean someoneThere) {
      long wait = NEXT_ROUND.nanos(rounds, engine.random());
      if ((someoneThere || someoneSilent) && loop.nanos() + wait < deadlineNanos) {
        loop.schedule(this::nextRound, wait);
      } else {
        fail(
            new UnavailableException(
                what
                    + ": no node could answer ("
                    + tried
                    + ")"
                    + (someoneThere ? "" : "; check the endpoints"),
                FailureInfo.NONE,
                null));
      }
    }
  }
}

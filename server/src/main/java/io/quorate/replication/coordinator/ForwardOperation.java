package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Regions;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.message.ReplicaMessage.Forward;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An operation on a key of which this node is no replica: a replica coordinates it, and this node
 * passes the answer on. A read goes on to the next replica when one dies; a write does not, for the
 * dead one may have carried it out.
 */
final class ForwardOperation implements InFlight {
  private final Context context;
  private final Plan plan;
  private final ClientRequest request;
  private final OutcomeCallback callback;
  private final ArrayDeque<NodeId> candidates;
  private @Nullable NodeId coordinator;
  private long id;
  private boolean finished;

  ForwardOperation(Context context, Plan plan, ClientRequest request, OutcomeCallback callback) {
    this.context = context;
    this.plan = plan;
    this.request = request;
    this.callback = callback;
    this.candidates = new ArrayDeque<>();
  }

  void start() {
    id = context.table().add(this);
    begin();
  }

  /**
   * Sends the request to a node that is live. If there is none, and some were never heard since
   * they or this node have just started, the operation waits for its next check.
   */
  private void begin() {
    candidates.addAll(candidates());
    boolean early = plan.serving().stream().anyMatch(context.liveness()::isExpected);
    if (!candidates.isEmpty() || !early) {
      sendToNext();
    }
  }

  /**
   * Those that are read come first. The others have only begun to be brought what they lack, and
   * may not have heard of every node.
   */
  private List<NodeId> candidates() {
    List<NodeId> live = context.closeness().order(able(), context.self());
    List<NodeId> ordered = new ArrayList<>(live);
    if (plan.stage().isMoving()) {
      List<NodeId> read = plan.stage().readColumn();
      ordered.sort(Comparator.comparing(node -> !read.contains(node)));
    }
    List<NodeId> nearby = nearby();
    if (nearby.isEmpty()) {
      return nearestRegionFirst(ordered);
    }
    if (isLocal()) {
      ordered.retainAll(nearby); // elsewhere its level would be about another region
    } else {
      ordered.sort(Comparator.comparing(node -> !nearby.contains(node)));
    }
    return ordered;
  }

  private List<NodeId> able() {
    return request.isRead() ? plan.serving() : plan.coordinators();
  }

  private Regions regions() {
    return request.isRead() || !isLocal() ? plan.stage().regions() : plan.stage().regionsOfWrites();
  }

  /**
   * The replicas in the region of this node, of a tenant that is replicated by region; those that
   * are being filled are among them. Not those that coordinate no write before they have what reads
   * find: while a region has only such, another one takes its writes.
   */
  private List<NodeId> nearby() {
    Regions regions = regions();
    if (!regions.isDivided()) {
      return List.of();
    }
    String own = regions.of(context.self());
    List<NodeId> replicas = request.isRead() ? plan.replicas() : plan.coordinatorsOnceFilled();
    return replicas.stream().filter(node -> regions.of(node).equals(own)).toList();
  }

  /**
   * None stands in this region: one region carries out all requests of this node, for what is
   * written at a local level is seen at that level in the same region only.
   */
  private List<NodeId> nearestRegionFirst(List<NodeId> candidates) {
    Regions regions = regions();
    if (!regions.isDivided()) {
      return candidates;
    }
    Map<String, Long> latencies = new TreeMap<>();
    for (NodeId node : candidates) {
      latencies.merge(regions.of(node), context.tracks().of(node).latencyNanos(), Math::min);
    }
    List<NodeId> ordered = new ArrayList<>(candidates);
    ordered.sort(
        Comparator.comparing((NodeId node) -> latencies.getOrDefault(regions.of(node), 0L))
            .thenComparing(regions::of));
    return ordered;
  }

  private boolean isLocal() {
    Tenant tenant = plan.tenant();
    Level asked = request.operation().level();
    Level level =
        asked != null ? asked : request.isRead() ? tenant.readLevel() : tenant.writeLevel();
    return level instanceof Level.Named named && named.isLocal();
  }

  private void sendToNext() {
    coordinator = candidates.poll();
    if (coordinator == null) {
      finish(
          new Outcome.Failed(
              Failures.notServing(
                  plan.partition(),
                  "none of the replicas "
                      + (isLocal() && !nearby().isEmpty() ? nearby() : able())
                      + " of partition "
                      + plan.partition()
                      + " is heard by this node and holds what it must. This node "
                      + whyNotThisNode()
                      + ". Nothing was applied;"
                      + " try again, or elsewhere")));
      return;
    }
    context
        .network()
        .send(
            coordinator,
            new Forward(id, request.operation(), context.timeoutMillis(request.deadlineNanos())));
  }

  private String whyNotThisNode() {
    if (!plan.replicas().contains(context.self())) {
      return "is no replica";
    }
    boolean read = request.isRead() || plan.coordinatorsOnceFilled().contains(context.self());
    return read
        ? "is itself being filled"
        : "coordinates no writes while reads ask the other set of replicas";
  }

  @Override
  public void onForwarded(Outcome outcome) {
    if (outcome instanceof Outcome.Failed(Failure failure)
        && failure.reason() == Failure.Reason.NOT_SERVING
        && !candidates.isEmpty()) {
      context.events().accept(CoordinatorEvent.Window.FORWARDED_TO_ANOTHER);
      id = context.table().renew(id); // nothing was applied there: it may have ceased to be one
      sendToNext();
    } else {
      finish(outcome);
    }
  }

  @Override
  public void onForwardNotUnderstood(NodeId from) {
    if (from.equals(coordinator)) {
      onForwarded(
          new Outcome.Failed(
              Failures.notServing(
                  plan.partition(),
                  "node "
                      + from
                      + ", which would coordinate the operation, does not understand it: it runs"
                      + " an older version. Nothing was applied; try again, or elsewhere")));
    }
  }

  @Override
  public void onForwardedUnclear(NodeId from) {
    if (!from.equals(coordinator)) {
      return;
    }
    String what = "gave an answer that this node, which runs an older version, does not understand";
    if (request.isRead()) {
      onForwarded(
          new Outcome.Failed(
              Failures.notServing(
                  plan.partition(), "node " + from + " " + what + "; ask another")));
    } else {
      finish(failed(Failure.Reason.OUTCOME_UNKNOWN, what));
    }
  }

  @Override
  public void check(long nowNanos) {
    if (coordinator == null) {
      begin();
      return;
    }
    if (context.liveness().isLive(coordinator)) {
      return;
    }
    if (request.isRead()) {
      context.events().accept(CoordinatorEvent.Window.READ_FORWARDED_AGAIN);
      id = context.table().renew(id);
      sendToNext();
    } else {
      context.events().accept(CoordinatorEvent.Window.FORWARDED_WRITE_LOST);
      finish(failed(Failure.Reason.OUTCOME_UNKNOWN, "was lost while it coordinated the write"));
    }
  }

  @Override
  public long deadlineNanos() {
    return request.deadlineNanos();
  }

  @Override
  public void expire() {
    finish(failed(Failure.Reason.DEADLINE_EXCEEDED, "did not answer before the deadline"));
  }

  private Outcome failed(Failure.Reason reason, String what) {
    boolean write = !request.isRead();
    String message =
        String.format(
            "partition %d of tenant '%s': node %s %s.%s",
            plan.partition(),
            plan.tenant().name(),
            coordinator,
            what,
            write ? " It may take effect; repeat it to be sure that it does" : "");
    return new Outcome.Failed(
        Failure.builder(reason, message).mayHaveApplied(write).partition(plan.partition()).build());
  }

  private void finish(Outcome outcome) {
    if (!finished) {
      finished = true;
      context.table().remove(id);
      callback.done(outcome);
    }
  }
}

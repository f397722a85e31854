package io.quorate.replication.coordinator.operation;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.api.Operation;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.track.Closeness;
import io.quorate.replication.coordinator.track.Hedging;
import io.quorate.replication.coordinator.track.Relays;
import io.quorate.replication.coordinator.track.TrackRecords;
import io.quorate.replication.health.LiveNodes;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.replica.OwnReplica;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Network;
import io.quorate.version.HybridClock;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What every operation of one coordinator is given: the node that coordinates, the rules, and what
 * the operations under way share.
 */
public final class Context {
  /** A message that was not answered for this long is sent again, should it have been lost. */
  public static final long RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private final Node node;
  private final CoordinatorConfig config;
  private final CoordinatorRules rules;
  private final Consumer<Event> events;
  private final Plans plans;
  private final OperationTable table;
  private final Unanswered unanswered = new Unanswered();
  private final TrackRecords tracks;
  private final Closeness closeness;
  private final Hedging hedging;
  private final Relays relays;

  /**
   * The node that coordinates, as its operations see it.
   *
   * @param boot how often this node has started
   * @param tokens those of locks that are held
   */
  public record Node(
      NodeId self,
      int boot,
      Clock clock,
      HybridClock hybridClock,
      OwnReplica replica,
      Network<ReplicaMessage> network,
      LiveNodes liveness,
      HeldTokens tokens) {}

  public Context(
      Node node,
      Placements placements,
      CoordinatorConfig config,
      CoordinatorRules rules,
      Consumer<Event> events) {
    this.node = node;
    this.config = config;
    this.rules = rules;
    this.events = events;
    LiveNodes liveness = node.liveness();
    plans = new Plans(placements);
    table = new OperationTable(node.boot(), config.operationsMax());
    tracks =
        new TrackRecords(
            node.clock(),
            config.breaker(),
            RESEND_NANOS,
            config.lagNanosMax(),
            liveness::isLive,
            liveness::awakeSinceNanos,
            events);
    closeness = new Closeness(liveness, tracks, node.clock(), events);
    hedging = new Hedging(config.hedgeDelayNanosMin(), config.hedgeShare());
    relays = new Relays(node.self(), node.clock(), node.network(), tracks, events);
  }

  public NodeId self() {
    return node.self();
  }

  public int boot() {
    return node.boot();
  }

  public Clock clock() {
    return node.clock();
  }

  public HybridClock hybridClock() {
    return node.hybridClock();
  }

  public OwnReplica replica() {
    return node.replica();
  }

  public Network<ReplicaMessage> network() {
    return node.network();
  }

  public LiveNodes liveness() {
    return node.liveness();
  }

  public HeldTokens tokens() {
    return node.tokens();
  }

  public CoordinatorConfig config() {
    return config;
  }

  public CoordinatorRules rules() {
    return rules;
  }

  public Consumer<Event> events() {
    return events;
  }

  public Plans plans() {
    return plans;
  }

  public OperationTable table() {
    return table;
  }

  public Unanswered unanswered() {
    return unanswered;
  }

  public TrackRecords tracks() {
    return tracks;
  }

  public Closeness closeness() {
    return closeness;
  }

  public Hedging hedging() {
    return hedging;
  }

  public Relays relays() {
    return relays;
  }

  /** What is left until a deadline, at least 1 ms, as messages carry it. */
  public int timeoutMillis(long deadlineNanos) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - clock().nanos());
    return (int) Math.max(1, Math.min(left, Integer.MAX_VALUE));
  }

  /**
   * Asks the locks whether one is held under a token.
   *
   * @param deadlineNanos of the operation, whose client is to be told in time: the locks have half
   *     of the time until then
   * @param callback told once
   */
  public void askForToken(long token, long deadlineNanos, Consumer<HeldTokens.Answer> callback) {
    events.accept(CoordinatorEvent.Window.TOKEN_ASKED_FOR);
    long now = clock().nanos();
    node.tokens().ask(token, now + (deadlineNanos - now) / 2, callback);
  }

  /** Whether this node may coordinate a write under a plan. */
  public boolean coordinates(Plan plan) {
    return plan.coordinators().contains(self());
  }

  /** The time above which a write is stamped for its client's session. */
  public long seen(Operation write) {
    return rules.stampsAboveSession() ? write.aboveHlc() : 0;
  }

  /**
   * Why a hybrid time that a client gives is refused, as it is beyond the bound of this node's
   * clock; null if it is not.
   */
  public @Nullable AheadOfClock aheadOfClock(long hlc) {
    return aheadOfClock(hlc, 0);
  }

  /**
   * As {@link #aheadOfClock(long)}, but for a time that may also follow what is held.
   *
   * @param held the highest time that the key has; 0 for none
   */
  public @Nullable AheadOfClock aheadOfClock(long hlc, long held) {
    return AheadOfClock.of(hlc, held, hybridClock(), clock().wallMillis());
  }

  /** Whether a clock of the cluster can have shown this hybrid time. */
  public boolean isCredible(long hlc) {
    return hybridClock().isCredible(hlc, clock().wallMillis());
  }
}

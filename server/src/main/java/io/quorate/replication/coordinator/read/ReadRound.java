package io.quorate.replication.coordinator.read;

import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.Regions;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.replication.coordinator.read.ReadTally.Asked;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.version.Record;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The questions and repairs that a read sends under one plan and one id; what is said to another
 * round is not heard by this one. It asks and brings; what the answers amount to is the {@link
 * ReadTally}'s affair, and what to do about it the {@link ReadOperation}'s.
 */
final class ReadRound {
  private final Context context;
  private final Plan plan;
  private final Key key;
  private final long deadlineNanos;

  /** Told what this node's own replica says, as other replicas tell it by message. */
  private final InFlight operation;

  private final Quorum quorum;
  private final ReadTally tally;
  private long id;

  /** Live replicas not asked yet, the closest first. */
  private ArrayDeque<NodeId> spare = new ArrayDeque<>(0);

  /**
   * What the clock showed when this round began, which everyone asked has heard: by this it is
   * judged what has expired. So a later read hears from one of the replicas asked that it has
   * expired, though its own coordinator's clock may be behind; and that coordinator asks again
   * before it answers so.
   */
  private long askedMillis;

  private boolean ownPending;

  /** What is returned is settled, and is brought to those that lack it. */
  private boolean repairing;

  private boolean over;
  private long sentNanos;

  /**
   * @param unrepaired whether what is found is returned though not enough replicas hold it
   */
  ReadRound(
      Context context,
      Plan plan,
      Key key,
      Level level,
      boolean unrepaired,
      long deadlineNanos,
      InFlight operation) {
    this.context = context;
    this.plan = plan;
    this.key = key;
    this.deadlineNanos = deadlineNanos;
    this.operation = operation;
    Quorum toShow = context.rules().toShow(plan.stage(), level);
    this.quorum = unrepaired ? plan.stage().forRead(level) : toShow;
    this.tally = new ReadTally(plan.model(), quorum, toShow);
  }

  Plan plan() {
    return plan;
  }

  Key key() {
    return key;
  }

  ReadTally tally() {
    return tally;
  }

  long id() {
    return id;
  }

  long askedMillis() {
    return askedMillis;
  }

  /** Whether this node's own copy has not been read yet. */
  boolean isOwnPending() {
    return ownPending;
  }

  boolean isRepairing() {
    return repairing;
  }

  boolean isOver() {
    return over;
  }

  boolean hasSpare() {
    return !spare.isEmpty();
  }

  /** Whether a replica that was not asked yet counts at the level that is asked for. */
  boolean hasSpareThatCounts() {
    return spareThatCounts() != null;
  }

  private @Nullable NodeId spareThatCounts() {
    for (NodeId replica : spare) {
      if (quorum.counts(replica)) {
        return replica;
      }
    }
    return null;
  }

  /**
   * Whether such a replica stands in the region of this node: others are not asked for the sake of
   * speed, for they are further away than any replica here is slow (docs/design/regions.md#r8).
   */
  boolean hasSpareNearby() {
    return spareNearby() != null;
  }

  private @Nullable NodeId spareNearby() {
    for (NodeId replica : spare) {
      if (quorum.counts(replica) && isNearby(replica)) {
        return replica;
      }
    }
    return null;
  }

  private boolean isNearby(NodeId replica) {
    Regions regions = plan.stage().regions();
    return !regions.isDivided() || regions.of(replica).equals(regions.of(context.self()));
  }

  /**
   * Whether only replicas of this region were asked: how long others take says nothing of when one
   * here is slow.
   */
  boolean asksNearbyOnly() {
    return !plan.stage().regions().isDivided()
        || tally.asked().stream().allMatch(one -> isNearby(one.replica));
  }

  long waitedNanos(long nowNanos) {
    return nowNanos - sentNanos;
  }

  /**
   * Why another replica's answer is not to be believed: it tells of a record that no clock of the
   * cluster can have stamped, and this node is not known to hold one such under the key: its own
   * copy may not have been read yet. Null if there is no reason. Brought to others it would be
   * refused by them.
   */
  @Nullable String doubtOf(ReadOutcome outcome) {
    if (outcome instanceof Held(Record record) && !plan.model().isOf(record)) {
      return Failures.OF_ANOTHER_MODEL;
    }
    Version told =
        switch (outcome) {
          case Held(Record record) -> record.version();
          case HeldSummary(Summary summary) -> summary.version();
          default -> null;
        };
    if (told == null || isCredible(told)) {
      return null;
    }
    Summary newest = tally.newestSummary();
    return newest != null && !isCredible(newest.version()) ? null : StampFailures.farAhead(told);
  }

  private boolean isCredible(Version version) {
    return context.isCredible(version.hlc());
  }

  /** From now on what this round is told is dropped. */
  void end() {
    over = true;
  }

  /** Reads the own copy: what it holds makes the question to the others short. */
  void begin(long id) {
    this.id = id;
    long wall = context.clock().wallMillis();
    long hlc = context.hybridClock().read(wall);
    context.hybridClock().observe(hlc, wall); // told to others, so it is never taken back
    askedMillis = context.hybridClock().expiryMillis(wall);
    spare = new ArrayDeque<>(nearestFirst());
    sentNanos = context.clock().nanos();
    ownPending = true;
    Asked unused = tally.ask(context.self());
    context
        .replica()
        .read(
            question(null, false),
            outcome -> {
              if (!over) {
                ownPending = false;
                operation.onReadReply(context.self(), outcome);
              }
            });
  }

  /**
   * By closeness; where the tenant is replicated by region, those of this region first, then those
   * of the region whose fastest replica answers soonest. One that has not answered yet is tried.
   */
  private List<NodeId> nearestFirst() {
    List<NodeId> ordered = context.closeness().order(plan.serving(), context.self(), quorum);
    if (!plan.stage().regions().isDivided()) {
      return ordered;
    }
    Map<String, Long> distances = new HashMap<>(); // only looked up
    Regions regions = plan.stage().regions();
    for (NodeId replica : ordered) {
      long nanos = isNearby(replica) ? 0 : context.tracks().of(replica).latencyNanos();
      distances.merge(regions.of(replica), nanos, Math::min);
    }
    List<NodeId> nearest = new ArrayList<>(ordered);
    nearest.sort(
        Comparator.comparing((NodeId replica) -> !isNearby(replica))
            .thenComparing(replica -> distances.getOrDefault(regions.of(replica), 0L)));
    return nearest;
  }

  private Read question(@Nullable Summary known, boolean versionOnly) {
    return new Read(
        id,
        plan.partition(),
        plan.epoch(),
        key,
        known,
        versionOnly,
        context.hybridClock().read(context.clock().wallMillis()),
        context.timeoutMillis(deadlineNanos));
  }

  /** Asks the closest of those not asked yet. */
  void askNext(boolean versionOnly) {
    ask(spare.remove(), versionOnly);
  }

  /** Asks the closest of those not asked yet that counts. */
  void askNextThatCounts(boolean versionOnly) {
    ask(taken(spareThatCounts()), versionOnly);
  }

  /** Asks the closest of those not asked yet that counts and stands in this region. */
  void askNearby() {
    ask(taken(spareNearby()), false);
  }

  private NodeId taken(@Nullable NodeId replica) {
    NodeId taken = Invariant.present(replica, "no replica is left to ask");
    spare.remove(taken);
    return taken;
  }

  /** Asks as many of those not asked yet as are needed, the closest first. */
  void askNeeded(boolean versionOnly) {
    for (NodeId replica : List.copyOf(spare)) {
      if (tally.needsAnswerOf(replica)) {
        spare.remove(replica);
        ask(replica, versionOnly);
      }
    }
  }

  private void ask(NodeId replica, boolean versionOnly) {
    Asked other = tally.ask(replica);
    other.known = tally.newestSummary();
    other.versionOnly = versionOnly;
    other.sentNanos = context.clock().nanos();
    context.network().send(other.replica, question(other.known, versionOnly));
  }

  /**
   * Only the version was asked for, and it is the newest: now its record is needed. Nothing is
   * named as known, so that a late "same" to the first question cannot be taken for one to this; it
   * then counts as "nothing", and the replica is repaired in vain.
   */
  void fetchRecord(Asked one) {
    one.known = null;
    one.versionOnly = false;
    context.events().accept(CoordinatorEvent.Window.RECORD_FETCHED_AFTER_VERSION);
    context.network().send(one.replica, question(null, false));
  }

  void answered(Asked one, @Nullable Summary held) {
    tally.answered(one, held);
    if (!one.replica.equals(context.self())) {
      context.tracks().answeredRead(one.replica, context.clock().nanos() - one.sentNanos);
    }
  }

  void beginRepair() {
    repairing = true;
  }

  /**
   * Brings the newest to those that have shown that they lack it. This node's own replica may
   * answer a repair at once, and so end the round; false if it did: what was decided in it holds no
   * more.
   */
  boolean repairAnswered() {
    for (Asked one : tally.asked()) {
      if (one.answered && !tally.isNewest(one) && !one.repairSent) {
        repair(one);
        if (over) {
          return false;
        }
      }
    }
    return true;
  }

  /** Brings the newest to replicas that were not asked, in place of those that cannot take it. */
  void repairNeeded() {
    for (NodeId replica : List.copyOf(spare)) {
      if (!over && tally.needsHeldBy(replica)) {
        spare.remove(replica);
        context.events().accept(CoordinatorEvent.Window.REPAIRED_IN_PLACE_OF_ANOTHER);
        repair(tally.ask(replica));
      }
    }
  }

  /** Brings the newest to the closest of those not asked yet that counts. */
  void repairNextThatCounts() {
    repair(tally.ask(taken(spareThatCounts())));
  }

  /**
   * Replicas that disagreed are a sign that a write did not reach everyone: those not asked are
   * brought the newest as well, and no client waits for them.
   */
  void repairRest() {
    if (!repairing || spare.isEmpty()) {
      return;
    }
    context.events().accept(new CoordinatorEvent.RepairedInBackground(spare.size()));
    for (NodeId replica : spare) {
      repair(new Asked(replica));
    }
  }

  private void repair(Asked one) {
    Record newest = tally.newest();
    if (newest == null) {
      return;
    }
    one.repairSent = true;
    Write write =
        new Write(
            id,
            plan.partition(),
            plan.epoch(),
            key,
            newest,
            Cause.REPAIR,
            context.timeoutMillis(deadlineNanos));
    if (one.replica.equals(context.self())) {
      context
          .replica()
          .write(
              write,
              outcome -> {
                if (!over) {
                  operation.onWriteReply(context.self(), outcome);
                }
              });
    } else {
      context.network().send(one.replica, write);
    }
  }

  /**
   * Sends again what was not answered for long, should it have been lost; whether it was so long,
   * and the round goes on.
   */
  boolean resendIfDue(long nowNanos) {
    if (waitedNanos(nowNanos) <= Context.RESEND_NANOS) {
      return false;
    }
    long unansweredSince = sentNanos;
    sentNanos = nowNanos;
    context.events().accept(CoordinatorEvent.Window.READ_SENT_AGAIN);
    for (Asked one : tally.asked()) {
      if (over) {
        return false;
      }
      boolean other = !one.replica.equals(context.self());
      if (other && !one.answered) {
        context.tracks().unanswered(one.replica, unansweredSince);
      }
      if (repairing && one.repairSent && !tally.isNewest(one)) {
        repair(one);
      } else if (!one.answered && !one.repairSent && other) {
        context.network().send(one.replica, question(one.known, one.versionOnly));
      }
    }
    return !over;
  }

  /** Stops counting on replicas that are not heard any more. */
  void failDeadReplicas() {
    for (NodeId replica : plan.serving()) {
      if (!context.liveness().isLive(replica)) {
        Asked one = tally.find(replica);
        if (one != null && isOwing(one)) {
          tally.fail(one);
        } else if (one == null && !tally.hasFailed(replica)) {
          spare.remove(replica);
          tally.failUnasked(replica);
        }
      }
    }
  }

  /** Stops counting on replicas that still owe an answer. */
  void failSlowReplicas() {
    context.events().accept(CoordinatorEvent.Window.SLOW_REPLICA_NOT_AWAITED);
    for (Asked one : tally.asked()) {
      if (isOwing(one)) {
        tally.fail(one);
      }
    }
  }

  private boolean isOwing(Asked one) {
    return !one.answered || (repairing && !tally.isNewest(one));
  }
}

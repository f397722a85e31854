package io.quorate.replication.coordinator.write;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.AheadOfClock;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.FirstWord;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.replication.coordinator.read.ReadFirst;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.Probed;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.version.Record;
import io.quorate.version.StampedRecord;
import io.quorate.version.Version;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a put or delete that its client has stamped, of a tenant whose writes take effect
 * at most once (docs/design/once.md).
 *
 * <p>It asks replicas what they hold and whether they were offered this version, until the read
 * rule is satisfied under one epoch; nothing is stored meanwhile. If all hold less, or one was
 * offered the version, the record is stored as a {@link WriteOperation} does it, without a second
 * stamp. Otherwise the stamp is too low. The first attempt is told so at once. A later attempt
 * first has the newest record brought to as many replicas as a read shows it from, and asks again:
 * an earlier attempt may have taken effect meanwhile, and have been overwritten.
 */
final class OnceOperation implements InFlight {
  private final Context context;
  private final MissedWrites hints;
  private final ClientRequest request;
  private final Stamped stamped;
  private final OutcomeCallback callback;

  /** Begins the attempt again on a replica after this node has ceased to be one. */
  private final Runnable again;

  private Plan plan;
  private ProbeTally tally;

  /** Of the question under way; answers to earlier ones carry another and are not heard. */
  private long id;

  /** Live replicas not asked yet, the closest first. */
  private ArrayDeque<NodeId> spare = new ArrayDeque<>(0);

  /**
   * Whether the newest record was brought to enough replicas, and this is the question after it.
   */
  private boolean settled;

  /** Whether a replica serves another epoch, of which this node has not heard yet. */
  private boolean behind;

  private boolean finished;
  private long sentNanos;
  private String lastRefusal = "not heard";

  /**
   * The record of the write, which is the same in all attempts.
   *
   * @param first whether no attempt with this stamp was sent before
   */
  record Stamped(Record record, boolean first) {
    /** Makes the record of a request. */
    static Stamped of(ClientRequest request, WriteStamp stamp, byte @Nullable [] value) {
      Record record =
          StampedRecord.of(
              request.key(),
              request.operation().requestId(),
              stamp.hlc(),
              stamp.epoch(),
              value == null ? 0 : stamp.expiresAtMillis(),
              value);
      return new Stamped(record, stamp.firstAttempt());
    }
  }

  OnceOperation(
      Context context,
      MissedWrites hints,
      Plan plan,
      ClientRequest request,
      Stamped stamped,
      OutcomeCallback callback,
      Runnable again) {
    this.context = context;
    this.hints = hints;
    this.plan = plan;
    this.request = request;
    this.stamped = stamped;
    this.callback = callback;
    this.again = again;
    this.tally = newTally();
  }

  private ProbeTally newTally() {
    return new ProbeTally(plan.stage().forRead(Level.QUORUM), plan.model());
  }

  private Version version() {
    return stamped.record().version();
  }

  /** Asks, unless too few replicas are live. */
  void start() {
    if (!context.rules().asksBeforeStoring()) {
      store();
      return;
    }
    failDeadReplicas();
    if (tally.verdict() == Verdict.UNREACHABLE) {
      if (FirstWord.isAwaited(context, plan, tally.enough())) {
        FirstWord.await(
            context, plan, Level.QUORUM, tally.enough(), request.deadlineNanos(), callback, again);
        return;
      }
      context.events().accept(new CoordinatorEvent.FailedFast(Level.QUORUM));
      callback.done(new Outcome.Failed(unavailable()));
      return;
    }
    id = context.table().add(this);
    ask();
  }

  private Failure unavailable() {
    return Failures.unavailable(plan, Level.QUORUM, tally.enough(), tally.failed(), lastRefusal);
  }

  /** Asks this node's own replica, and as many others as are needed with it. */
  private void ask() {
    long round = id;
    sentNanos = context.clock().nanos();
    spare =
        new ArrayDeque<>(context.closeness().order(plan.serving(), context.self(), tally.enough()));
    tally.ask(context.self());
    askNeeded();
    context
        .replica()
        .probe(
            question(),
            outcome -> {
              if (round == id && !finished) {
                onProbeReply(context.self(), outcome);
              }
            });
  }

  private void askNeeded() {
    for (NodeId replica : List.copyOf(spare)) {
      if (tally.needsAnswerOf(replica)) {
        spare.remove(replica);
        ask(replica);
      }
    }
  }

  private void ask(NodeId replica) {
    tally.ask(replica);
    context.network().send(replica, question());
  }

  private Probe question() {
    return new Probe(
        id,
        plan.partition(),
        plan.epoch(),
        request.key(),
        version(),
        !stamped.first(),
        context.timeoutMillis(request.deadlineNanos()));
  }

  @Override
  public void onProbeReply(NodeId from, ProbeOutcome outcome) {
    if (finished || !tally.awaits(from)) {
      return;
    }
    switch (outcome) {
      case Probed probed when isDoubtful(from, probed) -> {
        tally.fail(from);
        lastRefusal = "it tells of a time that no clock has shown";
      }
      case Probed probed -> tally.answer(from, probed);
      case StaleEpoch stale -> {
        context.events().accept(CoordinatorEvent.Window.WRITE_OF_ENDED_EPOCH);
        behind = true;
        planAgain();
        return;
      }
      case Refused refused -> {
        if (!from.equals(context.self())) {
          context.tracks().failed(from);
        }
        lastRefusal = refused.reason();
        tally.fail(from);
      }
    }
    decide();
  }

  /**
   * Whether another replica tells of a time that no clock of the cluster can have shown. This
   * node's own replica is believed, and so is one that tells of no more than a believed one has.
   */
  private boolean isDoubtful(NodeId from, Probed probed) {
    if (from.equals(context.self())) {
      return false;
    }
    Version held = probed.held();
    boolean farAhead =
        held != null && !context.isCredible(held.hlc()) && tally.isAboveAllHeld(held);
    return farAhead || !context.isCredible(probed.promised());
  }

  private void decide() {
    switch (tally.verdict()) {
      case PENDING -> askNeeded();
      case UNREACHABLE -> fail(unavailable());
      case REACHED -> judge();
    }
  }

  /** Enough have answered: stores the record, or says that its stamp is too low. */
  private void judge() {
    if (tally.isOffered()) {
      context
          .events()
          .accept(
              settled
                  ? CoordinatorEvent.Window.STAMP_OVERTAKEN
                  : CoordinatorEvent.Window.STAMP_OFFERED_BEFORE);
      store();
    } else if (tally.isBelow(version())) {
      Failure tooFar = tooFarAhead();
      if (tooFar == null) {
        store();
      } else {
        fail(tooFar);
      }
    } else if (stamped.first()) {
      context.events().accept(new CoordinatorEvent.StampTooLow(true));
      fail(StampFailures.stampTooLow(plan, tally.above()));
    } else if (!settled && context.rules().asksAgainWhatIsTooLow()) {
      settle();
    } else if (tally.isForgotten()) {
      context.events().accept(new CoordinatorEvent.StampForgotten());
      fail(StampFailures.stampForgotten(plan, version().hlc()));
    } else {
      context.events().accept(new CoordinatorEvent.StampTooLow(false));
      fail(StampFailures.stampTooLow(plan, tally.above()));
    }
  }

  /**
   * Why the stamp is refused, should it be further ahead than clocks may be, both of this node's
   * clock and of what the key holds: it would drag the key into the future. Null if it is not.
   */
  private @Nullable Failure tooFarAhead() {
    long held = tally.highest() == null ? 0 : tally.highest().hlc();
    AheadOfClock ahead = context.aheadOfClock(version().hlc(), held);
    return ahead == null ? null : ahead.ofStamp(plan, stamped.first());
  }

  /**
   * Has the newest record brought to as many replicas as must hold what a read shows, and asks
   * again afterwards.
   */
  private void settle() {
    context.events().accept(CoordinatorEvent.Window.STAMP_SETTLED);
    if (!context.rules().settlesBeforeAskingAgain()) {
      settled = true;
      askAgain();
      return;
    }
    Plan before = plan;
    leave();
    ReadFirst.begin(context, plan, request, outcome -> onSettled(before, outcome), again);
  }

  private void onSettled(Plan before, Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      finished = true;
      callback.done(failed);
      return;
    }
    if (context.table().isFull()) {
      finished = true;
      callback.done(
          new Outcome.Failed(Failures.overloaded(context.config().operationsMax() + " requests")));
      return;
    }
    id = context.table().add(this);
    Plan now = context.plans().again(plan);
    if (now != null && now.epoch() == before.epoch()) {
      settled = true;
      askAgain();
    } else {
      planAgain(); // what was settled under one epoch is not built on under another
    }
  }

  private void askAgain() {
    id = context.table().renew(id);
    tally = newTally();
    behind = false;
    failDeadReplicas();
    ask();
    if (!finished) {
      decide();
    }
  }

  /** The question is over: what is to be stored has its own place in the table. */
  private void leave() {
    context.table().remove(id);
    id = 0;
  }

  private void store() {
    finished = true;
    if (id != 0) {
      context.table().remove(id);
    }
    context.hybridClock().observe(version().hlc(), context.clock().wallMillis());
    new WriteOperation(
            context,
            hints,
            plan,
            request,
            Level.QUORUM,
            new Content.StampedByClient(stamped.record(), stamped.first()),
            callback,
            again)
        .start();
  }

  /** Asks from the beginning under the placements as they are now. */
  private void planAgain() {
    Plan next = context.plans().again(plan);
    if (next == null) {
      fail(Failures.tenantGone(plan.tenant(), context.plans().placements()));
      return;
    }
    if (next.epoch() == plan.epoch()) {
      return; // this node has not heard of the new epoch yet: it goes on when it has
    }
    if (!next.serving().contains(context.self())) {
      finished = true;
      context.table().remove(id);
      context.events().accept(CoordinatorEvent.Window.WRITE_GIVEN_TO_A_REPLICA);
      again.run();
      return;
    }
    plan = next;
    settled = false;
    askAgain();
  }

  @Override
  public void placementsChanged() {
    if (behind) {
      planAgain();
    }
  }

  @Override
  public void check(long nowNanos) {
    failDeadReplicas();
    decide();
    if (finished || id == 0 || nowNanos - sentNanos <= Context.RESEND_NANOS) {
      return;
    }
    long unansweredSince = sentNanos;
    sentNanos = nowNanos;
    context.events().accept(CoordinatorEvent.Window.PROBE_SENT_AGAIN);
    for (NodeId replica : tally.awaited()) {
      if (!replica.equals(context.self())) {
        context.tracks().unanswered(replica, unansweredSince);
        context.network().send(replica, question());
      }
    }
    if (!spare.isEmpty()) {
      ask(spare.remove()); // in the place of one that is heard and does not answer
    }
  }

  private void failDeadReplicas() {
    for (NodeId replica : plan.serving()) {
      if (!context.liveness().isLive(replica)) {
        spare.remove(replica);
        tally.fail(replica);
      }
    }
  }

  @Override
  public long deadlineNanos() {
    return request.deadlineNanos();
  }

  @Override
  public void expire() {
    fail(Failures.deadlineExceeded(plan, Level.QUORUM, tally.enough(), tally.answered(), false));
  }

  private void fail(Failure failure) {
    if (!finished) {
      finished = true;
      context.table().remove(id);
      callback.done(new Outcome.Failed(failure));
    }
  }
}

package io.quorate.replication.coordinator.read;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.ReadRepair.Mode;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.FirstWord;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.Restart;
import io.quorate.replication.coordinator.read.ReadTally.Asked;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Record;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's get (docs/design/protocol.md#a-read).
 *
 * <p>This node reads its own copy, then asks as many others as the level needs what they hold
 * beside the version it knows; a replica that holds the same says so in a few bytes. Never the
 * first answer: the newest. And it is answered only when the replicas known to hold the newest
 * version satisfy the write rule of the stage; until then the newest is written back to those that
 * lack it. So what a read returned cannot be missed by a later one.
 */
final class ReadOperation implements InFlight {
  private final Context context;
  private final ClientRequest request;

  /** The level asked for; QUORUM once the read was found to be below a floor. */
  private Level level;

  private final ReadRepair repair;

  /** Below which the answer must not be; null: there is none. */
  private final @Nullable SessionMinimum minimum;

  private final OutcomeCallback callback;

  /** Restarts the read on a replica after this node has ceased to be one. */
  private final Restart again;

  private final long startedNanos;

  private ReadRound round;

  private boolean hedgeRefused;
  private boolean behind;
  private boolean finished;
  private String lastRefusal = "not heard";

  ReadOperation(
      Context context,
      Plan plan,
      ClientRequest request,
      Level level,
      ReadRepair repair,
      OutcomeCallback callback,
      Restart again) {
    this.context = context;
    this.request = request;
    this.level = level;
    this.repair = repair;
    this.minimum =
        request.operation() instanceof Operation.Get get && get.minimum() != null
            ? new SessionMinimum(context, get.minimum())
            : null;
    this.callback = callback;
    this.again = again;
    this.startedNanos = context.clock().nanos();
    this.round = round(plan);
  }

  private ReadRound round(Plan plan) {
    return new ReadRound(
        context,
        plan,
        request.key(),
        level,
        repair.mode() == Mode.OFF,
        request.deadlineNanos(),
        this);
  }

  /** Asks, unless too few replicas are live. */
  void start() {
    round.failDeadReplicas();
    ReadTally tally = round.tally();
    if (tally.answersVerdict() == Verdict.UNREACHABLE) {
      if (FirstWord.isAwaited(context, round.plan(), tally.enough())) {
        awaitFirstWord(round.plan(), tally.enough());
        return;
      }
      context.events().accept(new CoordinatorEvent.FailedFast(level));
      callback.done(
          new Outcome.Failed(
              Failures.unavailable(
                  round.plan(), level, tally.enough(), tally.failed(), "not heard from lately")));
      return;
    }
    round.begin(context.table().add(this));
  }

  @Override
  public void onReadReply(NodeId from, ReadOutcome outcome) {
    ReadTally tally = round.tally();
    Asked one = tally.find(from);
    if (one == null || one.answered) {
      return;
    }
    if (round.isRepairing()) {
      context.events().accept(CoordinatorEvent.Window.ANSWERED_WHILE_REPAIRING);
      onReplyWhileRepairing(one, outcome);
      return;
    }
    String doubt = from.equals(context.self()) ? null : round.doubtOf(outcome);
    switch (doubt == null ? outcome : new Refused(doubt)) {
      case Same same -> round.answered(one, one.known);
      case Nothing nothing -> round.answered(one, null);
      case Held(Record record) -> {
        Summary summary = record.summary();
        tally.found(record, summary);
        round.answered(one, summary);
      }
      case HeldSummary(Summary summary) -> {
        if (tally.lacks(summary)) {
          round.fetchRecord(one);
          return;
        }
        round.answered(one, summary);
      }
      case StaleEpoch stale -> {
        context.events().accept(CoordinatorEvent.Window.READ_OF_ENDED_EPOCH);
        behind = true;
        planAgain();
        return;
      }
      case Refused refused -> {
        if (!from.equals(context.self())) {
          context.tracks().failed(from);
        }
        lastRefusal = refused.reason();
        tally.fail(one);
      }
    }
    decide();
  }

  /**
   * What is returned is settled: a replica that answers late holds it or something as good, or is
   * one more to bring it to.
   */
  private void onReplyWhileRepairing(Asked one, ReadOutcome outcome) {
    if (!one.replica.equals(context.self()) && round.doubtOf(outcome) != null) {
      round.tally().fail(one);
      decide();
      return;
    }
    Summary held =
        switch (outcome) {
          case Same same -> one.known;
          case Held(Record record) -> record.summary();
          case HeldSummary(Summary summary) -> summary;
          default -> null;
        };
    round.answered(one, held);
    if (held != null && round.tally().isCoveredBy(held)) {
      round.tally().holdsNewest(one);
    }
    decide();
  }

  private void decide() {
    if (round.isRepairing()) {
      decideRepair();
      return;
    }
    ReadTally tally = round.tally();
    switch (tally.answersVerdict()) {
      case PENDING -> askMoreIfTooFew();
      case UNREACHABLE -> fail(unavailable(tally.enough(), tally.answers()));
      case REACHED -> {
        if (repair.mode() == Mode.EVERYONE && asksMore()) {
          return;
        }
        if (minimum != null && isHeldBack(minimum)) {
          return;
        }
        List<NodeId> holders = tally.holders();
        int stale = tally.answers().size() - holders.size();
        boolean enoughHold = tally.held().verdict(holders, List.of()) == Verdict.REACHED;
        if (repair.mode() == Mode.OFF
            || (enoughHold && (repair.mode() != Mode.EVERYONE || stale == 0))) {
          answer(!enoughHold);
        } else {
          beginRepair(stale);
        }
      }
    }
  }

  /**
   * Whether what was found is less than the client's session has seen. Then what is needed to know
   * more is on its way, or will be when this read is looked at again.
   */
  private boolean isHeldBack(SessionMinimum least) {
    if (least.isBelowFloor(round, level)) {
      escalate();
      return true;
    }
    if (!least.noteIfMissed(round)) {
      return false;
    }
    boolean unused = asksMore();
    return true;
  }

  /** Begins again at QUORUM; waits for replicas that were never heard, if it takes these. */
  private void escalate() {
    context.events().accept(CoordinatorEvent.BehindSession.ESCALATED_BELOW_FLOOR);
    level = Level.QUORUM;
    Plan plan = round.plan();
    Quorum quorum = context.rules().toShow(plan.stage(), level);
    if (FirstWord.isAwaited(context, plan, quorum)) {
      finish();
      awaitFirstWord(plan, quorum);
      return;
    }
    beginAgain(plan);
  }

  /** Then it begins from its start, at the level that was asked for. */
  private void awaitFirstWord(Plan plan, Quorum quorum) {
    FirstWord.await(
        context,
        plan,
        level,
        quorum,
        request.deadlineNanos(),
        callback,
        () -> again.begin(request, callback));
  }

  /**
   * Asks all replicas again, for what they lacked may have come; or gives up, while there is time
   * for another coordinator that sees other replicas.
   */
  private void seekOn(SessionMinimum least, Version seen, long nowNanos) {
    if (nowNanos - startedNanos >= (request.deadlineNanos() - startedNanos) / 2) {
      ReadTally tally = round.tally();
      Summary shown = tally.shown();
      context.events().accept(CoordinatorEvent.BehindSession.MINIMUM_NOT_FOUND);
      fail(
          Failures.belowMinimum(
              round.plan(),
              seen,
              shown == null ? null : shown.version(),
              tally.answers(),
              tally.failed()));
    } else if (!round.isOwnPending()
        && !round.tally().awaitsAnswers()
        && least.takeTurnToAskAgain(round.waitedNanos(nowNanos))) {
      beginAgain(round.plan());
    }
  }

  private Failure unavailable(Quorum quorum, List<NodeId> answers) {
    return Failures.readUnavailable(
        round.plan(), level, quorum, answers, round.tally().failed(), lastRefusal);
  }

  private void beginRepair(int stale) {
    round.beginRepair();
    if (repair.mode() != Mode.EVERYONE) {
      context.events().accept(new CoordinatorEvent.RepairedBeforeAnswering(stale));
    }
    if (round.repairAnswered()) {
      decideRepair();
    }
  }

  /** Whether there is a live replica whose answer is to be waited for; asks those not yet asked. */
  private boolean asksMore() {
    if (round.isOwnPending()) {
      return true;
    }
    while (round.hasSpare()) {
      round.askNext(false);
    }
    return round.tally().awaitsAnswers();
  }

  /** Own copy first: what it holds makes the question to the others short. */
  private void askMoreIfTooFew() {
    if (!round.isOwnPending()) {
      round.askNeeded(isVersionEnough());
    }
  }

  /** A large value that is known is not sent once more by those asked beside the first. */
  private boolean isVersionEnough() {
    Record newest = round.tally().newest();
    return newest != null
        && newest.valueLength() > context.config().versionsOnlyAboveBytes()
        && !round.tally().onlyOwn();
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    ReadTally tally = round.tally();
    Asked one = tally.find(from);
    if (one == null || !one.repairSent) {
      return;
    }
    switch (outcome) {
      case Stored stored -> tally.holdsNewest(one);
      case HoldsNewer newer -> tally.holdsNewest(one); // than what is returned: as good
      case BelowPromise below -> tally.fail(one); // asked of fresh stamps only
      case PromisedHigher higher -> tally.fail(one); // registers are read otherwise
      case StoredWhileFilling uncounted -> {
        lastRefusal = Failures.FILLING;
        tally.fail(one);
      }
      case StaleEpoch stale -> {
        behind = true;
        planAgain();
        return;
      }
      case NotTaken refused -> {
        lastRefusal = refused.reason();
        tally.fail(one);
      }
    }
    decide();
  }

  /** Answers once enough hold the newest; brings it to further replicas if some cannot take it. */
  private void decideRepair() {
    ReadTally tally = round.tally();
    switch (tally.heldVerdict()) {
      case REACHED -> {
        if (!awaitsRepairs()) {
          answer(false);
        }
      }
      case UNREACHABLE -> fail(unavailable(tally.held(), tally.holders()));
      case PENDING -> {
        if (round.repairAnswered()) {
          round.repairNeeded();
        }
      }
    }
  }

  /**
   * Whether one of everyone does not hold the newest yet; also one that is yet to be sent it, for
   * this node's own copy may be repaired at once.
   */
  private boolean awaitsRepairs() {
    return repair.mode() == Mode.EVERYONE
        && !context.rules().mayReturnBeforeRepair()
        && round.tally().awaitsHolders();
  }

  /** A read that asks all replicas does not wait for a slow one until it is too late to answer. */
  private void loseSlowReplicas(long nowNanos) {
    if (nowNanos - startedNanos < (request.deadlineNanos() - startedNanos) / 2) {
      return;
    }
    ReadTally tally = round.tally();
    Verdict without = round.isRepairing() ? tally.heldVerdict() : tally.answersVerdict();
    if (without == Verdict.REACHED) {
      round.failSlowReplicas();
    }
  }

  @Override
  public void check(long nowNanos) {
    round.failDeadReplicas();
    if (repair.mode() == Mode.EVERYONE && !round.isOwnPending()) {
      loseSlowReplicas(nowNanos);
    }
    decide();
    if (finished) {
      return;
    }
    Version seen = minimum == null ? null : minimum.sought();
    if (minimum != null && seen != null && !round.isRepairing()) {
      seekOn(minimum, seen, nowNanos);
      if (finished) {
        return;
      }
    }
    if (round.hasSpareNearby()
        && !round.isRepairing()
        && context.hedging().isDue(round.waitedNanos(nowNanos))) {
      hedge();
    }
    if (round.resendIfDue(nowNanos)) {
      askInTheirPlace();
    }
  }

  /**
   * A replica is heard and does not answer, such as one that does not learn of the epoch: now
   * another is asked, whatever was hedged before, or the read would end with its deadline.
   */
  private void askInTheirPlace() {
    if (!round.hasSpareThatCounts()) {
      return;
    }
    context.events().accept(CoordinatorEvent.Window.ASKED_IN_PLACE_OF_A_SILENT_ONE);
    if (round.isRepairing()) {
      round.repairNextThatCounts();
    } else {
      round.askNextThatCounts(isVersionEnough());
    }
  }

  private void hedge() {
    if (context.hedging().take()) {
      context.events().accept(new CoordinatorEvent.Hedged());
      round.askNearby();
    } else if (!hedgeRefused) {
      hedgeRefused = true;
      context.events().accept(new CoordinatorEvent.HedgeRefused());
    }
  }

  /** Counts from zero under the placements as they are now. */
  private void planAgain() {
    Plan plan = round.plan();
    Plan next = context.plans().again(plan);
    if (next == null) {
      fail(Failures.tenantGone(plan.tenant(), context.plans().placements()));
      return;
    }
    if (next.epoch() == plan.epoch()) {
      return; // this node has not heard of the new epoch yet: it goes on when it has
    }
    if (!next.serving().contains(context.self())) {
      finish();
      context.events().accept(CoordinatorEvent.Window.READ_GIVEN_TO_A_REPLICA);
      again.begin(request, callback);
      return;
    }
    beginAgain(next);
  }

  private void beginAgain(Plan plan) {
    long id = context.table().renew(round.id());
    round.end();
    round = round(plan);
    behind = false;
    if (FirstWord.isAwaited(context, plan, round.tally().enough())) {
      finished = true;
      context.table().remove(id);
      awaitFirstWord(plan, round.tally().enough());
      return;
    }
    round.failDeadReplicas();
    round.begin(id);
  }

  private long expiryMillis() {
    return context.hybridClock().expiryMillis(context.clock().wallMillis());
  }

  @Override
  public void placementsChanged() {
    if (behind) {
      planAgain();
    }
  }

  @Override
  public long deadlineNanos() {
    return request.deadlineNanos();
  }

  @Override
  public void expire() {
    ReadTally tally = round.tally();
    fail(Failures.deadlineExceeded(round.plan(), level, tally.enough(), tally.answers(), false));
  }

  /**
   * @param mayBeMissed whether fewer than the write rule asks for hold what is returned
   */
  private void answer(boolean mayBeMissed) {
    if (finished) {
      return;
    }
    Record newest = round.tally().newest();
    long askedMillis = round.askedMillis();
    if (newest != null && newest.isLiveAt(askedMillis) != newest.isLiveAt(expiryMillis())) {
      context.events().accept(CoordinatorEvent.Window.EXPIRED_WHILE_READ);
      beginAgain(round.plan());
      return;
    }
    finish();
    round.repairRest();
    switch (repair.mode()) {
      case BLOCKING -> learnHowLongReadsTake();
      case OFF -> {
        learnHowLongReadsTake();
        if (mayBeMissed) {
          context.events().accept(new CoordinatorEvent.LeftUnrepaired());
        }
      }
      case BACKGROUND -> {
        learnHowLongReadsTake();
        if (context.rules().asksEveryoneByChance(round.id(), repair.backgroundPercent())) {
          RepairByChance.begin(context, round.plan(), request.key());
        }
      }
      case EVERYONE -> {} // takes longer, and never hedges
    }
    boolean everyone = repair.mode() == Mode.EVERYONE;
    callback.done(ReadAnswer.of(context, round, level, mayBeMissed, everyone));
  }

  private void learnHowLongReadsTake() {
    if (round.asksNearbyOnly()) {
      context.hedging().finished(context.clock().nanos() - startedNanos);
    }
  }

  private void fail(Failure failure) {
    if (!finished) {
      finish();
      callback.done(new Outcome.Failed(failure));
    }
  }

  private void finish() {
    finished = true;
    round.end();
    context.table().remove(round.id());
  }
}

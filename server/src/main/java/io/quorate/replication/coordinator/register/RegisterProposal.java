package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.FenceFailures;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.replication.coordinator.register.ProposedParts.Part;
import io.quorate.replication.coordinator.register.RegisterChange.Judged;
import io.quorate.replication.coordinator.register.RegisterChange.Judgement;
import io.quorate.replication.coordinator.register.ReservedBallots.Reserved;
import io.quorate.replication.coordinator.track.Census;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Has replicas accept a register of a linearizable tenant (docs/design/linearizable.md): they
 * promise a ballot, the register that any of them has accepted by the highest ballot before is
 * changed, or left as it is, and they accept it. With it they promise a ballot for this node's next
 * proposal of the key, which then needs no preparation (docs/design/linearizable.md#reserved).
 *
 * <p>It begins again with a higher ballot whenever another proposer has outbid it, and whenever
 * another epoch has begun: what was promised under one is not built on under another.
 */
final class RegisterProposal extends BallotRound {
  /**
   * How far ahead of the clock ballots are: so long can a reserved one be used, for its time must
   * be after that of a change. A purge takes a deletion away by so much later.
   */
  private static final long LEAD_MILLIS = 4_000;

  private final ReservedBallots reservedBallots;
  private final ProposedParts parts;
  private final Callback callback;

  /**
   * What the proposals of this node share.
   *
   * @param reservedBallots those that were promised to it
   */
  record Shared(Context context, MissedWrites hints, ReservedBallots reservedBallots) {}

  interface Callback {
    /**
     * It has ended.
     *
     * @param outcomes what came of each part that has not been told, in their order
     * @param read what a read finds that began before the proposal; null if it has failed
     */
    void done(Map<Part, Outcome> outcomes, @Nullable Outcome read);
  }

  private enum Phase {
    PREPARING,
    ASKING,
    ACCEPTING,
    WAITING
  }

  private Phase phase = Phase.PREPARING;
  private @Nullable Version ballot;
  private @Nullable Record proposed;

  /** Whether the ballot was promised before this proposal. */
  private boolean isReserved;

  /** What replicas promise, with what is proposed, for the next proposal; null for nothing. */
  private @Nullable Version next;

  /** Whether a change was sent to any replica: then it may take effect, or have done so. */
  private boolean sent;

  /**
   * @param above that ballots must be above for the reads that are answered by it, a hybrid time;
   *     0: any
   */
  RegisterProposal(
      Shared with,
      Plan plan,
      Key key,
      List<Part> parts,
      long above,
      Callback callback,
      Runnable again) {
    super(with.context(), with.hints(), plan, key, ProposedParts.latestDeadline(parts), again);
    this.reservedBallots = with.reservedBallots();
    this.parts = new ProposedParts(parts);
    this.callback = callback;
    mustBeAbove(Hlc.later(above, change().above()));
  }

  private RegisterChange change() {
    return parts.change();
  }

  @Override
  void begin() {
    Reserved reserved = reservedBallots.take(key);
    if (reserved == null) {
      prepare();
    } else if (fits(reserved.ballot())) {
      isReserved = true;
      ballot = reserved.ballot();
      build(reserved.accepted(), reserved.ballot());
    } else {
      context.events().accept(CoordinatorEvent.Window.RESERVED_BALLOT_UNFIT);
      prepare();
    }
  }

  /** Times rise along what follows upon each other: see {@link #buildOnPromised}. */
  private boolean fits(Version reserved) {
    return reserved.rank() == plan.epoch() && Long.compareUnsigned(reserved.hlc(), above()) > 0;
  }

  // Preparing

  private void prepareNext() {
    renew();
    prepare();
  }

  private void prepare() {
    phase = Phase.PREPARING;
    isReserved = false;
    Version drawn = ballotAbove(above());
    if (drawn == null) {
      fail(StampFailures.noTimeLeft(plan));
      return;
    }
    ballot = drawn;
    count(readQuorum());
    ask(plan.serving(), message(drawn));
  }

  private @Nullable Version ballotAbove(long hlc) {
    long wall = context.clock().wallMillis();
    long drawn = context.hybridClock().stampAhead(hlc, LEAD_MILLIS, wall);
    return drawn == HybridClock.NO_TIME_LEFT
        ? null
        : new Version(plan.epoch(), drawn, context.self(), context.boot());
  }

  private Prepare message(Version drawn) {
    return new Prepare(
        id, plan.partition(), plan.epoch(), key, drawn, context.timeoutMillis(deadlineNanos));
  }

  @Override
  public void onPrepareReply(NodeId from, PrepareOutcome outcome) {
    if (isFinished() || phase != Phase.PREPARING || !plan.serving().contains(from)) {
      return;
    }
    switch (outcome) {
      case Promised(Record accepted)
          when accepted != null
              && (!accepted.isOfRegister() || isDoubtful(from, accepted.version().hlc())) ->
          tally.fail(from);
      case Promised(Record accepted) -> tally.promise(from, accepted);
      case PromisedHigher(Version higher) when isDoubtful(from, higher.hlc()) -> tally.fail(from);
      case PromisedHigher(Version higher) -> tally.outbid(from, higher);
      case StaleEpoch stale -> {
        overtaken();
        return;
      }
      case FenceForgotten forgotten -> tally.fail(from); // told of marks only
      case Refused refused -> refused(from, refused.reason());
    }
    decide();
  }

  // Accepting

  private void buildOnPromised() {
    roundEnds();
    Version under = ballot;
    Record accepted = tally.accepted();
    if (under == null) {
      return;
    }
    if (accepted != null && Long.compareUnsigned(accepted.version().hlc(), under.hlc()) >= 0) {
      // Of an earlier epoch, by a clock that was ahead. Times rise along what follows upon each
      // other, so that a purge up to one has all before it.
      mustBeAbove(accepted.version().hlc());
      prepareNext();
      return;
    }
    build(accepted, under);
  }

  private void build(@Nullable Record accepted, Version under) {
    parts.leaveOutTold();
    Register before = Register.of(accepted, plan.purged());
    if (context.rules().asksForTokens() && change().asksForToken(before)) {
      askForToken(before, under);
    } else {
      propose(change().apply(before), under);
    }
  }

  private void propose(RegisterChange.Result result, Version under) {
    parts.judge(result.judged());
    Record record = result.register().toRecord(under);
    if (result.isForgotten()) {
      endWith(outcomes(record));
    } else if (parts.isFencedOff() && !context.rules().remembersFencedOff()) {
      endWith(Map.of(parts.first(), fencedOff(record)));
    } else {
      accept(record);
    }
  }

  /**
   * Asks after enough replicas have promised the ballot: what a later holder of the lock has
   * accepted has a higher one (docs/design/fencing.md#purge).
   */
  private void askForToken(Register before, Version under) {
    phase = Phase.ASKING;
    askForToken(change().token(), answer -> onToken(answer, before, under));
  }

  private void onToken(HeldTokens.Answer answer, Register before, Version under) {
    switch (answer) {
      case HeldTokens.IsHeld held -> propose(change().apply(before), under);
      case HeldTokens.NotHeld notHeld -> {
        context.events().accept(CoordinatorEvent.Window.TOKEN_NOT_HELD);
        propose(change().refuse(before), under);
      }
      case HeldTokens.NotKnown notKnown -> {
        context.events().accept(CoordinatorEvent.Window.TOKEN_NOT_KNOWN);
        fail(
            sent
                ? outcomeUnknown(FenceFailures.LOCKS_SILENT)
                : FenceFailures.tokenNotKnown(plan, FenceFailures.LOCKS_SILENT));
      }
    }
  }

  private void accept(Record record) {
    phase = Phase.ACCEPTING;
    proposed = record;
    next = reserves(record) ? ballotAbove(record.version().hlc()) : null;
    renew();
    count(writeQuorum());
    if (change().isWrite() && bringsToAny()) {
      sent = true;
      parts.noteSent();
    }
    bring(message(record));
  }

  /** A key that is only read is not worth it. */
  private boolean reserves(Record record) {
    return (isReserved || change().isWrite()) && ReservedBallots.isSmallEnough(record);
  }

  private Write message(Record record) {
    return new Write(
        id,
        plan.partition(),
        plan.epoch(),
        key,
        next == null ? record : Record.promising(record, next),
        Cause.FRESH,
        context.timeoutMillis(deadlineNanos));
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    if (isFinished() || phase != Phase.ACCEPTING) {
      return;
    }
    track(from, outcome);
    switch (outcome) {
      case Stored stored when plan.serving().contains(from) -> tally.grant(from);
      case Stored stored -> tally.keep(from);
      case StoredWhileFilling uncounted -> tally.keep(from);
      case HoldsNewer(Version higher) -> outbid(from, higher);
      case PromisedHigher(Version higher) -> outbid(from, higher);
      case BelowPromise(long promised) when !context.isCredible(promised) -> tally.fail(from);
      case BelowPromise(long promised) -> {
        context.events().accept(CoordinatorEvent.Window.STAMPED_ABOVE_PROMISE);
        mustBeAbove(promised);
        prepareNext();
        return;
      }
      case StaleEpoch stale -> {
        overtaken();
        return;
      }
      case NotTaken refused -> {
        lastRefusal = refused.reason();
        tally.fail(from);
      }
    }
    decide();
  }

  private void outbid(NodeId from, Version higher) {
    if (isDoubtful(from, higher.hlc())) {
      tally.fail(from);
    } else {
      tally.outbid(from, higher);
    }
  }

  @Override
  void decide() {
    switch (tally.verdict()) {
      case PENDING -> {}
      case REACHED -> {
        if (phase == Phase.PREPARING) {
          buildOnPromised();
        } else if (phase == Phase.ACCEPTING) {
          accepted();
        }
      }
      case UNREACHABLE -> {
        if (tally.isOutbid()) {
          mustBeAbove(tally.above());
          tryAgain();
        } else if (sent) {
          fail(outcomeUnknown(lastRefusal));
        } else {
          fail(unavailable(tally));
        }
      }
    }
  }

  private Failure outcomeUnknown(String why) {
    return Failures.outcomeUnknown(
        plan, Level.QUORUM, writeQuorum(), tally.granted(), tally.failed(), why);
  }

  /** Gives way to the other proposer. */
  private void tryAgain() {
    context.events().accept(CoordinatorEvent.Window.BALLOT_OUTBID);
    if (isReserved && phase == Phase.ACCEPTING) {
      context.events().accept(CoordinatorEvent.Window.RESERVED_BALLOT_OUTBID);
    }
    if (change().givesWay()) {
      context.events().accept(CoordinatorEvent.Window.SETTLING_GAVE_WAY);
      fail(unavailable(tally));
      return;
    }
    roundEnds();
    if (giveWay()) {
      prepare();
    } else {
      phase = Phase.WAITING;
    }
  }

  private void accepted() {
    Record chosen = proposed;
    if (chosen == null) {
      return;
    }
    if (isReserved) {
      context.events().accept(CoordinatorEvent.Window.REGISTER_PROPOSED_BY_RESERVED_BALLOT);
    }
    reserve(chosen);
    if (plan.replicas().contains(context.self())) {
      settle();
    } else {
      leave();
    }
    callback.done(outcomes(chosen), shown(chosen, tally.granted()));
  }

  /** Those that have accepted have promised the next ballot, if they are as many as must. */
  private void reserve(Record chosen) {
    if (next != null && readQuorum().verdict(tally.granted(), List.of()) == Verdict.REACHED) {
      reservedBallots.put(key, new Reserved(next, chosen));
    }
  }

  private Map<Part, Outcome> outcomes(Record chosen) {
    return parts.outcomes((part, judged) -> outcome(part, judged, chosen));
  }

  private Outcome outcome(Part part, Judged judged, Record chosen) {
    if (!(part.change() instanceof RegisterChange.Write write)) {
      return judged.judgement() == Judgement.FENCED
          ? fencedOff(chosen)
          : shown(chosen, tally.granted());
    }
    return switch (judged.judgement()) {
      case DONE ->
          new Outcome.Written(
              Register.versionOf(write.id()),
              info(chosen, tally.granted()),
              Outcome.NO_CONTEXT,
              judged.number());
      case NOT_MET ->
          new Outcome.Failed(
              RegisterFailures.conditionFailed(plan, write.edit(), judged.number()).asDecided());
      case FENCED -> fencedOff(chosen);
      case FORGOTTEN -> new Outcome.Failed(forgotten(write, part.isSent(), judged.number()));
    };
  }

  private Failure forgotten(RegisterChange.Write write, boolean sent, long floor) {
    context.events().accept(CoordinatorEvent.Window.REGISTER_FORGOT);
    return write.first() && !sent
        ? StampFailures.stampTooLow(plan, floor)
        : StampFailures.stampForgotten(plan, write.above());
  }

  private Outcome fencedOff(@Nullable Record by) {
    Failure failure = fencedBy(change().token(), by);
    return new Outcome.Failed(change().isWrite() ? failure.asDecided() : failure);
  }

  // Epochs, time, and the end

  @Override
  @Nullable Failure ifSent(String why) {
    return sent ? outcomeUnknown(why) : null;
  }

  @Override
  public void check(long nowNanos) {
    switch (phase) {
      case WAITING -> {
        if (hasGivenWay(nowNanos) && !isBehind()) {
          prepareNext();
        }
      }
      case ASKING -> {} // answered until its deadline
      case PREPARING, ACCEPTING -> awaitAnswers(nowNanos);
    }
  }

  @Override
  void sendAgain(long nowNanos) {
    Record record = proposed;
    Version drawn = ballot;
    if (phase == Phase.ACCEPTING && record != null) {
      sendAgain(
          plan.replicas(), nowNanos, replica -> context.network().send(replica, message(record)));
    } else if (phase == Phase.PREPARING && drawn != null) {
      sendAgain(
          plan.serving(), nowNanos, replica -> context.network().send(replica, message(drawn)));
    }
  }

  @Override
  public void census(Census census) {
    if (phase == Phase.ACCEPTING) {
      tellAwaited(census);
    }
  }

  /** The next time that a caller has given up. */
  @Override
  public long deadlineNanos() {
    return parts.nextDeadline(deadlineNanos);
  }

  /** Those whose time is over are told; it goes on for the others. */
  @Override
  public void expire() {
    Map<Part, Outcome> late = late();
    if (late.size() == parts.untold().size()) {
      endWith(late);
    } else {
      late.forEach(Part::tell);
    }
  }

  private Map<Part, Outcome> late() {
    Map<Part, Outcome> late = new LinkedHashMap<>();
    for (Part part : parts.late(context.clock().nanos())) {
      late.put(
          part,
          new Outcome.Failed(
              Failures.deadlineExceeded(
                  plan, Level.QUORUM, tally.enough(), tally.granted(), part.isSent())));
    }
    return late;
  }

  @Override
  void noFirstWord(Outcome outcome) {
    Map<Part, Outcome> late = late();
    if (late.size() == parts.untold().size()) {
      end(outcome);
    } else {
      late.forEach(Part::tell);
      beginAgain();
    }
  }

  @Override
  void end(Outcome ofAll) {
    Map<Part, Outcome> outcomes = new LinkedHashMap<>();
    parts.untold().forEach(part -> outcomes.put(part, ofAll));
    callback.done(outcomes, null);
  }

  /** All parts are judged, though it need not be accepted. */
  private void endWith(Map<Part, Outcome> outcomes) {
    leave();
    callback.done(outcomes, null);
  }
}

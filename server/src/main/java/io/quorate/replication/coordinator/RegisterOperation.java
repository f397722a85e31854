package io.quorate.replication.coordinator;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.coordinator.RegisterChange.Judged;
import io.quorate.replication.coordinator.RegisterChange.Judgement;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One operation on a key of a linearizable tenant (docs/design/linearizable.md). A read looks first
 * whether enough replicas have accepted the same; if so, that is the answer. All else, and a read
 * that finds them disagree, has replicas promise a ballot, takes the register that any of them has
 * accepted by the highest ballot before, changes it or leaves it as it is, and has that accepted.
 *
 * <p>It begins again with a higher ballot whenever another proposer has outbid it, and whenever
 * another epoch has begun: what was promised under one is not built on under another.
 */
final class RegisterOperation implements InFlight {
  /** Of a read: whatever is agreed on is good enough. */
  static final long ANY_EPOCH = 0;

  /** Has the register accepted by a new ballot, whatever is agreed on. */
  static final long NO_EPOCH = Long.MAX_VALUE;

  private static final String GIVEN_UP =
      "this node may not coordinate it any more under the epoch that has begun";

  private static final String LOCKS_SILENT =
      "the leader of the locks did not say in time whether the token is that of a lock that is"
          + " held";

  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
  private static final int WAIT_DOUBLINGS_MAX = 5;

  private final Context context;
  private final MissedWrites hints;
  private final Key key;
  private final long deadlineNanos;
  private final RegisterChange change;

  /** What is agreed on answers a read if it was accepted under this epoch, or a later one. */
  private final long sinceEpoch;

  private final Callback callback;

  /** Begins the request again on a replica after this node has ceased to be one. */
  private final Runnable again;

  /** Is told what came of each part of the change, in their order. */
  interface Callback {
    void done(List<Outcome> outcomes);
  }

  private enum Phase {
    READING,
    PREPARING,
    ASKING,
    ACCEPTING,
    WAITING
  }

  private Plan plan;
  private Phase phase = Phase.READING;
  private RegisterReading reading;
  private RegisterTally tally;
  private @Nullable Version ballot;
  private @Nullable Record proposed;

  /** Of the round under way; answers to earlier ones carry another and are not heard. */
  private long id;

  /** The hybrid time that the next ballot must be above. */
  private long above;

  /** How often it was outbid. */
  private int attempts;

  private long notBeforeNanos;
  private long sentNanos;

  /** Whether its change was sent to any replica: then it may take effect, or have done so. */
  private boolean sent;

  /** How each part of the change is judged by what is proposed. */
  private List<Judged> judged = List.of();

  /** Whether a replica serves another epoch, of which this node has not heard yet. */
  private boolean behind;

  private boolean finished;
  private String lastRefusal = "not heard";

  RegisterOperation(
      Context context,
      MissedWrites hints,
      Plan plan,
      Key key,
      long deadlineNanos,
      RegisterChange change,
      long sinceEpoch,
      Callback callback,
      Runnable again) {
    this.context = context;
    this.hints = hints;
    this.plan = plan;
    this.key = key;
    this.deadlineNanos = deadlineNanos;
    this.change = change;
    this.sinceEpoch = sinceEpoch;
    this.callback = callback;
    this.again = again;
    this.above = change.above();
    this.reading = newReading();
    this.tally = new RegisterTally(readQuorum());
  }

  private Quorum readQuorum() {
    return plan.stage().forRead(Level.QUORUM);
  }

  private Quorum writeQuorum() {
    return context.rules().forWrite(plan.stage(), Level.QUORUM);
  }

  private RegisterReading newReading() {
    return new RegisterReading(
        context.rules().toAgree(plan.stage()), context.rules().countsDifferentBallots());
  }

  /** Begins, unless too few replicas are live. */
  void start() {
    if (FirstWord.isAwaited(context, plan, writeQuorum())) {
      FirstWord.await(
          context, plan, Level.QUORUM, writeQuorum(), deadlineNanos, this::allEnd, again);
      return;
    }
    RegisterTally needed = new RegisterTally(writeQuorum());
    failDead(needed);
    if (needed.verdict() == Verdict.UNREACHABLE) {
      context.events().accept(new CoordinatorEvent.FailedFast(Level.QUORUM));
      allEnd(new Outcome.Failed(unavailable(needed)));
      return;
    }
    id = context.table().add(this);
    begin();
  }

  private Failure unavailable(RegisterTally needed) {
    return Failures.unavailable(plan, Level.QUORUM, needed.enough(), needed.failed(), lastRefusal);
  }

  private void begin() {
    behind = false;
    if (!change.isWrite() && sinceEpoch != NO_EPOCH && attempts == 0) {
      read();
    } else {
      prepare();
    }
  }

  // Reading

  /** Asks its own replica first, so that the others need not send what it has. */
  private void read() {
    phase = Phase.READING;
    reading = newReading();
    sentNanos = context.clock().nanos();
    for (NodeId replica : plan.serving()) {
      if (!context.liveness().isLive(replica)) {
        reading.fail(replica);
      }
    }
    long round = id;
    context
        .replica()
        .read(
            question(null),
            outcome -> {
              if (round == id && !finished) {
                onOwnRead(outcome);
              }
            });
  }

  private void onOwnRead(ReadOutcome outcome) {
    Summary own = outcome instanceof Held(Record record) ? record.summary() : null;
    for (NodeId replica : plan.serving()) {
      if (!replica.equals(context.self()) && reading.awaits(replica)) {
        context.network().send(replica, question(own));
      }
    }
    known = own;
    onReadReply(context.self(), outcome);
  }

  /** What the others are asked beside. */
  private @Nullable Summary known;

  private Read question(@Nullable Summary beside) {
    return new Read(
        id,
        plan.partition(),
        plan.epoch(),
        key,
        beside,
        false,
        0,
        context.timeoutMillis(deadlineNanos));
  }

  @Override
  public void onReadReply(NodeId from, ReadOutcome outcome) {
    if (finished || phase != Phase.READING || !plan.serving().contains(from)) {
      return;
    }
    boolean isOwn = from.equals(context.self());
    switch (outcome) {
      case Same same -> reading.answer(from, isOwn ? null : known, null);
      case Nothing nothing -> reading.answer(from, null, null);
      case HeldSummary(Summary summary) -> reading.answer(from, summary, null);
      case Held(Record record) when !record.isOfRegister() || isDoubtful(from, record) ->
          reading.fail(from);
      case Held(Record record) -> reading.answer(from, record.summary(), record);
      case StaleEpoch stale -> {
        overtaken();
        return;
      }
      case Refused refused -> {
        lastRefusal = refused.reason();
        reading.fail(from);
      }
    }
    decideReading();
  }

  private void decideReading() {
    if (reading.isAgreed()) {
      Record agreed = reading.agreed();
      Judgement seen = change.look(Register.of(agreed, plan.purged()));
      if (seen != null && (agreed == null || agreed.version().token() >= sinceEpoch)) {
        context.events().accept(CoordinatorEvent.Window.REGISTER_READ_IN_ONE_ROUND);
        context.table().remove(id);
        finish(seen == Judgement.FENCED ? fencedOff(agreed) : shown(agreed, reading.answered()));
      } else {
        prepareNext();
      }
    } else if (!reading.mayAgree()) {
      context.events().accept(CoordinatorEvent.Window.REGISTER_READ_DISAGREED);
      prepareNext();
    }
  }

  /** Another replica tells of a time that no clock of the cluster can have shown. */
  private boolean isDoubtful(NodeId from, Record record) {
    return isDoubtful(from, record.version().hlc());
  }

  private boolean isDoubtful(NodeId from, long hlc) {
    return !from.equals(context.self()) && !context.isCredible(hlc);
  }

  // Preparing

  private void prepareNext() {
    id = context.table().renew(id);
    prepare();
  }

  private void prepare() {
    phase = Phase.PREPARING;
    long hlc = context.hybridClock().stampAbove(above, context.clock().wallMillis());
    if (hlc == HybridClock.NO_TIME_LEFT) {
      fail(Failures.noTimeLeft(plan));
      return;
    }
    Version next = new Version(plan.epoch(), hlc, context.self(), context.boot());
    ballot = next;
    tally = new RegisterTally(readQuorum());
    failDead(tally);
    sentNanos = context.clock().nanos();
    Prepare message = message(next);
    long round = id;
    for (NodeId replica : plan.serving()) {
      if (tally.awaits(replica) && !replica.equals(context.self())) {
        context.network().send(replica, message);
      }
    }
    context
        .replica()
        .prepare(
            message,
            outcome -> {
              if (round == id && !finished) {
                onPrepareReply(context.self(), outcome);
              }
            });
    if (round == id && !finished) {
      decide();
    }
  }

  private Prepare message(Version next) {
    return new Prepare(
        id, plan.partition(), plan.epoch(), key, next, context.timeoutMillis(deadlineNanos));
  }

  @Override
  public void onPrepareReply(NodeId from, PrepareOutcome outcome) {
    if (finished || phase != Phase.PREPARING || !plan.serving().contains(from)) {
      return;
    }
    switch (outcome) {
      case Promised(Record accepted)
          when accepted != null && (!accepted.isOfRegister() || isDoubtful(from, accepted)) ->
          tally.fail(from);
      case Promised(Record accepted) -> tally.promise(from, accepted);
      case PromisedHigher(Version higher) when isDoubtful(from, higher.hlc()) -> tally.fail(from);
      case PromisedHigher(Version higher) -> tally.outbid(from, higher);
      case StaleEpoch stale -> {
        overtaken();
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

  // Accepting

  private void accept() {
    Version under = ballot;
    Record accepted = tally.accepted();
    if (under == null) {
      return;
    }
    if (accepted != null && Long.compareUnsigned(accepted.version().hlc(), under.hlc()) >= 0) {
      // Of an earlier epoch, by a clock that was ahead. Times rise along what follows upon each
      // other, so that a purge up to one has all before it.
      above = Hlc.later(above, accepted.version().hlc());
      prepareNext();
      return;
    }
    Register before = Register.of(accepted, plan.purged());
    if (context.rules().asksForTokens() && change.asksForToken(before)) {
      askForToken(before, under);
    } else {
      propose(change.apply(before), under);
    }
  }

  private void propose(RegisterChange.Result result, Version under) {
    judged = result.judged();
    Record record = result.register().toRecord(under);
    if (result.isForgotten()) {
      context.table().remove(id);
      finish(outcomes(record));
    } else if (isFencedOff() && !context.rules().remembersFencedOff()) {
      context.table().remove(id);
      finish(fencedOff(record));
    } else {
      accept(record);
    }
  }

  private boolean isFencedOff() {
    return judged.stream().anyMatch(each -> each.judgement() == Judgement.FENCED);
  }

  /**
   * Asks after enough replicas have promised the ballot: what a later holder of the lock has
   * accepted has a higher one (docs/design/fencing.md#purge).
   */
  private void askForToken(Register before, Version under) {
    context.events().accept(CoordinatorEvent.Window.TOKEN_ASKED_FOR);
    phase = Phase.ASKING;
    id = context.table().renew(id);
    long round = id;
    long now = context.clock().nanos();
    context
        .tokens()
        .ask(
            change.token(),
            now + (deadlineNanos - now) / 2,
            answer -> {
              if (round == id && !finished) {
                onToken(answer, before, under);
              }
            });
  }

  private void onToken(HeldTokens.Answer answer, Register before, Version under) {
    switch (answer) {
      case HELD -> propose(change.apply(before), under);
      case NOT_HELD -> {
        context.events().accept(CoordinatorEvent.Window.TOKEN_NOT_HELD);
        propose(change.refuse(before), under);
      }
      case UNKNOWN -> {
        context.events().accept(CoordinatorEvent.Window.TOKEN_NOT_KNOWN);
        fail(sent ? outcomeUnknown(LOCKS_SILENT) : Failures.tokenNotKnown(plan, LOCKS_SILENT));
      }
    }
  }

  private void accept(Record record) {
    phase = Phase.ACCEPTING;
    proposed = record;
    id = context.table().renew(id);
    tally = new RegisterTally(writeQuorum());
    failDead(tally);
    sentNanos = context.clock().nanos();
    Write message = message(record);
    long round = id;
    for (NodeId replica : plan.replicas()) {
      if (tally.awaits(replica) && !replica.equals(context.self())) {
        sent |= change.isWrite();
        context.tracks().of(replica).sent();
        context.network().send(replica, message);
      }
    }
    if (plan.replicas().contains(context.self())) {
      sent |= change.isWrite();
      context
          .replica()
          .writeAgain(
              message,
              outcome -> {
                if (round == id && !finished) {
                  onWriteReply(context.self(), outcome);
                }
              });
    }
    if (round == id && !finished) {
      decide();
    }
  }

  private Write message(Record record) {
    return new Write(
        id,
        plan.partition(),
        plan.epoch(),
        key,
        record,
        Cause.FRESH,
        context.timeoutMillis(deadlineNanos));
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    if (finished || phase != Phase.ACCEPTING) {
      return;
    }
    if (!from.equals(context.self())) {
      if (outcome instanceof NotTaken) {
        context.tracks().refusedWrite(from);
      } else {
        context.tracks().answeredWrite(from, sentNanos);
      }
    }
    switch (outcome) {
      case Stored stored when plan.serving().contains(from) -> tally.grant(from);
      case Stored stored -> tally.keep(from);
      case StoredWhileFilling uncounted -> tally.keep(from);
      case HoldsNewer(Version higher) -> outbid(from, higher);
      case PromisedHigher(Version higher) -> outbid(from, higher);
      case BelowPromise(long promised) when !context.isCredible(promised) -> tally.fail(from);
      case BelowPromise(long promised) -> {
        context.events().accept(CoordinatorEvent.Window.STAMPED_ABOVE_PROMISE);
        above = Hlc.later(above, promised);
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

  private void decide() {
    switch (tally.verdict()) {
      case PENDING -> {}
      case REACHED -> {
        if (phase == Phase.PREPARING) {
          accept();
        } else if (phase == Phase.ACCEPTING) {
          accepted();
        }
      }
      case UNREACHABLE -> {
        if (tally.isOutbid()) {
          above = Hlc.later(above, tally.above());
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

  /** Gives way to the other proposer for a while, the longer the more often it was outbid. */
  private void tryAgain() {
    context.events().accept(CoordinatorEvent.Window.BALLOT_OUTBID);
    attempts++;
    id = context.table().renew(id);
    if (attempts == 1) {
      prepare();
      return;
    }
    phase = Phase.WAITING;
    long most = WAIT_NANOS << Math.min(attempts - 2, WAIT_DOUBLINGS_MAX);
    long mixed = (id ^ context.self().value()) * 0x9E3779B97F4A7C15L;
    notBeforeNanos = context.clock().nanos() + Math.floorMod(mixed ^ mixed >>> 32, most);
  }

  private void accepted() {
    Record chosen = proposed;
    if (chosen == null) {
      return;
    }
    finished = true;
    if (plan.replicas().contains(context.self())) {
      Stragglers.settle(
          context,
          hints,
          new Stragglers.Sent(id, plan, key, sentNanos, List.of()),
          tally.settled(),
          tally.failed().stream().filter(each -> !tally.settled().contains(each)).toList());
    } else {
      context.table().remove(id);
    }
    finish(outcomes(chosen));
  }

  private List<Outcome> outcomes(Record chosen) {
    List<RegisterChange> parts = change.parts();
    List<Outcome> outcomes = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      outcomes.add(outcome(parts.get(i), judged.get(i), chosen));
    }
    return outcomes;
  }

  private Outcome outcome(RegisterChange part, Judged judged, Record chosen) {
    if (!(part instanceof RegisterChange.Write write)) {
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
      case NOT_MET -> new Outcome.Failed(Failures.conditionFailed(plan, write.edit()).asDecided());
      case FENCED -> fencedOff(chosen);
      case FORGOTTEN -> new Outcome.Failed(forgotten(write, judged.number()));
    };
  }

  private Failure forgotten(RegisterChange.Write write, long floor) {
    context.events().accept(CoordinatorEvent.Window.REGISTER_FORGOT);
    return write.first() && !sent
        ? Failures.stampTooLow(plan, floor)
        : Failures.stampForgotten(plan, write.above());
  }

  private Outcome fencedOff(@Nullable Record by) {
    context.events().accept(CoordinatorEvent.Window.TOKEN_FENCED_OFF);
    Failure failure = Failures.fenced(plan, change.token(), Register.of(by, 0).fence());
    return new Outcome.Failed(change.isWrite() ? failure.asDecided() : failure);
  }

  private Outcome shown(@Nullable Record record, List<NodeId> answered) {
    ResultInfo info = info(record, answered);
    if (record == null) {
      return Outcome.Read.nothing(plan.purged(), info);
    }
    Record shown = Register.shown(record);
    if (shown != null) {
      return Outcome.Read.of(shown, info);
    }
    Register deleted = Register.of(record, 0);
    return deleted.wasWritten()
        ? Outcome.Read.absent(deleted.version(), info)
        : Outcome.Read.nothing(plan.purged(), info);
  }

  private ResultInfo info(@Nullable Record found, List<NodeId> answered) {
    return new ResultInfo(
        plan.partition(),
        plan.epoch(),
        answered,
        context.rules().tellsOfLoss() && plan.mayHaveLost(found),
        context.hybridClock().read(context.clock().wallMillis()));
  }

  // Epochs, time, and the end

  private void overtaken() {
    context.events().accept(CoordinatorEvent.Window.WRITE_OF_ENDED_EPOCH);
    behind = true;
    planAgain();
  }

  private void planAgain() {
    Plan next = context.plans().again(plan);
    if (next == null) {
      fail(sent ? outcomeUnknown(GIVEN_UP) : Failure.unknownTenant(plan.tenant().name()));
      return;
    }
    if (next.epoch() == plan.epoch()) {
      return; // this node has not heard of the new epoch yet: it goes on when it has
    }
    if (!next.serving().contains(context.self())) {
      if (sent) {
        fail(outcomeUnknown(GIVEN_UP));
      } else {
        finished = true;
        context.table().remove(id);
        again.run();
      }
      return;
    }
    plan = next;
    id = context.table().renew(id);
    begin();
  }

  @Override
  public void placementsChanged() {
    if (behind) {
      planAgain();
    }
  }

  @Override
  public void check(long nowNanos) {
    switch (phase) {
      case WAITING -> {
        if (nowNanos - notBeforeNanos >= 0 && !behind) {
          prepareNext();
        }
      }
      case READING -> {
        if (nowNanos - sentNanos > Context.RESEND_NANOS && !behind) {
          prepareNext();
        }
      }
      case ASKING -> {} // answered until its deadline
      case PREPARING, ACCEPTING -> {
        failDead(tally);
        decide();
        if (!finished && nowNanos - sentNanos > Context.RESEND_NANOS) {
          sendAgain(nowNanos);
        }
      }
    }
  }

  private void sendAgain(long nowNanos) {
    long unansweredSince = sentNanos;
    sentNanos = nowNanos;
    boolean accepting = phase == Phase.ACCEPTING;
    for (NodeId replica : accepting ? plan.replicas() : plan.serving()) {
      if (replica.equals(context.self()) || !tally.awaits(replica)) {
        continue;
      }
      context.tracks().unanswered(replica, unansweredSince);
      if (accepting && proposed != null) {
        context.network().send(replica, message(proposed));
      } else if (!accepting && ballot != null) {
        context.network().send(replica, message(ballot));
      }
    }
  }

  @Override
  public void census(Census census) {
    if (phase == Phase.ACCEPTING) {
      for (NodeId replica : plan.replicas()) {
        if (!replica.equals(context.self()) && tally.awaits(replica)) {
          census.awaits(replica, sentNanos);
        }
      }
    }
  }

  private void failDead(RegisterTally counted) {
    for (NodeId replica : plan.replicas()) {
      if (!context.liveness().isLive(replica)) {
        counted.fail(replica);
      }
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public void expire() {
    fail(Failures.deadlineExceeded(plan, Level.QUORUM, tally.enough(), tally.granted(), sent));
  }

  private void fail(Failure failure) {
    if (!finished) {
      context.table().remove(id);
      finish(new Outcome.Failed(failure));
    }
  }

  private void finish(Outcome ofAll) {
    finished = true;
    allEnd(ofAll);
  }

  private void allEnd(Outcome outcome) {
    callback.done(Collections.nCopies(change.parts().size(), outcome));
  }

  private void finish(List<Outcome> outcomes) {
    finished = true;
    callback.done(outcomes);
  }
}

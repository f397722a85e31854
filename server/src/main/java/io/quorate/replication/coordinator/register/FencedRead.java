package io.quorate.replication.coordinator.register;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.FenceFailures;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.replication.coordinator.track.Census;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Mark;
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
import io.quorate.version.FenceRank;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A read under the token of a lock, of records of which the last write wins
 * (docs/design/fencing.md#raise-of-records). Replicas put a mark before what they hold, below which
 * they acknowledge nothing any more. The newest of what they hold is then raised to the version of
 * the mark, and is the answer once enough replicas have it: what an earlier holder has at fewer of
 * them is below.
 *
 * <p>It begins again with a later mark when another attempt was in between, and under another
 * epoch: marks of two epochs never make one quorum.
 */
public final class FencedRead extends BallotRound {
  private final long token;
  private final @Nullable Minimum minimum;
  private final Consumer<Outcome> callback;

  private enum Phase {
    MARKING,
    ASKING,
    RAISING,
    WAITING
  }

  private final long startedNanos;
  private Phase phase = Phase.MARKING;

  /** What the locks have said of the token under this epoch. */
  private Mark asked = Mark.UNASKED;

  private @Nullable Version mark;

  /** The newest that lies under the marks so far; null for nothing. */
  private @Nullable Record found;

  /** What is raised, or written back. */
  private @Nullable Record raised;

  /** The highest token that replicas know of which refused this one; 0 if none did. */
  private long fence;

  public FencedRead(
      Context context,
      MissedWrites hints,
      Plan plan,
      ClientRequest request,
      Operation.Get get,
      Consumer<Outcome> callback,
      Runnable again) {
    super(context, hints, plan, request.key(), request.deadlineNanos(), again);
    this.token = get.fenceToken();
    this.minimum = get.minimum();
    this.startedNanos = context.clock().nanos();
    this.callback = callback;
  }

  /** What was said of the token was said under the epoch before. */
  @Override
  void begin() {
    asked = context.rules().asksForTokens() ? Mark.UNASKED : Mark.HELD;
    putMark();
  }

  // The mark

  private void markAgain() {
    renew();
    putMark();
  }

  private void putMark() {
    phase = Phase.MARKING;
    found = null;
    raised = null;
    long wall = context.clock().wallMillis();
    long hlc =
        above() == 0
            ? context.hybridClock().stamp(wall)
            : context.hybridClock().stampAbove(above(), wall);
    if (hlc == HybridClock.NO_TIME_LEFT) {
      fail(StampFailures.noTimeLeft(plan));
      return;
    }
    Version next = new Version(FenceRank.raised(token), hlc, context.self(), context.boot());
    mark = next;
    count(writeQuorum());
    ask(plan.replicas(), message(next));
  }

  private Prepare message(Version of) {
    return new Prepare(
        id, plan.partition(), plan.epoch(), key, of, asked, context.timeoutMillis(deadlineNanos));
  }

  @Override
  public void onPrepareReply(NodeId from, PrepareOutcome outcome) {
    if (isFinished() || phase != Phase.MARKING || !plan.serving().contains(from)) {
      return;
    }
    switch (outcome) {
      case Promised(Record held)
          when held != null
              && (held.isMarked()
                  || !plan.model().isOf(held)
                  || isDoubtful(from, held.version().hlc())) ->
          tally.fail(from);
      case Promised(Record held) -> {
        tally.grant(from);
        if (held != null) {
          found = found == null ? held : RecordModel.LAST_WRITE_WINS.merge(found, held);
        }
      }
      case PromisedHigher(Version higher) -> metHigher(from, higher);
      case FenceForgotten forgotten -> {
        askForToken();
        return;
      }
      case StaleEpoch stale -> {
        overtaken();
        return;
      }
      case Refused refused -> refused(from, refused.reason());
    }
    decide();
  }

  /** A replica holds what is above, or later: of a later holder, or of this one. */
  private void metHigher(NodeId from, Version higher) {
    if (isDoubtful(from, higher.hlc())) {
      tally.fail(from);
    } else if (higher.rank() > FenceRank.fresh(token)) {
      fence = Math.max(fence, FenceRank.token(higher.rank()));
      tally.fail(from);
    } else {
      tally.outbid(from, higher);
    }
  }

  /** The answer is of this epoch: see {@code WriteOperation}. */
  private void askForToken() {
    phase = Phase.ASKING;
    askForToken(token, this::onToken);
  }

  private void onToken(HeldTokens.Answer answer) {
    switch (answer) {
      case HeldTokens.IsHeld held -> {
        asked = Mark.HELD;
        markAgain();
      }
      case HeldTokens.NotHeld notHeld -> {
        context.events().accept(CoordinatorEvent.Window.TOKEN_NOT_HELD);
        fail(fenced());
      }
      case HeldTokens.NotKnown notKnown -> {
        context.events().accept(CoordinatorEvent.Window.TOKEN_NOT_KNOWN);
        fail(FenceFailures.tokenNotKnown(plan, FenceFailures.LOCKS_SILENT));
      }
    }
  }

  private Failure fenced() {
    context.events().accept(CoordinatorEvent.Window.TOKEN_FENCED_OFF);
    return FenceFailures.fenced(plan, token, fence);
  }

  // Raising

  private void raise() {
    Record held = found;
    Version at = mark;
    if (at == null) {
      return;
    }
    Version seen = minimum == null ? null : minimum.version();
    if (seen != null && isMissing()) {
      if (fence != 0) {
        fail(fenced()); // a later holder was at a replica that was waited for
        return;
      }
      fail(
          Failures.belowMinimum(
              plan, seen, held == null ? null : held.version(), tally.granted(), tally.failed()));
      return;
    }
    if (held != null && held.version().rank() == FenceRank.fresh(token)) {
      context.events().accept(CoordinatorEvent.Window.READ_WHAT_IS_FRESH);
      write(held, Cause.WRITTEN_BACK);
    } else if (context.rules().raisesWhatIsRead()) {
      context.events().accept(CoordinatorEvent.Window.RAISED);
      write(raised(held, at), Cause.FRESH);
    } else {
      leave();
      callback.accept(shown(held));
    }
  }

  /** Whether what was found is less than what the caller's session has seen. */
  private boolean isMissing() {
    Version seen = minimum == null ? null : minimum.version();
    return seen != null && context.rules().checksMinimum() && !reaches(found, seen);
  }

  /** Whether a replica may still answer that has it: for half of the time, as for any read. */
  private boolean mayStillBeFound() {
    long sinceNanos = context.clock().nanos() - startedNanos;
    return sinceNanos < (deadlineNanos - startedNanos) / 2
        && plan.serving().stream().anyMatch(tally::awaits);
  }

  /** Whether what was found is what the caller's session has seen, or later. */
  private boolean reaches(@Nullable Record held, Version seen) {
    return held == null
        ? Long.compareUnsigned(seen.hlc(), plan.purged()) <= 0
        : plan.model().reaches(held.summary(), seen);
  }

  /** What was found, or that nothing was, with the version of the mark. */
  private Record raised(@Nullable Record held, Version at) {
    Version version =
        new Version(context.rules().rankOfRaised(token), at.hlc(), at.node(), at.boot());
    if (held == null) {
      return Record.tombstone(version, 0);
    }
    return held.isTombstone()
        ? Record.tombstone(version, held.epoch())
        : Record.value(version, held.epoch(), held.expiresAtMillis(), held.copyValue());
  }

  private void write(Record record, Cause cause) {
    phase = Phase.RAISING;
    raised = record;
    renew();
    count(writeQuorum());
    bring(message(record, cause));
  }

  private Write message(Record record, Cause cause) {
    return new Write(
        id,
        plan.partition(),
        plan.epoch(),
        key,
        record,
        cause,
        context.timeoutMillis(deadlineNanos));
  }

  private static Cause cause(Record record) {
    return FenceRank.isRaised(record.version().rank()) ? Cause.FRESH : Cause.WRITTEN_BACK;
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    if (isFinished() || phase != Phase.RAISING || raised == null) {
      return;
    }
    track(from, outcome);
    switch (outcome) {
      case Stored stored when plan.serving().contains(from) -> tally.grant(from);
      case Stored stored -> tally.keep(from);
      case StoredWhileFilling uncounted -> tally.keep(from);
      case HoldsNewer(Version higher) when isAsGood(higher) -> tally.grant(from);
      case HoldsNewer(Version higher) -> metHigher(from, higher);
      case PromisedHigher higher -> tally.fail(from); // told of registers only
      case BelowPromise(long promised) when !context.isCredible(promised) -> tally.fail(from);
      case BelowPromise(long promised) -> {
        context.events().accept(CoordinatorEvent.Window.STAMPED_ABOVE_PROMISE);
        mustBeAbove(promised);
        tryAgain();
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

  /** What the holder itself has written since is concurrent with what it had written before. */
  private boolean isAsGood(Version higher) {
    return !context.rules().ordersAttempts()
        || (raised != null
            && raised.version().rank() == FenceRank.fresh(token)
            && higher.rank() == FenceRank.fresh(token));
  }

  @Override
  void decide() {
    switch (tally.verdict()) {
      case PENDING -> {}
      case REACHED -> {
        if (phase == Phase.MARKING && isMissing() && mayStillBeFound()) {
          return;
        }
        if (phase == Phase.MARKING) {
          roundEnds();
          raise();
        } else if (phase == Phase.RAISING) {
          answer();
        }
      }
      case UNREACHABLE -> {
        if (phase != Phase.MARKING && phase != Phase.RAISING) {
          return;
        }
        if (fence != 0) {
          fail(fenced());
        } else if (tally.isOutbid()) {
          mustBeAbove(tally.above());
          tryAgain();
        } else {
          fail(unavailable(tally));
        }
      }
    }
  }

  /** Gives way to the other attempt. */
  private void tryAgain() {
    context.events().accept(CoordinatorEvent.Window.RAISED_AGAIN);
    roundEnds();
    if (giveWay()) {
      putMark();
    } else {
      phase = Phase.WAITING;
    }
  }

  private void answer() {
    Record chosen = raised;
    settle();
    callback.accept(shown(chosen));
  }

  private Outcome shown(@Nullable Record record) {
    if (record == null) {
      return Outcome.Read.nothing(plan.purged(), info(null, tally.granted()));
    }
    long now = context.hybridClock().expiryMillis(context.clock().wallMillis());
    return record.isLiveAt(now)
        ? Outcome.Read.of(record, info(record, tally.granted()))
        : Outcome.Read.absent(record.version(), info(record, tally.granted()));
  }

  // Time, and the end

  /** A read applies nothing. */
  @Override
  @Nullable Failure ifSent(String why) {
    return null;
  }

  @Override
  public void check(long nowNanos) {
    switch (phase) {
      case WAITING -> {
        if (hasGivenWay(nowNanos) && !isBehind()) {
          markAgain();
        }
      }
      case ASKING -> {} // answered until its deadline
      case MARKING, RAISING -> awaitAnswers(nowNanos);
    }
  }

  @Override
  void sendAgain(long nowNanos) {
    Record record = raised;
    Version at = mark;
    if (phase == Phase.RAISING && record != null) {
      sendAgain(
          plan.replicas(),
          nowNanos,
          replica -> context.network().send(replica, message(record, cause(record))));
    } else if (phase == Phase.MARKING && at != null) {
      sendAgain(plan.replicas(), nowNanos, replica -> context.network().send(replica, message(at)));
    }
  }

  @Override
  public void census(Census census) {
    if (phase == Phase.RAISING) {
      tellAwaited(census);
    }
  }

  @Override
  public void expire() {
    fail(Failures.deadlineExceeded(plan, Level.QUORUM, tally.enough(), tally.granted(), false));
  }

  @Override
  void end(Outcome ofAll) {
    callback.accept(ofAll);
  }
}

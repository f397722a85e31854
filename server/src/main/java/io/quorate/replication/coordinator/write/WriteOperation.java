package io.quorate.replication.coordinator.write;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Stage;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.FenceFailures;
import io.quorate.replication.coordinator.operation.FirstWord;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.replication.coordinator.track.Census;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.replica.OwnReplica;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Version;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's put or delete, from stamp to answer (docs/design/protocol.md#a-write).
 *
 * <p>The record is stamped above what this node holds and sent to every replica. If the first full
 * quorum of answers includes higher versions, it is stamped again, once, above the highest of them,
 * and sent again; in that second round a higher version counts as an acknowledgement, for the write
 * that has it is concurrent. Without the second round a slow clock would lose acknowledged writes;
 * without its limit two coordinators could step over each other for ever.
 */
final class WriteOperation implements InFlight {
  private static final String GIVEN_UP =
      "this node may not coordinate it any more under the epoch that has begun";

  private static final String NOT_REMEMBERED =
      "a replica is away, and no more can be remembered for it here";

  private final Context context;
  private final ClientRequest request;
  private final Level level;

  private final Content content;
  private final OutcomeCallback callback;

  /** Restarts the write on a replica after this node has ceased to be one. */
  private final Runnable again;

  private final WriteRound round;

  /** Of the lock under which it is written; null: none. */
  private @Nullable WriteToken token;

  /** Made by the first stamp, and kept when sent again under another epoch. */
  private @Nullable Record record;

  private boolean restamped;

  /** Whether it was stamped again above a fence, which is not its one re-stamp. */
  private boolean stampedAboveFence;

  /** Whether a replica serves another epoch, of which this node has not heard yet. */
  private boolean behind;

  private String lastRefusal = "not heard";
  private boolean answered;

  WriteOperation(
      Context context,
      MissedWrites hints,
      Plan plan,
      ClientRequest request,
      Level level,
      Content content,
      OutcomeCallback callback,
      Runnable again) {
    this.context = context;
    this.request = request;
    this.level = level;
    this.content = content;
    this.callback = callback;
    this.again = again;
    this.round = new WriteRound(context, hints, plan, request, level);
    this.token = content.token() == 0 ? null : new WriteToken(context, content.token());
  }

  /** Sends the first round, unless too few replicas are live for it to succeed. */
  void start() {
    round.failDeadReplicas();
    Plan plan = round.plan();
    WriteTally tally = round.tally();
    if (FirstWord.isAwaited(context, plan, tally.quorum())) {
      FirstWord.await(
          context, plan, level, tally.quorum(), request.deadlineNanos(), callback, again);
      return;
    }
    if (tally.verdict() == Verdict.UNREACHABLE) {
      context.events().accept(new CoordinatorEvent.FailedFast(level));
      callback.done(
          new Outcome.Failed(
              Failures.unavailable(
                  plan, level, tally.quorum(), tally.failed(), "not heard from lately")));
      return;
    }
    NodeId forgotten = round.wouldBeForgotten();
    if (forgotten != null) {
      callback.done(new Outcome.Failed(rejected(forgotten)));
      return;
    }
    round.enter(this);
    firstRound();
  }

  private void firstRound() {
    long id = round.id();
    round.begin();
    Plan plan = round.plan();
    int timeoutMillis = context.timeoutMillis(request.deadlineNanos());
    OwnReplica.Stamper stamper = (held, promised) -> stampAboveOwn(id, held, promised);
    Consumer<WriteOutcome> answer = outcome -> onOwnReply(id, outcome);
    OwnReplica own = context.replica();
    if (cause() == Cause.FENCED) {
      own.writeFenced(
          plan.partition(), plan.epoch(), timeoutMillis, request.key(), stamper, answer);
    } else {
      own.writeFresh(plan.partition(), plan.epoch(), timeoutMillis, request.key(), stamper, answer);
    }
  }

  private Cause cause() {
    return token == null ? Cause.FRESH : token.cause(round.plan().epoch());
  }

  /**
   * Declines once the client was told that nothing was applied, or the round or its time is over: a
   * slow disk may ask that late, or one of a node that was paused.
   */
  private @Nullable Record stampAboveOwn(long id, @Nullable RecordHeader held, long promised) {
    if (!answered && id == round.id() && isTooLate()) {
      expire();
    }
    if (answered || id != round.id()) {
      context.events().accept(CoordinatorEvent.Window.STAMP_GIVEN_UP);
      return null;
    }
    NodeId forgotten = round.wouldBeForgotten(); // others may have taken the last room meanwhile
    if (forgotten != null) {
      Failure rejected = rejected(forgotten);
      answerFailed(mayHaveApplied() ? outcomeUnknown(NOT_REMEMBERED) : rejected);
      return null;
    }
    Plan plan = round.plan();
    Record stamped = content.stamp(context, plan, held, promised);
    if (stamped == null) {
      answerFailed(
          mayHaveApplied() ? outcomeUnknown(GIVEN_UP) : content.unstamped(plan, held, promised));
      return null;
    }
    record = stamped;
    round.sendToOthers(stamped, cause());
    return stamped;
  }

  private Failure rejected(NodeId replica) {
    context.events().accept(new CoordinatorEvent.HintRejected(replica));
    return WriteFailures.noRoomForHint(round.plan(), replica);
  }

  /**
   * Sends a record made before to every replica, this node's own included.
   *
   * @param counted whose answers count already
   */
  private void nextRound(Record again, List<NodeId> counted) {
    record = again;
    round.countAgain(counted);
    behind = false;
    long id = round.id();
    round.begin();
    round.sendToOthers(again, cause());
    if (!round.isOutside()) {
      context
          .replica()
          .writeAgain(round.message(again, cause()), outcome -> onOwnReply(id, outcome));
    }
    if (!answered) {
      decide(); // every other replica may have died meanwhile
    }
  }

  private void onOwnReply(long id, WriteOutcome outcome) {
    if (id == round.id() && !answered) {
      onWriteReply(context.self(), outcome);
    }
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    if (!from.equals(context.self())) {
      if (!round.isSent()) {
        return; // it answers what it was not sent
      }
      round.track(from, outcome);
    }
    WriteTally tally = round.tally();
    switch (outcome) {
      case Stored stored -> round.acked(from);
      case StoredWhileFilling uncounted -> round.kept(from);
      case HoldsNewer(Version version) when isDoubtful(from, version) -> {
        tally.doubt(from, version);
        lastRefusal = "it tells of a record that was stamped far ahead of all clocks";
      }
      case HoldsNewer(Version version) when isFencedOffBy(version) -> {
        tally.fail(from);
        ensureToken().refusedFor(version);
        lastRefusal = "the key was written or read under a later token";
      }
      case HoldsNewer(Version version) when isBelowFence(version) -> {
        // It may be older, and only raised: so this is no answer of a round, as above a promise.
        context.events().accept(CoordinatorEvent.Window.STAMPED_ABOVE_FENCE);
        if (restamped || stampedAboveFence) {
          context.events().accept(CoordinatorEvent.Window.STAMPED_ABOVE_FENCE_AGAIN);
        }
        stampedAboveFence = true;
        tally.told(version);
        stampAgain(tally.higher(), 0);
        return;
      }
      case HoldsNewer newer -> {
        round.acked(from);
        tally.told(newer.version());
      }
      case BelowPromise(long promised) when !context.isCredible(promised) -> {
        tally.fail(from);
        lastRefusal = "it tells of a purge up to a time that no clock has shown";
      }
      case BelowPromise below when !content.mayStampAgain() -> {
        context.events().accept(new CoordinatorEvent.StampForgotten());
        answerFailed(content.forgotten(round.plan(), written()));
        return;
      }
      case BelowPromise(long promised) -> {
        // Nothing was stored there, so this is no answer of a round: and not the one re-stamp.
        context.events().accept(CoordinatorEvent.Window.STAMPED_ABOVE_PROMISE);
        stampAgain(tally.higher(), promised);
        return;
      }
      case FenceForgotten forgotten -> {
        askForToken();
        return;
      }
      case StaleEpoch stale -> {
        context.events().accept(CoordinatorEvent.Window.WRITE_OF_ENDED_EPOCH);
        behind = true;
        planAgain();
        return;
      }
      case PromisedHigher higher -> {
        tally.fail(from); // registers are written otherwise
        lastRefusal = "it has promised a higher ballot";
      }
      case NotTaken refused when !round.isSent() -> {
        // The own replica alone was asked in this round, and the others are sent what it stamps.
        tally.fail(from);
        answerFailed(
            mayHaveApplied()
                ? outcomeUnknown(refused.reason())
                : WriteFailures.ownReplicaRefuses(round.plan(), refused.reason()));
        return;
      }
      case NotTaken refused -> {
        tally.fail(from);
        lastRefusal = refused.reason();
        round.sendPast(from, CoordinatorEvent.RelayFailed.RELAY_REFUSED, written(), cause());
      }
    }
    decide();
  }

  /**
   * Whether another replica tells of a version that no clock of the cluster can have shown, and
   * this node has not stamped above such a one itself. Stamped above that, the write would be
   * refused wherever nothing of the kind is held: one replica alone is not believed, and several
   * only where there are too few without them.
   */
  private boolean isDoubtful(NodeId from, Version told) {
    return !from.equals(context.self())
        && !context.isCredible(told.hlc())
        && context.isCredible(written().version().hlc());
  }

  /** Whether a replica holds what a later holder of the lock has written or read. */
  private boolean isFencedOffBy(Version version) {
    return content.token() != 0 && version.rank() > written().version().rank();
  }

  private boolean isBelowFence(Version version) {
    return version.rank() > written().version().rank()
        && round.plan().model().hasRanks()
        && content.mayStampAgain()
        && context.rules().stampsAboveFences();
  }

  /**
   * Returns the token under which it is written, and makes that of a write without a token, which
   * is 0, should a replica answer {@link FenceForgotten} to it: the locks then say that none is
   * held.
   */
  private WriteToken ensureToken() {
    WriteToken known = token == null ? new WriteToken(context, content.token()) : token;
    token = known;
    return known;
  }

  /** A replica may have forgotten later holders, so the locks are asked. */
  private void askForToken() {
    round.renew();
    long id = round.id();
    ensureToken().ask(request.deadlineNanos(), answer -> onToken(id, answer));
  }

  private void onToken(long id, HeldTokens.Answer answer) {
    if (id != round.id() || answered) {
      return;
    }
    WriteToken asked = ensureToken();
    asked.answered();
    Plan plan = round.plan();
    switch (answer) {
      case HeldTokens.IsHeld held -> {
        asked.heldUnder(plan.epoch());
        goOn();
      }
      case HeldTokens.NotHeld notHeld -> {
        context.events().accept(CoordinatorEvent.Window.TOKEN_NOT_HELD);
        answerFailed(asked.stale(plan, mayHaveApplied()));
      }
      case HeldTokens.NotKnown notKnown -> {
        context.events().accept(CoordinatorEvent.Window.TOKEN_NOT_KNOWN);
        answerFailed(
            mayHaveApplied()
                ? outcomeUnknown(FenceFailures.LOCKS_SILENT)
                : FenceFailures.tokenNotKnown(plan, FenceFailures.LOCKS_SILENT));
      }
    }
  }

  private void goOn() {
    if (record == null) {
      firstRound();
    } else {
      nextRound(record, List.of());
    }
  }

  private void decide() {
    Plan plan = round.plan();
    WriteTally tally = round.tally();
    switch (tally.verdict()) {
      case REACHED -> {
        Version higher = tally.higher();
        if (higher != null
            && content.mayStampAgain()
            && context.rules().mayStampAgain(plan.model(), restamped)) {
          restamped = true;
          stampAgain(higher, 0);
        } else {
          if (higher != null) {
            context
                .events()
                .accept(
                    content.mayStampAgain()
                        ? CoordinatorEvent.Window.STEPPED_OVER_TWICE
                        : CoordinatorEvent.Window.STORED_BELOW_ANOTHER);
          }
          answerWritten();
        }
      }
      case UNREACHABLE -> {
        if (record != null && round.sendToSpared(record, cause())) {
          return;
        }
        if (tally.believeDoubted()) {
          decide();
        } else if (token != null && token.isRefused()) {
          answerFailed(token.stale(plan, mayHaveApplied()));
        } else {
          answerFailed(
              mayHaveApplied()
                  ? outcomeUnknown(lastRefusal)
                  : Failures.unavailable(plan, level, tally.quorum(), tally.failed(), lastRefusal));
        }
      }
      case PENDING -> {
        if (plan.stage() instanceof Stage.Moving moving
            && moving.isOneSetEnough(level, tally.acked())) {
          context.events().accept(CoordinatorEvent.Window.WAITED_FOR_OTHER_SET);
        }
      }
    }
  }

  /**
   * Whether its client has given up, and may have gone elsewhere: a stamp that is made now could be
   * above what was acknowledged since.
   */
  private boolean isTooLate() {
    return request.deadlineNanos() - context.clock().nanos() <= 0;
  }

  private void stampAgain(@Nullable Version above, long promised) {
    if (isTooLate()) {
      expire();
      return;
    }
    boolean shown = context.unanswered().ended(written().version());
    context.events().accept(new CoordinatorEvent.Restamped(shown));
    Version own = written().version();
    Version floor = above == null ? own : Version.later(own, above);
    Record again = content.stampAgain(context, round.plan(), floor, promised);
    if (again == null) {
      answerFailed(outcomeUnknown(StampFailures.NO_TIME_LEFT));
    } else {
      nextRound(again, List.of());
    }
  }

  /**
   * Counts from zero under the placements as they are now: answers of two epochs never form one
   * quorum. The stamp is kept, and whether the one re-stamp is spent (docs/design/protocol.md#f3).
   */
  private void planAgain() {
    Plan next = context.plans().again(round.plan());
    if (next == null) {
      answerFailed(outcomeUnknown("the tenant is gone"));
      return;
    }
    if (next.epoch() == round.plan().epoch()) {
      return; // this node has not heard of the new epoch yet: it goes on when it has
    }
    if (record == null && !context.coordinates(next)) {
      answered = true;
      round.leave();
      context.events().accept(CoordinatorEvent.Window.WRITE_GIVEN_TO_A_REPLICA);
      again.run();
      return;
    }
    round.plannedOn(next);
    if (token != null) {
      token.answered(); // what the locks say now would be of the epoch before
    }
    if (round.isOutside()) {
      context.events().accept(CoordinatorEvent.Window.WRITTEN_FROM_OUTSIDE);
    }
    boolean stampsFirst = content.isStampedForEachEpoch() && context.rules().sendsWhatIsHeldNow();
    if (record != null && stampsFirst && !context.coordinates(next)) {
      answerFailed(outcomeUnknown(GIVEN_UP));
    } else if (record == null || stampsFirst) {
      if (record != null) {
        context.events().accept(CoordinatorEvent.Window.SIBLING_MADE_AGAIN);
      }
      round.countAgain(List.of());
      behind = false;
      firstRound();
    } else {
      boolean keep = context.rules().countsAnswersOfEndedEpochs();
      nextRound(record, keep ? List.copyOf(round.tally().acked()) : List.of());
    }
  }

  @Override
  public void placementsChanged() {
    if (behind) {
      planAgain();
    }
  }

  @Override
  public void check(long nowNanos) {
    if (isAsking()) {
      return; // answered until its deadline
    }
    round.failDeadReplicas();
    if (record != null) {
      round.sendPastDeadRelays(record, cause());
    }
    decide();
    if (!answered && record != null) {
      round.resendIfDue(nowNanos, record, cause());
    }
  }

  private boolean isAsking() {
    return token != null && token.isAsking();
  }

  @Override
  public void census(Census census) {
    if (record != null && !isAsking()) {
      round.census(census);
    }
  }

  @Override
  public long deadlineNanos() {
    return request.deadlineNanos();
  }

  @Override
  public void expire() {
    WriteTally tally = round.tally();
    answerFailed(
        Failures.deadlineExceeded(
            round.plan(), level, tally.quorum(), tally.acked(), mayHaveApplied()));
  }

  private void answerWritten() {
    Plan plan = round.plan();
    boolean stale = plan.stage().mayMiss(plan.tenant().readLevel(), level);
    if (plan.stage() instanceof Stage.Moving sets) {
      context.events().accept(CoordinatorEvent.Window.WRITTEN_TO_BOTH_SETS);
      if (sets.old().size() != sets.next().size()) {
        context.events().accept(CoordinatorEvent.Window.WRITTEN_TO_SETS_OF_TWO_SIZES);
      }
    }
    ResultInfo info =
        new ResultInfo(
            plan.partition(),
            plan.epoch(),
            round.tally().acked(),
            stale,
            context.hybridClock().read(context.clock().wallMillis()));
    finish(content.written(written(), info));
  }

  private Record written() {
    if (record == null) {
      throw new IllegalStateException("acknowledged before it was stamped");
    }
    return record;
  }

  private boolean mayHaveApplied() {
    return context.rules().mayHaveApplied(round.wasSent(), record != null);
  }

  private Failure outcomeUnknown(String reason) {
    WriteTally tally = round.tally();
    return Failures.outcomeUnknown(
        round.plan(), level, tally.quorum(), tally.acked(), tally.failed(), reason);
  }

  private void answerFailed(Failure failure) {
    finish(new Outcome.Failed(failure));
  }

  private void finish(Outcome outcome) {
    if (!answered) {
      answered = true;
      if (record == null) {
        round.leave();
      } else {
        context.unanswered().ended(record.version());
        round.settle();
      }
      callback.done(outcome);
    }
  }
}

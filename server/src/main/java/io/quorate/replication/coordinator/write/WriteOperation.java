package io.quorate.replication.coordinator.write;

import io.quorate.model.NodeId;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Level;
import io.quorate.placement.Stage;
import io.quorate.placement.TenantSetting;
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
import io.quorate.replication.coordinator.operation.Stragglers;
import io.quorate.replication.coordinator.track.Census;
import io.quorate.replication.coordinator.track.Relayed;
import io.quorate.replication.coordinator.track.TrackRecord;
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
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.replica.OwnReplica;
import io.quorate.version.FenceRank;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Version;
import java.util.ArrayList;
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

  private final Context context;
  private final MissedWrites hints;
  private final ClientRequest request;
  private final Level level;

  private final Content content;
  private final OutcomeCallback callback;

  /** Restarts the write on a replica after this node has ceased to be one. */
  private final Runnable again;

  private Plan plan;
  private WriteTally tally;

  /** Of the round under way; answers to earlier rounds carry another and are not heard. */
  private long id;

  /** Made by the first stamp, and kept when sent again under another epoch. */
  private @Nullable Record record;

  /** Whether any other node may have been sent the record: from then on it may take effect. */
  private boolean sent;

  private boolean restamped;

  /** The highest token that replicas know of which refused the write for that; 0 if none did. */
  private long fence;

  /** The epoch under which the locks have said that the token is held; 0: none. */
  private long heldUnder;

  /** Whether the locks are asked for the token, and no answer of replicas is awaited. */
  private boolean asking;

  /** Whether a replica serves another epoch, of which this node has not heard yet. */
  private boolean behind;

  private String lastRefusal = "not heard";

  /** What replicas of other regions are to pass on in this round. */
  private List<Relayed> relayed = List.of();

  /** When the round began. */
  private long roundNanos;

  private long sentNanos;
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
    this.hints = hints;
    this.plan = plan;
    this.request = request;
    this.level = level;
    this.content = content;
    this.callback = callback;
    this.again = again;
    this.tally = newTally(List.of());
  }

  /** For a round under the plan as it is now. */
  private WriteTally newTally(List<NodeId> counted) {
    return new WriteTally(context.rules().forWrite(plan.stage(), level), counted);
  }

  /** Sends the first round, unless too few replicas are live for it to succeed. */
  void start() {
    failDeadReplicas();
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
    NodeId forgotten = wouldBeForgotten();
    if (forgotten != null) {
      callback.done(new Outcome.Failed(rejected(forgotten)));
      return;
    }
    id = context.table().add(this);
    firstRound();
  }

  private void firstRound() {
    long round = id;
    roundNanos = context.clock().nanos();
    sentNanos = roundNanos;
    int timeoutMillis = context.timeoutMillis(request.deadlineNanos());
    OwnReplica.Stamper stamper = (held, promised) -> stampAboveOwn(round, held, promised);
    Consumer<WriteOutcome> answer = outcome -> onOwnReply(round, outcome);
    OwnReplica own = context.replica();
    if (cause() == Cause.FENCED) {
      own.writeFenced(
          plan.partition(), plan.epoch(), timeoutMillis, request.key(), stamper, answer);
    } else {
      own.writeFresh(plan.partition(), plan.epoch(), timeoutMillis, request.key(), stamper, answer);
    }
  }

  /** What the locks have said of a token is said of one epoch (docs/design/fencing.md#epoch). */
  private Cause cause() {
    boolean mayBeStale =
        content.token() != 0 && heldUnder != plan.epoch() && context.rules().asksForTokens();
    return mayBeStale ? Cause.FENCED : Cause.FRESH;
  }

  /**
   * Declines once the client was told that nothing was applied, or the round is over: a slow disk
   * may ask that late.
   */
  private @Nullable Record stampAboveOwn(long round, @Nullable RecordHeader held, long promised) {
    if (answered || round != id) {
      context.events().accept(CoordinatorEvent.Window.STAMP_GIVEN_UP);
      return null;
    }
    NodeId forgotten = wouldBeForgotten(); // others may have taken the last room meanwhile
    if (forgotten != null) {
      answerFailed(rejected(forgotten));
      return null;
    }
    Record stamped = content.stamp(context, plan, held, promised);
    if (stamped == null) {
      answerFailed(sent ? outcomeUnknown(GIVEN_UP) : content.unstamped(plan, held, promised));
      return null;
    }
    record = stamped;
    sendToOthers(stamped);
    return stamped;
  }

  /** A replica that misses this write for certain, and for which no more may be remembered. */
  private @Nullable NodeId wouldBeForgotten() {
    for (NodeId replica : tally.failed()) {
      if (!replica.equals(context.self()) && !mayMiss(replica)) {
        return replica;
      }
    }
    return null;
  }

  /**
   * Whether a replica may go without this write: it is remembered, or the tenant puts up with it.
   */
  private boolean mayMiss(NodeId replica) {
    return plan.tenant().get(TenantSetting.HINT_OVERFLOW) == HintOverflow.MARK
        || !context.rules().refusesWhatCannotBeHinted()
        || hints.hasRoom(replica, plan.partition(), plan.epoch(), request.key());
  }

  private Failure rejected(NodeId replica) {
    context.events().accept(new CoordinatorEvent.HintRejected(replica));
    return WriteFailures.noRoomForHint(plan, replica);
  }

  /** Called in the turn in which the record is stored here, so that hints share its fate. */
  private void sendToOthers(Record stamped) {
    boolean relays = context.relays().mayRelay();
    List<NodeId> others = relays ? new ArrayList<>(plan.replicas().size()) : List.of();
    for (NodeId replica : plan.replicas()) {
      if (replica.equals(context.self())) {
        continue;
      }
      TrackRecord track = context.tracks().of(replica);
      if (!tally.hasFailed(replica)
          && !track.hasRoom()
          && tally.canDoWithout(replica)
          && mayMiss(replica)) {
        // One that owes many answers is not made to owe one more: its hint is brought at its pace.
        tally.spare(replica);
        context.events().accept(new CoordinatorEvent.WriteSpared(replica));
      }
      if (tally.hasFailed(replica)) {
        missed(replica);
      } else {
        sent = true;
        track.sent();
        if (relays) {
          others.add(replica);
        } else {
          context.network().send(replica, message(stamped));
        }
      }
    }
    relayed = relays ? context.relays().send(others, message(stamped)) : List.of();
  }

  /**
   * Sends it directly to those that have not answered, to which another replica was to pass it on:
   * that one has failed, so they may never have got it, and are not blamed.
   */
  private void sendPast(NodeId relay, CoordinatorEvent.RelayFailed how) {
    Relayed left = Relayed.by(relay, relayed);
    if (left == null || record == null || answered) {
      return;
    }
    relayed = relayed.stream().filter(each -> !each.equals(left)).toList();
    if (left.others().stream().anyMatch(tally::awaits)) {
      context.relays().failed(left, how, tally::awaits);
      for (NodeId replica : left.others()) {
        if (tally.awaits(replica)) {
          context.network().send(replica, message(record));
        }
      }
    }
  }

  /** The others do not suffice after all. Whether there was anyone left to send to. */
  private boolean sendToSpared() {
    if (record == null) {
      return false;
    }
    List<NodeId> left = tally.takeSpared();
    left.removeIf(replica -> !context.liveness().isLive(replica));
    for (NodeId replica : left) {
      context.events().accept(CoordinatorEvent.Window.SPARED_IN_VAIN);
      tally.forgive(replica);
      context.tracks().of(replica).sent();
      context.network().send(replica, message(record));
    }
    return !left.isEmpty();
  }

  private void missed(NodeId replica) {
    if (isOutside()) {
      context.events().accept(CoordinatorEvent.Window.MISSED_FROM_OUTSIDE);
      return; // there is nothing here that a hint could refer to, and stays
    }
    hints.missed(replica, plan.partition(), plan.epoch(), request.key());
  }

  private Write message(Record stamped) {
    return new Write(
        id,
        plan.partition(),
        plan.epoch(),
        request.key(),
        stamped,
        cause(),
        context.timeoutMillis(request.deadlineNanos()));
  }

  /**
   * Sends a record made before to every replica, this node's own included.
   *
   * @param counted whose answers count already
   */
  private void nextRound(Record again, List<NodeId> counted) {
    record = again;
    id = context.table().renew(id);
    tally = newTally(counted);
    behind = false;
    failDeadReplicas();
    long round = id;
    roundNanos = context.clock().nanos();
    sentNanos = roundNanos;
    sendToOthers(again);
    if (!isOutside()) {
      context.replica().writeAgain(message(again), outcome -> onOwnReply(round, outcome));
    }
    if (!answered) {
      decide(); // every other replica may have died meanwhile
    }
  }

  private void onOwnReply(long round, WriteOutcome outcome) {
    if (round == id && !answered) {
      onWriteReply(context.self(), outcome);
    }
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    if (!from.equals(context.self())) {
      if (record == null) {
        return; // it answers what it was not sent
      }
      track(from, outcome);
    }
    switch (outcome) {
      case Stored stored -> ack(from);
      case StoredWhileFilling uncounted -> kept(from);
      case HoldsNewer(Version version) when isDoubtful(from, version) -> {
        tally.doubt(from, version);
        lastRefusal = "it tells of a record that was stamped far ahead of all clocks";
      }
      case HoldsNewer(Version version) when isFencedOffBy(version) -> {
        tally.fail(from);
        fence = Math.max(fence, FenceRank.token(version.rank()));
        lastRefusal = "the key was written or read under a later token";
      }
      case HoldsNewer(Version version) when isBelowFence(version) -> {
        // It may be older, and only raised: so this is no answer of a round, as above a promise.
        context.events().accept(CoordinatorEvent.Window.STAMPED_ABOVE_FENCE);
        tally.told(version);
        stampAgain(tally.higher(), 0);
        return;
      }
      case HoldsNewer newer -> {
        ack(from);
        tally.told(newer.version());
      }
      case BelowPromise(long promised) when !context.isCredible(promised) -> {
        tally.fail(from);
        lastRefusal = "it tells of a purge up to a time that no clock has shown";
      }
      case BelowPromise below when !content.mayStampAgain() -> {
        context.events().accept(new CoordinatorEvent.StampForgotten());
        answerFailed(content.forgotten(plan, written()));
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
      case NotTaken refused when record == null -> {
        // The own replica alone was asked so far, and only above what it holds there is a stamp.
        answerFailed(WriteFailures.ownReplicaRefuses(plan, refused.reason()));
        return;
      }
      case NotTaken refused -> {
        tally.fail(from);
        lastRefusal = refused.reason();
        sendPast(from, CoordinatorEvent.RelayFailed.RELAY_REFUSED);
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
        && plan.model().hasRanks()
        && content.mayStampAgain()
        && context.rules().stampsAboveFences();
  }

  /**
   * Asks whether the lock is held: then no later holder was here before, and what one does from now
   * on is not purged under this epoch (docs/design/fencing.md#epoch).
   */
  private void askForToken() {
    context.events().accept(CoordinatorEvent.Window.TOKEN_ASKED_FOR);
    asking = true;
    id = context.table().renew(id);
    long round = id;
    long now = context.clock().nanos();
    long until = now + (request.deadlineNanos() - now) / 2;
    context.tokens().ask(content.token(), until, answer -> onToken(round, answer));
  }

  private void onToken(long round, HeldTokens.Answer answer) {
    if (round != id || answered) {
      return;
    }
    asking = false;
    switch (answer) {
      case HeldTokens.IsHeld held -> {
        heldUnder = plan.epoch();
        goOn();
      }
      case HeldTokens.NotHeld notHeld -> {
        context.events().accept(CoordinatorEvent.Window.TOKEN_NOT_HELD);
        answerFailed(fenced());
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

  private Failure fenced() {
    context.events().accept(CoordinatorEvent.Window.TOKEN_FENCED_OFF);
    return mayHaveApplied()
        ? FenceFailures.fencedWrite(plan, content.token(), fence)
        : FenceFailures.fenced(plan, content.token(), fence);
  }

  private void track(NodeId from, WriteOutcome outcome) {
    if (outcome instanceof NotTaken && !(outcome instanceof FenceForgotten)) {
      context.tracks().refusedWrite(from);
    } else {
      context.tracks().answeredWrite(from, roundNanos);
    }
  }

  /** It has the record, so it needs no hint, and it does not count. */
  private void kept(NodeId from) {
    if (tally.keep(from)) {
      context.events().accept(CoordinatorEvent.Window.WRITTEN_WHILE_FILLING);
    }
  }

  private void ack(NodeId from) {
    Relayed passed = Relayed.by(from, relayed);
    if (passed != null && context.rules().takesRelaysWord()) {
      for (NodeId other : passed.others()) {
        boolean unused = tally.ack(other);
      }
    }
    if (!plan.serving().contains(from)) {
      kept(from); // it knows already that it is full, and this node will when it plans again
      return;
    }
    if (tally.ack(from)) { // it was believed dead, and is not
      context.events().accept(CoordinatorEvent.Window.ACKNOWLEDGED_BY_THE_BELIEVED_DEAD);
    }
  }

  private void decide() {
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
        if (sendToSpared()) {
          return;
        }
        if (tally.believeDoubted()) {
          decide();
        } else if (fence != 0) {
          answerFailed(fenced());
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

  private void stampAgain(@Nullable Version above, long promised) {
    boolean shown = context.unanswered().ended(written().version());
    context.events().accept(new CoordinatorEvent.Restamped(shown));
    Version own = written().version();
    Version floor = above == null ? own : Version.later(own, above);
    Record again = content.stampAgain(context, plan, floor, promised);
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
    Plan next = context.plans().again(plan);
    if (next == null) {
      answerFailed(outcomeUnknown("the tenant is gone"));
      return;
    }
    if (next.epoch() == plan.epoch()) {
      return; // this node has not heard of the new epoch yet: it goes on when it has
    }
    if (record == null && !context.coordinates(next)) {
      answered = true;
      context.table().remove(id);
      context.events().accept(CoordinatorEvent.Window.WRITE_GIVEN_TO_A_REPLICA);
      again.run();
      return;
    }
    plan = next;
    if (isOutside()) {
      context.events().accept(CoordinatorEvent.Window.WRITTEN_FROM_OUTSIDE);
    }
    boolean stampsFirst = content.isStampedForEachEpoch() && context.rules().sendsWhatIsHeldNow();
    if (record != null && stampsFirst && !context.coordinates(next)) {
      answerFailed(outcomeUnknown(GIVEN_UP));
    } else if (record == null || stampsFirst) {
      if (record != null) {
        context.events().accept(CoordinatorEvent.Window.SIBLING_MADE_AGAIN);
      }
      id = context.table().renew(id);
      tally = newTally(List.of());
      failDeadReplicas();
      behind = false;
      firstRound();
    } else {
      boolean keep = context.rules().countsAnswersOfEndedEpochs();
      nextRound(record, keep ? List.copyOf(tally.acked()) : List.of());
    }
  }

  /**
   * Whether this node is no replica any more. What it has stamped it still brings to those that
   * are: the record is finished, and they merge it like any other.
   */
  private boolean isOutside() {
    return !plan.replicas().contains(context.self());
  }

  @Override
  public void placementsChanged() {
    if (behind) {
      planAgain();
    }
  }

  @Override
  public void check(long nowNanos) {
    if (asking) {
      return; // answered until its deadline
    }
    failDeadReplicas();
    for (Relayed each : relayed) {
      if (!context.liveness().isLive(each.relay())) {
        sendPast(each.relay(), CoordinatorEvent.RelayFailed.RELAY_DOWN);
      }
    }
    decide();
    if (!answered && record != null && nowNanos - sentNanos > Context.RESEND_NANOS) {
      long unansweredSince = sentNanos;
      sentNanos = nowNanos;
      context.events().accept(CoordinatorEvent.Window.WRITE_SENT_AGAIN);
      for (NodeId replica : plan.replicas()) {
        if (!replica.equals(context.self())
            && !tally.acked().contains(replica)
            && !tally.isSpared(replica)
            && Relayed.to(replica, relayed) == null
            && (!tally.isKept(replica) || plan.serving().contains(replica))) {
          context.tracks().unanswered(replica, unansweredSince);
          context.network().send(replica, message(record));
        }
      }
      for (Relayed each : relayed) {
        sendPast(each.relay(), CoordinatorEvent.RelayFailed.RELAY_SILENT);
      }
    }
  }

  @Override
  public void census(Census census) {
    if (record == null || asking) {
      return;
    }
    for (NodeId replica : plan.replicas()) {
      if (!replica.equals(context.self()) && tally.awaits(replica)) {
        census.awaits(replica, roundNanos);
      }
    }
  }

  private void failDeadReplicas() {
    for (NodeId replica : plan.replicas()) {
      if (!context.liveness().isLive(replica)) {
        tally.fail(replica);
      }
    }
    if (!tally.failed().isEmpty() && tally.verdict() == Verdict.UNREACHABLE) {
      // It is sent to those that are yet to be heard, too, and not given up for their sake.
      tally.forgiveIf(context.liveness()::isExpected);
    }
  }

  @Override
  public long deadlineNanos() {
    return request.deadlineNanos();
  }

  @Override
  public void expire() {
    answerFailed(
        Failures.deadlineExceeded(plan, level, tally.quorum(), tally.acked(), mayHaveApplied()));
  }

  private void answerWritten() {
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
            tally.acked(),
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
    return context.rules().mayHaveApplied(sent, record != null);
  }

  private Failure outcomeUnknown(String reason) {
    return Failures.outcomeUnknown(
        plan, level, tally.quorum(), tally.acked(), tally.failed(), reason);
  }

  private void answerFailed(Failure failure) {
    finish(new Outcome.Failed(failure));
  }

  private void finish(Outcome outcome) {
    if (!answered) {
      answered = true;
      if (record == null) {
        context.table().remove(id);
      } else {
        context.unanswered().ended(record.version());
        settle();
      }
      callback.done(outcome);
    }
  }

  private void settle() {
    if (isOutside()) {
      context.table().remove(id);
    } else {
      Stragglers.settle(
          context,
          hints,
          new Stragglers.Sent(id, plan, request.key(), roundNanos, relayed),
          tally.holders(),
          tally.failed());
    }
  }
}

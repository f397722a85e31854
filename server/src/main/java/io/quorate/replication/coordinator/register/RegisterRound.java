package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.FenceFailures;
import io.quorate.replication.coordinator.operation.FirstWord;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.version.Record;
import io.quorate.version.Register;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a read and a proposal of a register have in common: they ask replicas in rounds, begin again
 * when another epoch has begun, and end once.
 */
abstract class RegisterRound implements InFlight {
  private static final String GIVEN_UP =
      "this node may not coordinate it any more under the epoch that has begun";

  final Context context;
  final Key key;
  final long deadlineNanos;
  Plan plan;

  /** Of the round under way; answers to earlier ones carry another and are not heard. */
  long id;

  long sentNanos;

  /** Why a replica has refused, for the message of a failure. */
  String lastRefusal = "not heard";

  /** Begins the request again on a replica after this node has ceased to be one. */
  private final Runnable again;

  /** Whether a replica serves another epoch, of which this node has not heard yet. */
  private boolean behind;

  private boolean finished;

  RegisterRound(Context context, Plan plan, Key key, long deadlineNanos, Runnable again) {
    this.context = context;
    this.plan = plan;
    this.key = key;
    this.deadlineNanos = deadlineNanos;
    this.again = again;
  }

  /** Begins, for the first time or under another epoch. */
  abstract void begin();

  /** Tells the caller how all of it has ended. */
  abstract void end(Outcome ofAll);

  /** The failure of what may have taken effect; null if nothing was sent that can. */
  abstract @Nullable Failure ifSent(String why);

  /** Begins, unless too few replicas are live. */
  public final void start() {
    if (FirstWord.isAwaited(context, plan, writeQuorum())) {
      FirstWord.await(
          context, plan, Level.QUORUM, writeQuorum(), deadlineNanos(), this::noFirstWord, again);
      return;
    }
    RegisterTally needed = new RegisterTally(writeQuorum());
    failDead(needed);
    if (needed.verdict() == Verdict.UNREACHABLE) {
      context.events().accept(new CoordinatorEvent.FailedFast(Level.QUORUM));
      end(new Outcome.Failed(unavailable(needed)));
      return;
    }
    id = context.table().add(this);
    begin();
  }

  /** The first of its callers waits no longer; nothing was sent. */
  void noFirstWord(Outcome outcome) {
    end(outcome);
  }

  /** Begins the request again from its beginning. */
  final void beginAgain() {
    again.run();
  }

  final Quorum readQuorum() {
    return plan.stage().forRead(Level.QUORUM);
  }

  final Quorum writeQuorum() {
    return context.rules().forWrite(plan.stage(), Level.QUORUM);
  }

  final void failDead(RegisterTally counted) {
    for (NodeId replica : plan.replicas()) {
      if (!context.liveness().isLive(replica)) {
        counted.fail(replica);
      }
    }
  }

  final Failure unavailable(RegisterTally needed) {
    return Failures.unavailable(plan, Level.QUORUM, needed.enough(), needed.failed(), lastRefusal);
  }

  /** Another replica tells of a time that no clock of the cluster can have shown. */
  final boolean isDoubtful(NodeId from, long hlc) {
    return !from.equals(context.self()) && !context.isCredible(hlc);
  }

  /** How long the nearest live replicas that are enough take to answer, as far as is known. */
  final long roundTripNanos(Quorum enough) {
    List<NodeId> live = new ArrayList<>(plan.serving());
    live.removeIf(replica -> !context.liveness().isLive(replica));
    live.sort(Comparator.comparingLong(this::roundTripMillis));
    for (int near = 1; near <= live.size(); near++) {
      if (enough.isReachedBy(live.subList(0, near))) {
        return TimeUnit.MILLISECONDS.toNanos(roundTripMillis(live.get(near - 1)));
      }
    }
    return 0;
  }

  private long roundTripMillis(NodeId replica) {
    return replica.equals(context.self())
        ? 0
        : context.liveness().roundTripMillis(replica).orElse(0);
  }

  // What it has found

  final Failure fencedBy(long token, @Nullable Record by) {
    context.events().accept(CoordinatorEvent.Window.TOKEN_FENCED_OFF);
    return FenceFailures.fenced(plan, token, Register.of(by, 0).fence());
  }

  final Outcome shown(@Nullable Record record, List<NodeId> answered) {
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

  final ResultInfo info(@Nullable Record found, List<NodeId> answered) {
    return new ResultInfo(
        plan.partition(),
        plan.epoch(),
        answered,
        context.rules().tellsOfLoss() && plan.mayHaveLost(found),
        context.hybridClock().read(context.clock().wallMillis()));
  }

  // Epochs

  /** A replica serves another epoch. */
  final void overtaken() {
    context.events().accept(CoordinatorEvent.Window.WRITE_OF_ENDED_EPOCH);
    behind = true;
    planAgain();
  }

  private void planAgain() {
    Plan next = context.plans().again(plan);
    Failure unclear = ifSent(GIVEN_UP);
    if (next == null) {
      fail(
          unclear == null
              ? Failures.tenantGone(plan.tenant(), context.plans().placements())
              : unclear);
      return;
    }
    if (next.epoch() == plan.epoch()) {
      return; // this node has not heard of the new epoch yet: it goes on when it has
    }
    if (!next.serving().contains(context.self())) {
      if (unclear != null) {
        fail(unclear);
      } else {
        leave();
        again.run();
      }
      return;
    }
    plan = next;
    behind = false;
    id = context.table().renew(id);
    begin();
  }

  final boolean isBehind() {
    return behind;
  }

  @Override
  public final void placementsChanged() {
    if (behind) {
      planAgain();
    }
  }

  // The end

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Whether a round is the one under way. */
  final boolean isOn(long round) {
    return round == id && !finished;
  }

  final boolean isFinished() {
    return finished;
  }

  final void fail(Failure failure) {
    if (!finished) {
      leave();
      end(new Outcome.Failed(failure));
    }
  }

  /** Hears no more answers. */
  final void leave() {
    finished = true;
    context.table().remove(id);
  }

  /** Hears no more answers, which something else goes on to hear under the same number. */
  final void handsOn() {
    finished = true;
  }
}

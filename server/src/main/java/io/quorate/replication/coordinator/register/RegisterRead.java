package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.register.RegisterChange.Judgement;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Summary;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether enough replicas have accepted the same register; if so, that is what a read finds,
 * after one round (docs/design/linearizable.md#read). If they disagree, what was asked for has to
 * be proposed.
 */
final class RegisterRead extends RegisterRound {
  /** Answers later than this many round trips count as lost. */
  private static final int ROUND_TRIPS = 2;

  private final RegisterChange change;

  /** What is agreed on is an answer if it was accepted under this epoch, or a later one. */
  private final long sinceEpoch;

  private final Consumer<Outcome> callback;
  private final Consumer<Plan> propose;
  private RegisterReading reading;

  /** What the others are asked beside. */
  private @Nullable Summary known;

  /**
   * @param change what is asked for, which leaves the value as it is
   * @param propose goes on instead, if what is agreed on is no answer
   */
  RegisterRead(
      Context context,
      Plan plan,
      Key key,
      long deadlineNanos,
      RegisterChange change,
      long sinceEpoch,
      Consumer<Outcome> callback,
      Consumer<Plan> propose,
      Runnable again) {
    super(context, plan, key, deadlineNanos, again);
    this.change = change;
    this.sinceEpoch = sinceEpoch;
    this.callback = callback;
    this.propose = propose;
    this.reading = newReading();
  }

  private RegisterReading newReading() {
    return new RegisterReading(toAgree(), context.rules().countsDifferentBallots());
  }

  private Quorum toAgree() {
    return context.rules().toAgree(plan.stage());
  }

  /** Asks its own replica first, so that the others need not send what it has. */
  @Override
  void begin() {
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
              if (isOn(round)) {
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
    if (isFinished() || !plan.serving().contains(from)) {
      return;
    }
    boolean isOwn = from.equals(context.self());
    switch (outcome) {
      case Same same -> reading.answer(from, isOwn ? null : known, null);
      case Nothing nothing -> reading.answer(from, null, null);
      case HeldSummary(Summary summary) -> reading.answer(from, summary, null);
      case Held(Record record)
          when !record.isOfRegister() || isDoubtful(from, record.version().hlc()) ->
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
    decide();
  }

  private void decide() {
    if (reading.isAgreed()) {
      Record agreed = reading.agreed();
      Judgement seen = change.look(Register.of(agreed, plan.purged()));
      if (seen != null && (agreed == null || agreed.version().rank() >= sinceEpoch)) {
        context.events().accept(CoordinatorEvent.Window.REGISTER_READ_IN_ONE_ROUND);
        leave();
        callback.accept(
            seen == Judgement.FENCED
                ? new Outcome.Failed(fencedBy(change.token(), agreed))
                : shown(agreed, reading.answered()));
      } else {
        proposes();
      }
    } else if (!reading.mayAgree()) {
      context.events().accept(CoordinatorEvent.Window.REGISTER_READ_DISAGREED);
      proposes();
    }
  }

  private void proposes() {
    leave();
    propose.accept(plan);
  }

  @Override
  void end(Outcome ofAll) {
    callback.accept(ofAll);
  }

  @Override
  @Nullable Failure ifSent(String why) {
    return null;
  }

  @Override
  public void check(long nowNanos) {
    long waitedNanos = nowNanos - sentNanos;
    if (waitedNanos > Context.RESEND_NANOS
        && waitedNanos > ROUND_TRIPS * roundTripNanos(toAgree())
        && !isBehind()) {
      proposes();
    }
  }

  @Override
  public void expire() {
    fail(Failures.deadlineExceeded(plan, Level.QUORUM, readQuorum(), reading.answered(), false));
  }
}

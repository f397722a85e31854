package io.quorate.client.internal.engine;

import io.quorate.client.OverloadedException;
import io.quorate.client.internal.net.Backoff;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Tenant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a call that a node refused, or that was lost with its connection, is sent again,
 * and after what wait: where that is useful ({@link RetryRule}), and within what retries may add to
 * the load ({@link RetryBudget}). Owned by the loop.
 */
final class Retries {
  /** The first loss of a call is not its fault, and losses are as rare as broken connections. */
  private static final int LOSSES_FREE = 1;

  private static final AfterRefusal GIVE_UP = new AfterRefusal.GiveUp();

  private final Throttles throttles;
  private final RandomGenerator random;

  /** For asking again what may be too much, or in vain. */
  private final RetryBudget again;

  /** For asking another node at once, and for asking what became of a write that is sent once. */
  private final RetryBudget elsewhere;

  Retries(Throttles throttles, RandomGenerator random, long nowNanos) {
    this.throttles = throttles;
    this.random = random;
    this.again = RetryBudget.again(nowNanos);
    this.elsewhere = RetryBudget.elsewhere(nowNanos);
  }

  /** A call was carried out: that pays for retries to come. */
  void onAnswered(Call<?> call) {
    again.onAnswer();
    elsewhere.onAnswer();
    elsewhere.giveBack(call.elsewhere);
  }

  /**
   * Decides what becomes of a call that a node refused.
   *
   * @param tenant of the call; null if it is not known
   */
  AfterRefusal afterRefusal(Call<?> call, Failure failure, @Nullable Tenant tenant, long now) {
    boolean overloaded = failure.getReason() == Failure.Reason.REASON_OVERLOADED;
    boolean unsettled = isUnsettled(call, failure);
    // Of calls that wait for room the number of attempts is not bounded, see afterOverload.
    int attempts =
        unsettled || overloaded ? Math.min(call.tries(), RetryRule.ATTEMPTS_MAX - 1) : call.tries();
    long wait;
    if (RetryRule.isTooEarly(failure, call, now)) {
      wait = RetryRule.waitAfterTooEarly(attempts, call.replicas);
    } else if (RetryRule.isAheadOfClock(failure)) {
      wait = RetryRule.waitUntilCaughtUp(attempts, call.replicas, call.untilCaughtUp(now), random);
    } else {
      wait =
          RetryRule.waitNanos(failure, attempts, call.replicas, tenant != null, unsettled, random);
    }
    if (wait == RetryRule.NEVER || now + wait >= call.deadlineNanos) {
      return GIVE_UP;
    }
    if (overloaded) {
      return afterOverload(call, unsettled, wait, now);
    }
    boolean paid = (wait == 0 || unsettled) ? takeElsewhere(call, now) : again.take(now);
    return paid ? new AfterRefusal.SendAgain(wait) : GIVE_UP;
  }

  private AfterRefusal afterOverload(Call<?> call, boolean unsettled, long wait, long now) {
    if (waitsForRoom(call, unsettled, isMomentary(call, now), wait, now)) {
      return new AfterRefusal.WaitForRoom(wait);
    }
    if (call.patience == Patience.PACED) {
      return GIVE_UP; // the batch asks again, and less
    }
    boolean paid =
        call.tries() < RetryRule.ATTEMPTS_MAX && throttled(call, now) == null && again.take(now);
    return paid ? new AfterRefusal.SendAgain(wait) : GIVE_UP;
  }

  private boolean takeElsewhere(Call<?> call, long now) {
    if (!elsewhere.take(now)) {
      return false;
    }
    call.elsewhere++;
    return true;
  }

  /**
   * Whether it is not known if a write took effect, and asking again is the way to know: it takes
   * effect at most once, so that another attempt does no harm, however late it is.
   */
  private static boolean isUnsettled(Call<?> call, Failure failure) {
    return isUnsettled(call)
        || (call.once
            && (failure.getMayHaveApplied()
                || failure.getReason() == Failure.Reason.REASON_OUTCOME_UNKNOWN
                || failure.getReason() == Failure.Reason.REASON_INTERNAL));
  }

  /** Whether it is not known if a write took effect that takes effect at most once. */
  private static boolean isUnsettled(Call<?> call) {
    return call.once && call.mayHaveApplied;
  }

  private boolean isMomentary(Call<?> call, long now) {
    return throttles.of(call.tenant).isMomentary(now);
  }

  /**
   * Whether a call that begins may be sent only when the throttle lets it through. One whose caller
   * does not wait may have been let through when it was made ({@link Engine#refusal}), and is not
   * asked about a second time: the answer here is the one that was found then.
   */
  boolean takesItsTurn(Call<?> call) {
    return switch (call.patience) {
      case WAITS -> true;
      case PACED -> false;
      case NONE -> isMomentary(call, call.startNanos);
    };
  }

  /**
   * Whether a refusal as too much is no end of it, and the call may wait for this long until it is
   * sent again.
   */
  boolean waitsForRoom(Call<?> call, long waitNanos, long now) {
    return waitsForRoom(call, isMomentary(call, now), waitNanos, now);
  }

  /**
   * As {@link #waitsForRoom(Call, long, long)}.
   *
   * @param momentary whether refusals of its tenant are
   */
  boolean waitsForRoom(Call<?> call, boolean momentary, long waitNanos, long now) {
    return waitsForRoom(call, isUnsettled(call), momentary, waitNanos, now);
  }

  /**
   * A write of unknown outcome that takes effect at most once is sent again until its deadline, as
   * the way to know. One of a batch that may have been applied before cannot be handed back to the
   * batch as refused: the call alone knows of that. A caller who does not wait hears early that it
   * is hopeless, with half of the time left to do something else.
   */
  private static boolean waitsForRoom(
      Call<?> call, boolean unsettled, boolean momentary, long waitNanos, long now) {
    return switch (call.patience) {
      case WAITS -> true;
      case PACED -> unsettled || call.mayHaveApplied;
      case NONE ->
          unsettled
              || (momentary
                  && now + waitNanos - call.startNanos
                      < (call.deadlineNanos - call.startNanos) / 2);
    };
  }

  /**
   * Whether a call that is to wait may be refused instead, where too many wait: no thread waits for
   * it, no batch paces it, and nothing is to be found out by it.
   */
  boolean mayBeTurnedAway(Call<?> call) {
    return call.patience == Patience.NONE && !isUnsettled(call);
  }

  /** Why the throttle does not let a call through now; null if it does. */
  @Nullable OverloadedException throttled(Call<?> call, long now) {
    return throttles.of(call.tenant).refusal(random.nextDouble(), now);
  }

  /** Why calls of its tenant are held back now, as that stands; null: none are. */
  @Nullable OverloadedException whyHeldBack(Call<?> call, long now) {
    return throttles.of(call.tenant).whyHeldBack(now);
  }

  /**
   * Whether a call may be sent that has waited for room, and that the throttle lets through. One
   * that a node refused before must be within what retries may add to the load, unless a thread
   * waits for it, or nodes refuse little by now.
   */
  boolean mayLeave(Call<?> call, long now) {
    if (call.attempts == 0 || call.patience != Patience.NONE) {
      return true;
    }
    if (throttles.of(call.tenant).findsRoom()) {
      return true;
    }
    if (isUnsettled(call)) {
      return takeElsewhere(call, now);
    }
    return again.take(now);
  }

  /**
   * Returns how long a call that was lost with its connection waits until it is sent again, in
   * nanoseconds; or {@link RetryRule#NEVER}.
   */
  long waitAfterLoss(Call<?> call, long now) {
    if (call.losses <= LOSSES_FREE || (call.tries() < RetryRule.ATTEMPTS_MAX && again.take(now))) {
      return 0;
    }
    if ((call.patience == Patience.PACED || call.once)
        && now + RetryRule.AFTER_LOSS_NANOS < call.deadlineNanos) {
      // A batch asks for a window at a time, however much of it is lost with a connection. A write
      // that takes effect once can be sent again for as long as it has time. Both wait, since the
      // call may be what ends the nodes that it is sent to.
      return Backoff.jittered(RetryRule.AFTER_LOSS_NANOS, random);
    }
    return RetryRule.NEVER;
  }
}

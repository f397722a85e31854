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
   * Returns how long a call that a node refused waits until it is sent again, in nanoseconds; or
   * {@link RetryRule#NEVER}.
   *
   * @param tenant of the call; null if it is not known
   */
  long waitAfterRefusal(Call<?> call, Failure failure, @Nullable Tenant tenant, long now) {
    boolean overloaded = failure.getReason() == Failure.Reason.REASON_OVERLOADED;
    boolean unsettled = isUnsettled(call, failure);
    int attempts =
        unsettled || (overloaded && waitsForRoom(call, 0, now))
            ? Math.min(call.tries(), RetryRule.ATTEMPTS_MAX - 1)
            : call.tries();
    int replicas = tenant == null ? 1 : tenant.getReplicationFactor();
    long wait;
    if (RetryRule.isTooEarly(failure, call, now)) {
      wait = RetryRule.waitAfterTooEarly(attempts, replicas);
    } else if (RetryRule.isAheadOfClock(failure)) {
      wait = RetryRule.waitUntilCaughtUp(attempts, replicas, call.untilCaughtUp(now), random);
    } else {
      wait = RetryRule.waitNanos(failure, attempts, replicas, tenant != null, unsettled, random);
    }
    boolean sentAgain =
        wait != RetryRule.NEVER
            && now + wait < call.deadlineNanos
            && mayAskAgain(call, overloaded, unsettled, wait, now);
    return sentAgain ? wait : RetryRule.NEVER;
  }

  /**
   * Whether it is not known if a write took effect, and asking again is the way to know: it takes
   * effect at most once, so that another attempt does no harm, however late it is.
   */
  private static boolean isUnsettled(Call<?> call, Failure failure) {
    return call.once
        && (call.mayHaveApplied
            || failure.getMayHaveApplied()
            || failure.getReason() == Failure.Reason.REASON_OUTCOME_UNKNOWN
            || failure.getReason() == Failure.Reason.REASON_INTERNAL);
  }

  /** Whether another attempt is within what retries may add to the load. */
  private boolean mayAskAgain(
      Call<?> call, boolean overloaded, boolean unsettled, long wait, long now) {
    if (overloaded && waitsForRoom(call, wait, now)) {
      return true; // in its turn
    }
    if (overloaded && call.patience == Patience.PACED) {
      return false; // the batch asks again, and less
    }
    if (wait == 0 || unsettled) {
      boolean taken = elsewhere.take(now);
      call.elsewhere += taken ? 1 : 0;
      return taken;
    }
    return (!overloaded || throttles.of(call.tenant).refusal(random.nextDouble(), now) == null)
        && again.take(now);
  }

  /**
   * Whether a refusal as too much is no end of it, and the call may wait for so long until it is
   * sent again. One of a batch that may have been applied before cannot be handed back to the batch
   * as refused: the call alone knows of that. A caller who does not wait hears early that it is
   * hopeless, with half of the time left to do something else.
   */
  boolean waitsForRoom(Call<?> call, long waitNanos, long now) {
    return switch (call.patience) {
      case WAITS -> true;
      case PACED -> call.mayHaveApplied;
      case NONE ->
          now + waitNanos - call.startNanos < (call.deadlineNanos - call.startNanos) / 2
              && throttles.of(call.tenant).isMomentary(now);
    };
  }

  /**
   * Why a call that waits for room is not sent yet; null if it is sent. One that a node refused
   * before is within what retries may add to the load, unless a thread waits for it, or nodes
   * refuse little by now.
   */
  @Nullable OverloadedException holdsBack(Call<?> call, long now) {
    Throttle throttle = throttles.of(call.tenant);
    OverloadedException refusal = throttle.refusal(random.nextDouble(), now);
    boolean free = call.patience != Patience.NONE || call.attempts == 0 || throttle.findsRoom();
    return refusal != null || free || again.take(now) ? refusal : call.heldBack;
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

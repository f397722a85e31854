package io.quorate.client.internal.engine;

import io.quorate.client.internal.net.Backoff;
import io.quorate.proto.v1.Failure;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Whether, and after what wait, a refused call is worth another attempt at another coordinator.
 *
 * <table>
 * <caption>by what the node said</caption>
 * <tr><td>not serving</td><td>at once at each other replica, then with backoff</td></tr>
 * <tr><td>unavailable</td><td>at once at each other replica, which may see more replicas than a
 * node that is cut off; then twice, with backoff</td></tr>
 * <tr><td>unavailable, as the node's clock is behind what the call names</td><td>at once at each
 * other replica, whose clock may be closer to it; then when the first of their clocks has caught up
 * </td></tr>
 * <tr><td>overloaded</td><td>after the wait it asks for, or backoff, if that is longer; a call that
 * may wait for room ({@link Retries#waitsForRoom}) is sent when the throttle of its tenant lets it
 * through, however often it was refused</td></tr>
 * <tr><td>unknown tenant</td><td>with backoff, if we know it: that node is behind</td></tr>
 * <tr><td>outcome unknown, internal</td><td>with backoff: a write that the newest wins over may be
 * repeated, and is then either answered or unknown still</td></tr>
 * <tr><td>unauthenticated, as the login is over</td><td>with a longer backoff: the client logs in
 * again meanwhile</td></tr>
 * <tr><td>invalid, failed precondition, permission denied, deadline exceeded, too many siblings, key
 * too large</td><td>never</td></tr>
 * <tr><td>not serving or deadline exceeded, as the node's clock was set forward</td><td>at once, by
 * that clock</td></tr>
 * <tr><td>deadline exceeded, long before it is by our clock</td><td>at once at each other replica:
 * that node's clock is off</td></tr>
 * </table>
 *
 * <p>A write that takes effect at most once is sent again until its deadline while its outcome is
 * unknown, unless the cluster has decided that it stays so.
 *
 * <p>No call is sent past its deadline. Apart from the two kinds above, a call is sent at most
 * {@link #ATTEMPTS_MAX} times; attempts whose stamp was too low do not count. {@link Retries} takes
 * each retry from the {@link RetryBudget} of its kind. A call that has waited for room needs no
 * token if a thread waits for it, or while nodes refuse next to nothing.
 */
final class RetryRule {
  static final int ATTEMPTS_MAX = 10;

  /** Until a call of a batch that was lost again and again is sent again. */
  static final long AFTER_LOSS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Not worth another attempt. */
  static final long NEVER = -1;

  private static final int UNAVAILABLE_ROUNDS = 2;

  /** By how much two clocks of one cluster may differ without anything being wrong. */
  private static final long CLOCKS_APART_MILLIS = 500;

  /** Until a clock has caught up, of which its node does not say when: longer than calls last. */
  private static final long FAR_BEHIND_NANOS = TimeUnit.HOURS.toNanos(1);

  /** Enough for a node to hear of a change by the metadata leader's next heartbeats. */
  private static final int BEHIND_ATTEMPTS_MAX = 7;

  private static final Backoff BACKOFF = Backoff.ofMillis(10, 500);

  /**
   * All attempts together take more than two seconds: a client leaves half a second between two
   * logins, and each may take half a second on a slow machine.
   */
  private static final Backoff LOGIN_BACKOFF = Backoff.ofMillis(25, 1_000);

  private RetryRule() {}

  /**
   * Nanoseconds to wait before the next attempt, or {@link #NEVER}.
   *
   * @param attempts made so far, from 1
   * @param replicas of the key
   * @param tenantKnown whether the tenant is known here
   * @param unsettled whether another attempt tells what became of the earlier ones
   */
  static long waitNanos(
      Failure failure,
      int attempts,
      int replicas,
      boolean tenantKnown,
      boolean unsettled,
      RandomGenerator random) {
    if (attempts >= ATTEMPTS_MAX || failure.getDecided()) {
      return NEVER;
    }
    long backoff = BACKOFF.nanos(attempts, random);
    return switch (failure.getReason()) {
      case REASON_NOT_SERVING -> atOnceElsewhere(attempts, replicas, random);
      case REASON_UNAVAILABLE ->
          unsettled || attempts < replicas + UNAVAILABLE_ROUNDS
              ? atOnceElsewhere(attempts, replicas, random)
              : NEVER;
      case REASON_UNKNOWN_TENANT ->
          unsettled || (tenantKnown && attempts < BEHIND_ATTEMPTS_MAX) ? backoff : NEVER;
      case REASON_OVERLOADED -> {
        long asked = TimeUnit.MILLISECONDS.toNanos(Failures.retryAfterMillis(failure));
        yield Math.max(askedToWait(asked, random), backoff);
      }
      case REASON_OUTCOME_UNKNOWN, REASON_INTERNAL -> backoff;
      case REASON_UNAUTHENTICATED -> LOGIN_BACKOFF.nanos(attempts, random);
      case REASON_INVALID,
          REASON_FAILED_PRECONDITION,
          REASON_DEADLINE_EXCEEDED,
          REASON_STAMP_TOO_LOW,
          REASON_TOO_MANY_SIBLINGS,
          REASON_KEY_TOO_LARGE,
          REASON_CONDITION_FAILED,
          REASON_FENCED,
          REASON_PERMISSION_DENIED,
          REASON_UNSPECIFIED,
          UNRECOGNIZED ->
          NEVER;
    };
  }

  /** A little more than was asked for, so that not all come back together. */
  static long askedToWait(long askedNanos, RandomGenerator random) {
    return askedNanos + Backoff.jittered(askedNanos / 2, random);
  }

  /**
   * Whether a node found that the time of a call was over, and applied nothing, while half of it is
   * left here. Time is measured here by a clock that does not jump, and there by when the call says
   * it was sent.
   */
  static boolean isTooEarly(Failure failure, Call<?> call, long now) {
    return failure.getReason() == Failure.Reason.REASON_DEADLINE_EXCEEDED
        && !failure.getMayHaveApplied()
        && now - call.startNanos < (call.deadlineNanos - call.startNanos) / 2;
  }

  /**
   * Whether a node took a call for older than it is: its clock was set forward since it was told
   * here, or this machine was suspended, and our clock with it. Nothing was applied, and another
   * attempt says by the new clock when it is sent. A call that was in fact long on its way is not
   * meant.
   */
  static boolean isOfOldClock(Failure failure, Call<?> call, long now) {
    return isLate(failure)
        && call.attempts < ATTEMPTS_MAX
        && StampClock.millis(failure.getAboveHlc()) - call.sentAtMillis
            > TimeUnit.NANOSECONDS.toMillis(now - call.sentNanos) + CLOCKS_APART_MILLIS;
  }

  /** Whether a node went by when a call says that it was sent, and tells its own clock. */
  private static boolean isLate(Failure failure) {
    return failure.getAboveHlc() != 0
        && (failure.getReason() == Failure.Reason.REASON_NOT_SERVING
            || failure.getReason() == Failure.Reason.REASON_DEADLINE_EXCEEDED);
  }

  /** The wait after {@link #isTooEarly}, or {@link #NEVER}. */
  static long waitAfterTooEarly(int attempts, int replicas) {
    return attempts < replicas ? 0 : NEVER;
  }

  /**
   * Whether a node refused a call because of a time that it names and that is further ahead of the
   * node's clock than clocks may be. That passes.
   */
  static boolean isAheadOfClock(Failure failure) {
    return failure.getReason() == Failure.Reason.REASON_UNAVAILABLE && failure.getAboveHlc() != 0;
  }

  /** When that node's clock will have come close enough, in nanoseconds from now on. */
  static long caughtUpAfterNanos(Failure failure) {
    int millis = Failures.retryAfterMillis(failure);
    return millis == 0 ? FAR_BEHIND_NANOS : TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /**
   * The wait after {@link #isAheadOfClock}, or {@link #NEVER}.
   *
   * @param caughtUpNanos until the first of the nodes that were asked has caught up
   */
  static long waitUntilCaughtUp(
      int attempts, int replicas, long caughtUpNanos, RandomGenerator random) {
    if (attempts >= ATTEMPTS_MAX) {
      return NEVER;
    }
    long elsewhere = atOnceElsewhere(attempts, replicas, random);
    return elsewhere == 0 ? 0 : elsewhere + caughtUpNanos;
  }

  private static long atOnceElsewhere(int attempts, int replicas, RandomGenerator random) {
    return attempts < replicas ? 0 : BACKOFF.nanos(attempts - replicas + 1, random);
  }

  /** Whether such a refusal speaks against the node that gave it, and not for the cluster. */
  static boolean againstNode(Failure failure) {
    return switch (failure.getReason()) {
      case REASON_NOT_SERVING, REASON_INTERNAL -> true;
      default -> false;
    };
  }
}

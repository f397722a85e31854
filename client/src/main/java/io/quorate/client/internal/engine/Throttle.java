package io.quorate.client.internal.engine;

import io.quorate.client.FailureInfo;
import io.quorate.client.OverloadedException;
import io.quorate.client.internal.text.Quoted;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a client whose tenant is refused, by nodes or for want of room in the lines here, from
 * asking on as before: of its calls it lets only a few more through than are accepted, and refuses
 * the others here, at no cost to the nodes (adaptive throttling; Beyer and others, <i>Site
 * Reliability Engineering</i>, 2016, chapter 21). While nothing is refused, nothing is held back;
 * when there is room again, it is found within a second.
 *
 * <p>Calls that were not answered in time count as refused ones while others are refused: then the
 * nodes have too much to do. By themselves they tell nothing of that.
 *
 * <p>Safe for many threads.
 */
final class Throttle {
  /** Calls let through for each that is accepted: the excess finds out when there is more room. */
  private static final double LET_THROUGH_PER_ACCEPTED = 1.25;

  /** When less than this of what is let through is refused, there is room for more. */
  private static final double ROOM_BELOW = 0.1;

  /** Then what was held back is forgotten as fast as this. */
  private static final double FORGOTTEN = 0.5;

  /** However much is refused, some calls find out whether it still is. */
  private static final double HELD_BACK_MAX = 0.98;

  /** Fewer refusals than this are a hiccup. */
  private static final double REFUSED_MIN = 5;

  private static final long FOLD_NANOS = 50_000_000L;

  /** What is left of a count after a fold: all but nothing after a second. */
  private static final double KEPT = 0.85;

  private final String tenant;
  private final LongAdder acceptedNow = new LongAdder();
  private final LongAdder refusedNow = new LongAdder();
  private final LongAdder behindNow = new LongAdder();
  private final LongAdder lateNow = new LongAdder();
  private final LongAdder heldBackNow = new LongAdder();
  private final AtomicBoolean folding = new AtomicBoolean();

  private volatile long foldedNanos;

  /** Owned by the thread that folds. */
  private double accepted;

  private double refused;
  private double behind;
  private double late;
  private double heldBack;

  private volatile State state = State.OPEN;

  /**
   * @param share of calls to be held back
   */
  private record State(double share, String message, Duration retryAfter) {
    static final State OPEN = new State(0, "", Duration.ZERO);
  }

  private volatile int retryAfterMillis;

  Throttle(String tenant, long nowNanos) {
    this.tenant = tenant;
    this.foldedNanos = nowNanos;
  }

  /** A node carried a call out, or failed it otherwise than by saying that it has too much. */
  void onAccepted() {
    acceptedNow.increment();
  }

  /** A node had too much to do. */
  void onRefused(int retryAfter) {
    refusedNow.increment();
    retryAfterMillis = retryAfter;
  }

  /** The line of a node had no room for it. */
  void onBehind(int retryAfter) {
    behindNow.increment();
    retryAfterMillis = retryAfter;
  }

  /** No answer came in time, or the node said that it had come to the call too late. */
  void onLate() {
    lateNow.increment();
  }

  /**
   * Why a call is not sent; null if it may be.
   *
   * @param draw by chance, from 0 to 1
   */
  @Nullable OverloadedException refusal(double draw, long nowNanos) {
    if (nowNanos - foldedNanos >= FOLD_NANOS && folding.compareAndSet(false, true)) {
      fold(nowNanos);
      folding.set(false);
    }
    State now = state;
    if (draw >= now.share) {
      return null;
    }
    heldBackNow.increment();
    return new OverloadedException(now.message, FailureInfo.NONE, now.retryAfter, null);
  }

  private void fold(long nowNanos) {
    long folds = Math.max((nowNanos - foldedNanos) / FOLD_NANOS, 1);
    foldedNanos = nowNanos;
    double kept = Math.pow(KEPT, (double) folds);
    accepted = accepted * kept + (double) acceptedNow.sumThenReset();
    refused = refused * kept + (double) refusedNow.sumThenReset();
    behind = behind * kept + (double) behindNow.sumThenReset();
    heldBack = heldBack * kept + (double) heldBackNow.sumThenReset();
    late = late * kept + (double) lateNow.sumThenReset();
    double tooMuch = refused + behind;
    if (tooMuch >= REFUSED_MIN) {
      tooMuch += late;
    }
    if (tooMuch < ROOM_BELOW * (accepted + tooMuch)) {
      heldBack *= FORGOTTEN;
    }
    double asked = accepted + tooMuch + heldBack;
    double excess = asked - LET_THROUGH_PER_ACCEPTED * accepted;
    if (excess <= 0 || tooMuch + heldBack < REFUSED_MIN) {
      state = State.OPEN;
      return;
    }
    double share = Math.min(excess / (asked + 1), HELD_BACK_MAX);
    state =
        new State(share, message(tooMuch, share), Duration.ofMillis(Math.max(retryAfterMillis, 1)));
  }

  private String message(double tooMuch, double share) {
    double let = accepted + tooMuch;
    return "not sent: of what this client sent for tenant "
        + Quoted.of(tenant)
        + " of late, nodes refused "
        + percent(refused, let)
        + " as too much"
        + (behind < 1
            ? ""
            : ", and for " + percent(behind, let) + " there was no room in its lines")
        + (late < 1 ? "" : ", and " + percent(late, let) + " had no answer in time")
        + ", so it holds back "
        + percent(share, 1)
        + (tooMuch < ROOM_BELOW * let ? " for now, and less each moment" : "")
        + ". Nothing was applied: ask again after the time given, or less at a time";
  }

  private static String percent(double part, double whole) {
    return (whole <= 0 ? 0 : Math.round(100 * part / whole)) + " %";
  }
}

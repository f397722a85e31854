package io.quorate.client.internal.engine;

import io.quorate.client.FailureInfo;
import io.quorate.client.OverloadedException;
import io.quorate.client.internal.text.Quoted;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
 * <p>What is refused for a moment only, since a node has paused or another one starts, is no reason
 * to fail a call that still has time: it may wait here, and ask again. Once there have been
 * refusals for longer than that, its caller hears of them at once.
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

  static final long FOLD_NANOS = 50_000_000L;

  /** What has been refused for longer is too much, and will be in the next moment, too. */
  static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(3);

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

  /** When there were last no refusals to speak of. */
  private volatile long calmNanos;

  /** Owned by the thread that folds. */
  private double accepted;

  private double refused;
  private double behind;
  private double late;
  private double heldBack;

  private volatile State state = State.OPEN;

  /**
   * @param share of calls to be held back
   * @param room whether nodes accept nearly all of the others
   */
  private record State(double share, boolean room, String message, Duration retryAfter) {
    static final State OPEN = new State(0, true, "", Duration.ZERO);
  }

  private volatile int retryAfterMillis;

  Throttle(String tenant, long nowNanos) {
    this.tenant = tenant;
    this.foldedNanos = nowNanos;
    this.calmNanos = nowNanos;
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
    foldIfDue(nowNanos);
    State now = state;
    if (draw >= now.share) {
      return null;
    }
    heldBackNow.increment();
    return new OverloadedException(now.message, FailureInfo.NONE, now.retryAfter, null);
  }

  /** Whether nodes accept nearly all that is let through: nothing is asked too often then. */
  boolean findsRoom() {
    return state.room;
  }

  /** Whether what is refused now may be taken a moment later: the calls may wait for that. */
  boolean isMomentary(long nowNanos) {
    foldIfDue(nowNanos);
    return nowNanos - calmNanos <= MOMENT_NANOS;
  }

  private void foldIfDue(long nowNanos) {
    if (nowNanos - foldedNanos >= FOLD_NANOS && folding.compareAndSet(false, true)) {
      fold(nowNanos);
      folding.set(false);
    }
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
    boolean room = tooMuch < ROOM_BELOW * (accepted + tooMuch);
    if (room) {
      heldBack *= FORGOTTEN;
    }
    if (tooMuch < REFUSED_MIN) {
      calmNanos = nowNanos;
    }
    double asked = accepted + tooMuch + heldBack;
    double excess = asked - LET_THROUGH_PER_ACCEPTED * accepted;
    if (excess <= 0 || tooMuch + heldBack < REFUSED_MIN) {
      state = State.OPEN;
      return;
    }
    double share = Math.min(excess / (asked + 1), HELD_BACK_MAX);
    Duration retryAfter = Duration.ofMillis(Math.max(retryAfterMillis, 1));
    state = new State(share, room, message(tooMuch, room, share), retryAfter);
  }

  private String message(double tooMuch, boolean room, double share) {
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
        + (room ? " for now, and less each moment" : "")
        + ". Nothing was applied: ask again after the time given, or less at a time";
  }

  private static String percent(double part, double whole) {
    return (whole <= 0 ? 0 : Math.round(100 * part / whole)) + " %";
  }
}

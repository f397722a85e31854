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
 * asking on as before: it lets only a few more calls through than are accepted, and holds back the
 * others here, at no cost to the nodes (adaptive throttling; Beyer and others, <i>Site Reliability
 * Engineering</i>, 2016, chapter 21). While nothing is refused, nothing is held back; when there is
 * room again, it is found within a second.
 *
 * <p>What is refused for a moment only, since a node has paused or another one starts, is no reason
 * to fail a call that still has time: it may wait here, and ask again. Once more than a tenth of
 * what is sent has been refused for longer than that, callers hear of refusals at once. So they do
 * not hear of a node that refuses a few of its many calls all the time, nor of one that refuses
 * less than some three calls a second.
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

  /**
   * Of the calls that wait, no more than this many in {@link #FOLD_NANOS} find that out: there may
   * be very many, and each of them waits for much longer.
   */
  private static final double PROBES_MAX = 10;

  /** With fewer refusals than this nothing is held back. */
  private static final double REFUSED_MIN = 5;

  /** Fewer refusals than this are over: a single one counts for this much after 0.2 s. */
  private static final double CALM_BELOW = 0.5;

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

  /** When nodes last refused next to nothing, or no more than {@link #ROOM_BELOW}. */
  private volatile long calmNanos;

  /** Owned by the thread that folds. */
  private double accepted;

  private double refused;
  private double behind;
  private double late;
  private double heldBack;

  private volatile State state = State.open(0, 0);

  /**
   * @param share of calls to be held back, if no call had to find out whether that is still so
   * @param accepted of the others, of late
   * @param tooMuch of the others, refused of late
   */
  private record State(
      double share, double accepted, double tooMuch, String message, Duration retryAfter) {
    /** Nothing is held back. */
    static State open(double accepted, double tooMuch) {
      return new State(0, accepted, tooMuch, "", Duration.ZERO);
    }

    OverloadedException refusal() {
      return new OverloadedException(message, FailureInfo.NONE, retryAfter, null);
    }
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
    if (draw >= Math.min(now.share, HELD_BACK_MAX)) {
      return null;
    }
    heldBackNow.increment();
    return now.refusal();
  }

  /** Why calls are held back now, for one that waits for another one; null if none are. */
  @Nullable OverloadedException whyHeldBack(long nowNanos) {
    foldIfDue(nowNanos);
    State now = state;
    return now.share == 0 ? null : now.refusal();
  }

  /**
   * Returns how many of the calls that wait here are sent now. Each of them counts as one that asks
   * once in {@link #FOLD_NANOS}.
   *
   * @param waiting calls that wait
   * @param sinceNanos since this was last asked for them
   * @param draw by chance, from 0 to 1: a part of a call is sent with that probability
   */
  int letThrough(int waiting, long sinceNanos, double draw, long nowNanos) {
    foldIfDue(nowNanos);
    double share = state.share;
    if (share == 0) {
      return waiting;
    }
    double part = Math.min((double) sinceNanos / FOLD_NANOS, 1);
    double asking = waiting * part;
    double probes = Math.min(waiting * (1 - HELD_BACK_MAX), PROBES_MAX) * part;
    int sent = (int) Math.min(waiting, Math.max(asking * (1 - share), probes) + draw);
    heldBackNow.add(Math.max((long) (asking + draw) - sent, 0));
    return sent;
  }

  /**
   * Whether nodes accept nearly all that is let through: nothing is asked too often then. Also
   * while nothing is known. What came since the last fold counts as well: in that time a client may
   * be refused a thousand calls, and each of them would be sent again.
   */
  boolean findsRoom() {
    State now = state;
    double tooMuch = now.tooMuch + refusedNow.sum() + behindNow.sum();
    return isRoom(now.accepted + acceptedNow.sum(), tooMuch);
  }

  private static boolean isRoom(double accepted, double tooMuch) {
    return tooMuch <= ROOM_BELOW * (accepted + tooMuch);
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
    // When they came since is not known: as if at the same rate all the time.
    double fresh = (1 - kept) / ((1 - KEPT) * folds);
    accepted = accepted * kept + fresh * acceptedNow.sumThenReset();
    refused = refused * kept + fresh * refusedNow.sumThenReset();
    behind = behind * kept + fresh * behindNow.sumThenReset();
    heldBack = heldBack * kept + fresh * heldBackNow.sumThenReset();
    late = late * kept + fresh * lateNow.sumThenReset();
    double tooMuch = refused + behind;
    if (tooMuch >= REFUSED_MIN) {
      tooMuch += late;
    }
    boolean room = isRoom(accepted, tooMuch);
    if (room) {
      heldBack *= FORGOTTEN;
    }
    if (room || tooMuch < CALM_BELOW) {
      calmNanos = nowNanos;
    }
    double asked = accepted + tooMuch + heldBack;
    double excess = asked - LET_THROUGH_PER_ACCEPTED * accepted;
    if (excess <= 0 || tooMuch + heldBack < REFUSED_MIN) {
      state = State.open(accepted, tooMuch);
      return;
    }
    double share = excess / (asked + 1);
    Duration retryAfter = Duration.ofMillis(Math.max(retryAfterMillis, 1));
    String message = message(tooMuch, room, Math.min(share, HELD_BACK_MAX));
    state = new State(share, accepted, tooMuch, message, retryAfter);
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

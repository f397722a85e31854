package io.quorate.client.internal.engine;

import java.util.concurrent.TimeUnit;

/**
 * Gives the hybrid times of writes that take effect at most once. Each is above all that it gave
 * before, and above all that the nodes have told of their clocks. Owned by the loop.
 *
 * <p>A time that is not above what others have written under the key costs a round: the write is
 * refused, and sent again with another. So between two answers the clock follows an estimate of the
 * cluster's clock. The estimate runs slower than this machine's clock, by more than clocks differ:
 * a client that hears nothing for a day must not come to give times that are ahead of the nodes'
 * clocks, which they may refuse. This machine's date is never used, for it may be wrong.
 */
final class StampClock {
  /** Low bits of a hybrid logical clock that count within one millisecond. */
  private static final int COUNTER_BITS = 16;

  /** The estimate loses a thousandth of the time that passes. */
  private static final long LOST_PART = 1000;

  /** Doublings of the margin at most: 16 milliseconds. */
  private static final int DOUBLINGS_MAX = 20;

  /** The highest time told or given; 0: none yet. */
  private long latest;

  /** The cluster's clock at {@link #toldNanos}, in milliseconds since 1970; 0: never told. */
  private long toldMillis;

  private long toldNanos;

  /** A node told its clock. */
  void onTold(long hlc, long nowNanos) {
    latest = later(latest, hlc);
    long millis = millis(hlc);
    if (millis >= estimatedMillis(nowNanos)) {
      toldMillis = millis;
      toldNanos = nowNanos;
    }
  }

  /** A time was too low. That says nothing of the nodes' clocks, which may be behind it. */
  void onTooLow(long aboveHlc) {
    latest = later(latest, aboveHlc);
  }

  /** Whether it was told anything, so that it can give a time. */
  boolean isSet() {
    return latest != 0;
  }

  /**
   * Gives a time.
   *
   * @param tooLow how often a time for the same write was too low. Each time doubles the distance
   *     from the highest time known. Otherwise a client that is far from the nodes would come too
   *     late again and again, as long as one that is near writes the same key.
   */
  long next(int tooLow, long nowNanos) {
    long above = latest + (1L << Math.min(tooLow, DOUBLINGS_MAX));
    latest = later(above, estimatedMillis(nowNanos) << COUNTER_BITS);
    return latest;
  }

  /** The milliseconds since 1970 of a hybrid time. */
  static long millis(long hlc) {
    return hlc >>> COUNTER_BITS;
  }

  private long estimatedMillis(long nowNanos) {
    if (toldMillis == 0) {
      return 0;
    }
    long passed = nowNanos - toldNanos;
    return toldMillis + TimeUnit.NANOSECONDS.toMillis(passed - passed / LOST_PART);
  }

  private static long later(long one, long other) {
    return Long.compareUnsigned(one, other) > 0 ? one : other;
  }
}

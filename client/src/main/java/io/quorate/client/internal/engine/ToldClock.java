package io.quorate.client.internal.engine;

import java.util.concurrent.TimeUnit;

/** The clock of one node, as it told it last. Owned by the loop. */
final class ToldClock {
  /** How long a clock that was told runs as this machine's does, within some milliseconds. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** From then on it loses a thousandth of the time that passes: more than clocks differ. */
  private static final long LOST_PART = 1000;

  /** 0 until it is told. */
  private long hlc;

  private long toldNanos;

  void set(long told, long nowNanos) {
    hlc = told;
    toldNanos = nowNanos;
  }

  /** Whether the node has told its clock at all. */
  boolean isKnown() {
    return hlc != 0;
  }

  boolean isFresh(long nowNanos) {
    return isKnown() && nowNanos - toldNanos <= FRESH_NANOS;
  }

  /** When it was told, on the loop's clock. */
  long toldNanos() {
    return toldNanos;
  }

  /**
   * About the hybrid time that it shows now, at least what was told. The clock of this machine may
   * be fast: an old time does not follow it fully, so that it does not come to be ahead of the
   * node's clock.
   */
  long at(long nowNanos) {
    long passed = nowNanos - toldNanos;
    long old = Math.max(passed - FRESH_NANOS, 0);
    return hlc + StampClock.hlc(TimeUnit.NANOSECONDS.toMillis(passed - old / LOST_PART));
  }
}

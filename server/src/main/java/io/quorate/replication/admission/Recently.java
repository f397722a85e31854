package io.quorate.replication.admission;

/** Counts what happened since a tenth of a second ago or so. */
final class Recently {
  private static final long WINDOW_NANOS = 100_000_000L;

  private long beganNanos;
  private int count;

  /** Counts one more, and says how many there were before it. */
  int another(long nowNanos) {
    if (count == 0 || nowNanos - beganNanos > WINDOW_NANOS) {
      beganNanos = nowNanos;
      count = 0;
    }
    return count++;
  }
}

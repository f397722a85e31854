package io.quorate.replication.admission;

/** How long requests take from their beginning to their end, as seen lately. */
final class ServiceTime {
  private static final double SHARE_OF_ONE = 1 / 32.0;
  private static final double FORGETTING = 1 / 256.0;

  private double meanNanos;
  private double fastestNanos;

  void took(long nanos) {
    if (meanNanos == 0) {
      meanNanos = nanos;
      fastestNanos = nanos;
      return;
    }
    meanNanos += (nanos - meanNanos) * SHARE_OF_ONE;
    fastestNanos =
        nanos < fastestNanos ? nanos : fastestNanos + (nanos - fastestNanos) * FORGETTING;
  }

  /** What no request beats by much. */
  long fastestNanos() {
    return (long) fastestNanos;
  }

  /**
   * How long it takes until so many have ended, while {@code concurrent} are under way all the
   * time: what ends in a time is what is under way, divided by how long each takes (Little's law).
   */
  long nanosFor(long count, int concurrent) {
    return (long) (count * meanNanos / concurrent);
  }
}

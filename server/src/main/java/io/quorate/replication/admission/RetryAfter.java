package io.quorate.replication.admission;

/**
 * When clients that were refused are told to ask again: not all at once, but one after the other as
 * fast as there will be room, so that their coming back is no second flood. Bounded, for what was
 * true a second ago says little.
 */
final class RetryAfter {
  private static final int MILLIS_MAX = 1000;

  private RetryAfter() {}

  static int millis(long waitNanos) {
    return (int) Math.min(Math.max(waitNanos / 1_000_000, 1), MILLIS_MAX);
  }
}

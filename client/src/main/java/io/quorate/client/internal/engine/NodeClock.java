package io.quorate.client.internal.engine;

import java.util.concurrent.TimeUnit;

/**
 * The wall clock of one node, by which the node judges how long an operation was on its way. Owned
 * by the loop.
 *
 * <p>What is known is how far that clock is ahead of this machine's monotonic one. Each answer that
 * tells the clock bounds it on both sides: the node told it before the answer came, and after the
 * operation was sent (Cristian, <i>Probabilistic clock synchronization</i>, 1989). What is known
 * moves into these bounds, and no further. So an answer that was long on its way changes nothing,
 * for its bounds are wide; a clock that was set forward is followed with the first answer, and one
 * that was set back is followed to within the time that the fastest answer takes.
 *
 * <p>What is known is never behind the clock by more than the fastest answer since the clock was
 * set took to come: otherwise the node would take an operation for older than it is.
 */
final class NodeClock {
  private static final long UNKNOWN = Long.MIN_VALUE;

  /** Milliseconds since 1970 that the node's clock shows at 0 of ours. */
  private long aheadMillis = UNKNOWN;

  /** Whether the node tells its wall clock itself, and not only its hybrid clock. */
  private boolean tellsWallClock;

  /**
   * The node told its hybrid clock, which is not behind its wall clock, and which does not go back
   * with that. It serves until the node tells the other one.
   */
  void onHybridClock(long hlc, long nowNanos) {
    if (!tellsWallClock) {
      onAtLeast(StampClock.millis(hlc), nowNanos);
    }
  }

  /** The node told its wall clock, now or some time ago. */
  void onAtLeast(long wallMillis, long nowNanos) {
    aheadMillis = Math.max(aheadMillis, wallMillis - millis(nowNanos));
  }

  /**
   * The node told its wall clock in an answer.
   *
   * @param sentNanos when the latest operation that is answered was sent
   */
  void onAnswer(long wallMillis, long sentNanos, long nowNanos) {
    tellsWallClock = true;
    onAtLeast(wallMillis, nowNanos);
    long next = wallMillis + 1; // it is told in whole milliseconds
    aheadMillis = Math.min(aheadMillis, next - millis(sentNanos));
  }

  /**
   * What the node's clock shows now.
   *
   * @return milliseconds since 1970; 0 while the node has not told it
   */
  long at(long nowNanos) {
    return aheadMillis == UNKNOWN ? 0 : aheadMillis + millis(nowNanos);
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}

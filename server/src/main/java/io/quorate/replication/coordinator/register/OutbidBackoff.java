package io.quorate.replication.coordinator.register;

/**
 * How a proposer gives way to another one that has outbid it: the first time it tries again at
 * once, and later after a wait, which is the longer the more often that happens. No I/O.
 */
final class OutbidBackoff {
  private static final long WAIT_NANOS = 4_000_000;
  private static final int WAIT_DOUBLINGS_MAX = 5;
  private static final int FAR_DOUBLINGS_MAX = 2;

  /** A round that took longer was not slow because replicas are far away. */
  private static final long FAR_ROUND_MAX_NANOS = 1_000_000_000;

  private int timesOutbid;
  private long notBeforeNanos;

  /**
   * How long its longest round took so far, or takes as far as is known: one that near replicas
   * outbid is a short one.
   */
  private long longestRoundNanos;

  void roundTakes(long nanos) {
    longestRoundNanos = Math.max(longestRoundNanos, nanos);
  }

  /**
   * Takes note that it was outbid.
   *
   * @param draw another number for each proposer and attempt: it decides how long this one waits
   * @return whether it tries again at once; if not, once {@link #isOver}
   */
  boolean outbid(long nowNanos, long draw) {
    timesOutbid++;
    if (timesOutbid == 1) {
      return true;
    }
    long most = mostToWaitNanos(timesOutbid - 2, longestRoundNanos);
    long mixed = draw * 0x9E3779B97F4A7C15L;
    notBeforeNanos = nowNanos + Math.floorMod(mixed ^ mixed >>> 32, most);
    return false;
  }

  boolean isOver(long nowNanos) {
    return nowNanos - notBeforeNanos >= 0;
  }

  /**
   * Two proposers get past each other if one waits for longer than the other takes, which is two
   * rounds, and these are as long as replicas are far away. It is enough that one of the two knows
   * this: one that is always outbid early on leaves the other its first round.
   *
   * @param doublings how often it has waited
   * @param roundNanos how long its longest round took
   */
  static long mostToWaitNanos(int doublings, long roundNanos) {
    long near = WAIT_NANOS << Math.min(doublings, WAIT_DOUBLINGS_MAX);
    long far = Math.min(roundNanos, FAR_ROUND_MAX_NANOS) << Math.min(doublings, FAR_DOUBLINGS_MAX);
    return Math.max(near, far);
  }
}

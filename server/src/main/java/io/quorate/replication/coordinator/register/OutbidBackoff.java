package io.quorate.replication.coordinator.register;

/**
 * How a proposer gives way to another one that has outbid it. Where a round takes less than 4 ms,
 * it tries again at once the first time. Where it takes longer, it waits for a round each time, in
 * which the other one may have its register accepted. Apart from that, waits are random, and grow
 * with each attempt. No I/O.
 */
final class OutbidBackoff {
  private static final long WAIT_NANOS = 4_000_000;
  private static final int WAIT_DOUBLINGS_MAX = 5;
  private static final int FAR_DOUBLINGS_MAX = 2;

  /** A round that took longer is not slow because replicas are far away. */
  private static final long FAR_ROUND_MAX_NANOS = 1_000_000_000;

  private int timesOutbid;
  private long notBeforeNanos;

  /**
   * The longest round so far, measured or expected of the round trips. Those that were measured are
   * too short where near replicas outbid at once.
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
    long roundNanos = Math.min(longestRoundNanos, FAR_ROUND_MAX_NANOS);
    boolean isFar = roundNanos >= WAIT_NANOS;
    if (timesOutbid == 1 && !isFar) {
      return true;
    }
    long least = isFar ? roundNanos : 0;
    long more = mostMoreNanos(timesOutbid - (isFar ? 1 : 2), roundNanos);
    long mixed = draw * 0x9E3779B97F4A7C15L;
    notBeforeNanos = nowNanos + least + Math.floorMod(mixed ^ mixed >>> 32, more);
    return false;
  }

  boolean isOver(long nowNanos) {
    return nowNanos - notBeforeNanos >= 0;
  }

  /**
   * Up to how much longer it waits. Two proposers get past each other if one waits for longer than
   * the other takes, which is two rounds, and these are as long as replicas are far away. It is
   * enough that one of the two knows this: one that is always outbid early on leaves the other its
   * first round.
   *
   * @param doublings how often it has waited
   * @param roundNanos how long its longest round took
   */
  static long mostMoreNanos(int doublings, long roundNanos) {
    long near = WAIT_NANOS << Math.min(doublings, WAIT_DOUBLINGS_MAX);
    long far = roundNanos << Math.min(doublings, FAR_DOUBLINGS_MAX);
    return Math.max(near, far);
  }
}

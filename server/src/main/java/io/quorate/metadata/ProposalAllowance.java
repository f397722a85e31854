package io.quorate.metadata;

/**
 * What one other node may still propose to this leader, counted in commands and in bytes. One that
 * proposes without end fills the log for all, and takes the room of what others have to be decided.
 * A sound node sends a command again that was refused for this, so it is late at most.
 */
final class ProposalAllowance {
  /** What one command costs, and each {@link #BYTES_OF_ONE} bytes of it. */
  private static final long COST_NANOS = 2_000_000L;

  private static final int BYTES_OF_ONE = 1_024;

  /** At once: as many commands as may wait on one node. */
  private static final long BURST_NANOS = 1_000 * COST_NANOS;

  /** What was taken has been paid for up to this moment. */
  private long paidNanos;

  ProposalAllowance(long nowNanos) {
    paidNanos = nowNanos - BURST_NANOS;
  }

  /** Takes a command from the allowance, unless too little of it is left. */
  boolean take(int bytes, long nowNanos) {
    long unpaid = Math.min(BURST_NANOS, nowNanos - paidNanos);
    long cost = COST_NANOS * (1 + bytes / BYTES_OF_ONE);
    if (cost > unpaid) {
      return false;
    }
    paidNanos = nowNanos - unpaid + cost;
    return true;
  }
}

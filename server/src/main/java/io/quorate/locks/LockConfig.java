package io.quorate.locks;

import io.quorate.raft.RaftConfig;

/**
 * Timing and limits of a node's part in the group.
 *
 * @param raft times in ticks
 * @param tickNanos length of a tick
 * @param snapshotBytes a snapshot replaces the log after this many bytes of entries, and after as
 *     many as the snapshot before had
 * @param retryNanos a request that nothing was heard of is sent again after this
 * @param waiterNanos an owner in line is dropped when its node has not asked again for this long
 * @param pendingMax requests of this node that may be unanswered; more are refused, and those that
 *     may wait for their turn are from nine tenths of it on
 * @param inputsMax messages and ticks taken in while the disk is busy
 */
public record LockConfig(
    RaftConfig raft,
    long tickNanos,
    long snapshotBytes,
    long retryNanos,
    long waiterNanos,
    int pendingMax,
    int inputsMax) {
  /** With the timing of the metadata group. */
  public static LockConfig of(RaftConfig raft, long tickNanos) {
    return new LockConfig(raft, tickNanos, 1L << 20, 500_000_000L, 5_000_000_000L, 20_000, 100_000);
  }
}

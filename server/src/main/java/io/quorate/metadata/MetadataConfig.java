package io.quorate.metadata;

import io.quorate.raft.RaftConfig;

/**
 * Timing and limits of a node's part in the metadata group.
 *
 * @param raft times in ticks
 * @param tickNanos length of a tick
 * @param snapshotEvery a snapshot replaces the log after this many entries
 * @param retryNanos a command or a read that nothing was heard of is sent again after this
 * @param pendingMax commands, and reads, of this node that may wait; more are refused
 * @param inputsMax messages and ticks taken in while the disk is busy; more are dropped, as if the
 *     network had lost them
 * @param leaderRegion where the leader of the group should stand; empty: anywhere
 */
public record MetadataConfig(
    RaftConfig raft,
    long tickNanos,
    int snapshotEvery,
    long retryNanos,
    int pendingMax,
    int inputsMax,
    String leaderRegion) {
  public static final MetadataConfig DEFAULT =
      new MetadataConfig(RaftConfig.DEFAULT, 50_000_000L, 1_000, 500_000_000L, 1_000, 10_000, "");

  /** The same with the leader preferred in a region. */
  public MetadataConfig withLeaderIn(String region) {
    return new MetadataConfig(
        raft, tickNanos, snapshotEvery, retryNanos, pendingMax, inputsMax, region);
  }
}

package io.quorate.raft;

/**
 * Times in ticks and the limit of every queue and message.
 *
 * @param electionTicks a node that heard no leader for this long, up to just under twice of it
 *     (drawn again each time), campaigns; also how long it refuses to vote after it heard one, how
 *     long a leader goes on without a majority, and how long a transfer may take; {@link
 *     Raft#setElectionTicks} makes it longer
 * @param heartbeatTicks how often a leader is heard; well below {@code electionTicks}
 * @param preVote ask whether an election could be won before raising the term (9.6)
 * @param entryBytesMax larger payloads are refused
 * @param appendBytesMax entries of one append, at least one entry
 * @param appendsInFlightMax appends sent to one follower and not yet answered
 * @param uncommittedBytesMax a leader refuses proposals while this much waits to be committed
 * @param applyBytesMax committed entries in one {@link Ready}, at least one entry
 * @param snapshotChunkBytes size of the pieces in which a snapshot travels
 * @param snapshotBytesMax larger snapshots are not accepted from a leader
 * @param readsMax reads waiting for confirmation; more are refused
 * @param entriesKept entries held in memory behind a compaction, so that a follower that is only a
 *     little behind needs no snapshot
 * @param promotionLagMax a learner with more entries missing than this is not promoted
 */
public record RaftConfig(
    int electionTicks,
    int heartbeatTicks,
    boolean preVote,
    int entryBytesMax,
    int appendBytesMax,
    int appendsInFlightMax,
    long uncommittedBytesMax,
    int applyBytesMax,
    int snapshotChunkBytes,
    int snapshotBytesMax,
    int readsMax,
    int entriesKept,
    int promotionLagMax) {

  /** For ticks of 50 ms: heartbeats each 100 ms, elections after 500 to 1000 ms. */
  public static final RaftConfig DEFAULT =
      new RaftConfig(
          10, 2, true, 4 << 20, 1 << 20, 64, 64L << 20, 4 << 20, 256 << 10, 256 << 20, 100_000,
          1_000, 1_000);

  /** Heartbeats that one may leave unanswered and count as there: one is lost, one under way. */
  static final int HEARTBEATS_MISSED_MAX = 2;

  public RaftConfig {
    atLeast("heartbeatTicks", heartbeatTicks, 1);
    atLeast("electionTicks", electionTicks, heartbeatTicks + 1);
    atLeast("entryBytesMax", entryBytesMax, 1);
    atLeast("appendBytesMax", appendBytesMax, 1);
    atLeast("appendsInFlightMax", appendsInFlightMax, 1);
    atLeast("uncommittedBytesMax", uncommittedBytesMax, 1);
    atLeast("applyBytesMax", applyBytesMax, 1);
    atLeast("snapshotChunkBytes", snapshotChunkBytes, 1);
    atLeast("snapshotBytesMax", snapshotBytesMax, 1);
    atLeast("readsMax", readsMax, 1);
    atLeast("entriesKept", entriesKept, 0);
    atLeast("promotionLagMax", promotionLagMax, 0);
  }

  /** How old the last answer of a node that counts as there may be. */
  public int answerTicks() {
    return HEARTBEATS_MISSED_MAX * heartbeatTicks;
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least " + least);
    }
  }
}

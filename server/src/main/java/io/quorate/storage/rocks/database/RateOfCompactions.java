package io.quorate.storage.rocks.database;

/**
 * The rule by which tables are written: at a least rate, and faster the more waits. Without I/O.
 */
public final class RateOfCompactions {
  /** Bytes a second while nothing is late. */
  public static final long LEAST = 16L << 20;

  /** Bytes a second from which on it is no bound. */
  public static final long MOST = 4L << 30;

  /**
   * For each of these that are to be compacted, the rate rises by the least one. A compaction of
   * level zero that is due counts about as much as this.
   */
  private static final long PENDING_STEP = 512L << 20;

  /** Tables that wait at level zero before RocksDB compacts them; it slows writes down at 20. */
  private static final long LEVEL_ZERO_USUAL = 4;

  /** Memtables that may wait: RocksDB writes several out at once, as one file. */
  private static final long IMMUTABLE_USUAL = 4;

  private static final int DOUBLINGS_MAX = 8;

  private RateOfCompactions() {}

  /**
   * @param pending bytes that RocksDB would compact to have its levels as large as they should be
   * @param levelZero tables of records that were written out and not compacted yet
   * @param immutable memtables that are to be written out
   */
  static long bytesPerSecond(long pending, long levelZero, long immutable) {
    long late =
        Math.max(0, levelZero - LEVEL_ZERO_USUAL) + Math.max(0, immutable - IMMUTABLE_USUAL);
    int doublings = (int) Math.min(late, DOUBLINGS_MAX);
    long steps = 1 + pending / PENDING_STEP;
    return Math.min(MOST, (Math.min(steps, MOST / LEAST) * LEAST) << doublings);
  }
}

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

  private static final int DOUBLINGS_MAX = 8;

  /**
   * Of the memtables with which RocksDB stops writes, a third may wait: those that are being
   * written out. With all of them the rate has been doubled as often as it may.
   */
  private static final long IMMUTABLE_SHARES = DOUBLINGS_MAX * 3 / 2;

  private static final long IMMUTABLE_SHARES_USUAL = IMMUTABLE_SHARES / 3;

  private RateOfCompactions() {}

  /**
   * How late a family is: RocksDB slows down and stops all writes for what waits in one.
   *
   * @param levelZero its tables that were written out and not compacted yet
   * @param immutable its memtables that are to be written out
   * @param immutableMax those with which RocksDB stops writes
   */
  static long late(long levelZero, long immutable, long immutableMax) {
    long shares = immutable * IMMUTABLE_SHARES / immutableMax;
    return Math.max(0, levelZero - LEVEL_ZERO_USUAL) + Math.max(0, shares - IMMUTABLE_SHARES_USUAL);
  }

  /**
   * Returns the rate.
   *
   * @param pending bytes that RocksDB would compact to have its levels as large as they should be
   * @param late of the family that is latest
   */
  static long bytesPerSecond(long pending, long late) {
    int doublings = (int) Math.min(late, DOUBLINGS_MAX);
    long steps = 1 + pending / PENDING_STEP;
    return Math.min(MOST, (Math.min(steps, MOST / LEAST) * LEAST) << doublings);
  }
}

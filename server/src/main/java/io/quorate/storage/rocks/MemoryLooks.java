package io.quorate.storage.rocks;

/**
 * Whether a lane looks for a record in memory before another thread reads it from disk. A look that
 * finds the record saves the way to that thread. One that does not costs the lane more than the way
 * does, for RocksDB says by an exception that it would have to read the disk. So where the data is
 * much larger than the memory before it, and nearly no look finds anything, only some are made: as
 * many as it takes to notice that this has changed.
 *
 * <p>Used by one lane only.
 */
final class MemoryLooks {
  /** Weight of the latest look in the average: 1 of this many. */
  private static final int MEMORY = 64;

  private static final int ALL = 1 << 16;

  /** Looks are worth their cost if at least this share finds something. */
  private static final int WORTH = ALL / 4;

  /** Of reads that are not worth a look, one of this many is given one. */
  private static final int TRIAL = 8;

  /** Share of looks that found something, on an average over the latest. */
  private int found = ALL;

  private int untried;

  /** Whether the next read is to look in memory; if so, {@link #looked} is called next. */
  boolean takeTurnToLook() {
    if (found >= WORTH) {
      return true;
    }
    untried = (untried + 1) % TRIAL;
    return untried == 0;
  }

  /** Tells what came of a look: whether it saved the way to another thread. */
  void looked(boolean saved) {
    found += ((saved ? ALL : 0) - found) / MEMORY;
  }
}

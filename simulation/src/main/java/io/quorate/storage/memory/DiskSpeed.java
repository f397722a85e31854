package io.quorate.storage.memory;

import io.quorate.runtime.Randomness;

/**
 * How long a disk takes. Each sync and each read of what is not cached takes a time between the
 * bounds.
 *
 * @param uncachedPercent how many reads of a hundred are answered later, from disk
 */
public record DiskSpeed(
    long syncNanosMin,
    long syncNanosMax,
    int uncachedPercent,
    long readNanosMin,
    long readNanosMax) {

  /** A flash disk: syncs of 50 to 300 microseconds, one read of ten from disk. */
  public static final DiskSpeed FLASH = new DiskSpeed(50_000, 300_000, 10, 50_000, 500_000);

  /** A disk in trouble: syncs of 50 to 500 milliseconds, half of the reads from disk. */
  public static final DiskSpeed SLOW =
      new DiskSpeed(50_000_000, 500_000_000, 50, 10_000_000, 100_000_000);

  public DiskSpeed {
    if (syncNanosMin < 0
        || syncNanosMax < syncNanosMin
        || readNanosMin < 0
        || readNanosMax < readNanosMin) {
      throw new IllegalArgumentException(
          "disk speed with syncs of %d to %d ns and reads of %d to %d ns"
              .formatted(syncNanosMin, syncNanosMax, readNanosMin, readNanosMax));
    }
  }

  long syncNanos(Randomness chance) {
    return between(syncNanosMin, syncNanosMax, chance);
  }

  long readNanos(Randomness chance) {
    return between(readNanosMin, readNanosMax, chance);
  }

  boolean isCached(Randomness chance) {
    return chance.nextInt(100) >= uncachedPercent;
  }

  private static long between(long min, long max, Randomness chance) {
    return min + Long.remainderUnsigned(chance.nextLong(), max - min + 1);
  }
}

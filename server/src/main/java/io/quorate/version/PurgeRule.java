package io.quorate.version;

/**
 * What a purge takes away of records of which the last write wins, and what it refuses so that
 * nothing comes back. Pure, so that all replicas of a partition that know the same marks hold the
 * same.
 */
final class PurgeRule {
  private PurgeRule() {}

  /**
   * Whether a record counts as nothing once its partition is purged up to {@code purged}: it is no
   * newer than that, and was deleted, or had expired by then.
   */
  static boolean isGone(RecordHeader record, long purged) {
    return isUpTo(record, purged) && !record.isLiveAt(Hlc.millis(purged));
  }

  /** Whether a record is one that a purge up to {@code mark} looks at, be it deleted or not. */
  static boolean isUpTo(RecordHeader record, long mark) {
    return Long.compareUnsigned(newest(record), mark) <= 0;
  }

  /**
   * From when on a purge could take a record away, in milliseconds since 1970; {@link
   * Long#MAX_VALUE} if never.
   */
  static long purgeableFromMillis(RecordHeader record) {
    long stampedMillis = Hlc.millis(newest(record));
    if (record.isTombstone()) {
      return stampedMillis;
    }
    return record.expiresAtMillis() == 0
        ? Long.MAX_VALUE
        : Math.max(stampedMillis, record.expiresAtMillis());
  }

  private static long newest(RecordHeader record) {
    return Hlc.later(record.version().hlc(), record.latestTime());
  }
}

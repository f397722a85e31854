package io.quorate.storage.rocks.database;

import io.quorate.runtime.Clock;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RateLimiter;
import org.rocksdb.RateLimiterMode;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * How fast memtables are written out and tables compacted: as slowly as keeps up. RocksDB by itself
 * does it as fast as it can, so for seconds at a time it takes a processor and all that the device
 * writes, and reads and syncs wait for it.
 *
 * <p>The rate follows what waits. So it needs no guess of what a machine can do, or of how much
 * each byte costs to be compacted: where the rate is too low for what is written, more waits, and
 * the rate doubles until it is enough, long before RocksDB would slow writes down ({@link
 * RateOfCompactions}).
 */
public final class CompactionPace {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final String PENDING = "rocksdb.estimate-pending-compaction-bytes";
  private static final String IMMUTABLE = "rocksdb.num-immutable-mem-table";

  private final Database database;
  private final RecordFamily records;
  private final Clock clock;

  /** Used by the writer's thread only, as is the one below. */
  private long lookAtNanos;

  private long rate;

  public CompactionPace(Database database, RecordFamily records, Clock clock) {
    this.database = database;
    this.records = records;
    this.clock = clock;
    this.lookAtNanos = clock.nanos();
  }

  /** Returns a limiter without a bound: until the first write, as a database is opened at once. */
  static RateLimiter limiter() {
    return new RateLimiter(
        RateOfCompactions.MOST,
        RateLimiter.DEFAULT_REFILL_PERIOD_MICROS,
        RateLimiter.DEFAULT_FAIRNESS,
        RateLimiterMode.WRITES_ONLY,
        false);
  }

  /**
   * Looks at what waits, if it is time to. Called after each write, by the one thread that writes.
   * A look that fails leaves the rate as it is.
   */
  public void written() {
    long now = clock.nanos();
    if (now - lookAtNanos < 0) {
      return;
    }
    lookAtNanos = now + LOOK_NANOS;
    RecordFamily.Generation read = records.enter();
    if (read == null) {
      return;
    }
    try {
      RocksDB db = database.db();
      long next =
          RateOfCompactions.bytesPerSecond(
              db.getAggregatedLongProperty(PENDING),
              read.levelZeroFiles(),
              db.getAggregatedLongProperty(IMMUTABLE));
      if (next != rate) {
        rate = next;
        database.limiter().setBytesPerSecond(next);
      }
    } catch (RocksDBException unknown) {
      // The write is durable, and no less so because nothing is known of tables.
    } finally {
      read.leave();
    }
  }
}

package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.runtime.Clock;
import java.util.concurrent.TimeUnit;
import org.rocksdb.ColumnFamilyHandle;
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
 * RateOfCompactions}). Each family counts, for RocksDB stops the writes to all of them when one has
 * too many memtables or tables that wait.
 *
 * <p>Used by the writer's thread only.
 */
public final class CompactionPace {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final String PENDING = "rocksdb.estimate-pending-compaction-bytes";
  private static final String IMMUTABLE = "rocksdb.num-immutable-mem-table";

  private final Database database;
  private final Clock clock;
  private long lookAtNanos;

  /** What it has set the rate to; none until the first look. */
  private long rate = RateOfCompactions.MOST;

  public CompactionPace(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
    this.lookAtNanos = clock.nanos();
  }

  /** Returns a limiter without a bound: until the first look, as a database is opened at once. */
  static RateLimiter limiter() {
    return new RateLimiter(
        RateOfCompactions.MOST,
        RateLimiter.DEFAULT_REFILL_PERIOD_MICROS,
        RateLimiter.DEFAULT_FAIRNESS,
        RateLimiterMode.WRITES_ONLY,
        false);
  }

  /**
   * Until there is a look to be made though nothing is written, negative if it is overdue: while
   * the rate is above the least, what it was raised for becomes less.
   */
  public long nanosUntilLook() {
    return rate > RateOfCompactions.LEAST ? lookAtNanos - clock.nanos() : Long.MAX_VALUE;
  }

  /**
   * Looks at what waits, if it is time to. Called after each write, while a write waits for
   * RocksDB, and when {@link #nanosUntilLook} says so. A look that fails leaves the rate as it is.
   */
  public void look() {
    long now = clock.nanos();
    if (now - lookAtNanos < 0 || !database.gate().enter()) {
      return;
    }
    lookAtNanos = now + LOOK_NANOS;
    try {
      long next =
          RateOfCompactions.bytesPerSecond(
              database.db().getAggregatedLongProperty(PENDING), late());
      if (next != rate) {
        rate = next;
        database.limiter().setBytesPerSecond(next);
      }
    } catch (RocksDBException unknown) {
      // What was written is durable, and no less so because nothing is known of tables.
    } finally {
      database.gate().leave();
    }
  }

  /** Of the family that is latest. */
  private long late() throws RocksDBException {
    RocksDB db = database.db();
    long late = 0;
    for (ColumnFamilyHandle family : database.handles()) {
      String name = new String(family.getName(), UTF_8);
      late =
          Math.max(
              late,
              RateOfCompactions.late(
                  database.levelZeroFiles(family),
                  db.getLongProperty(family, IMMUTABLE),
                  Tuning.memtablesMax(name)));
    }
    return late;
  }
}

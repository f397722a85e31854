package io.quorate.storage.rocks.writer;

import io.quorate.runtime.Clock;
import io.quorate.storage.rocks.database.Faults;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Writes that wait here, and not within RocksDB, while it has no room in memory. Within, a write
 * that waits for a memtable to be written out does not hear that this failed: on a full device it
 * waits until there is space again, and nobody is told why nothing is written. Here, the next
 * attempt says so.
 */
public final class PacedWrites implements AutoCloseable {
  private static final String IS_STOPPED = "rocksdb.is-write-stopped";
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final WriteOptions atOnce;

  /** For writes that RocksDB slows down, since there is more to be compacted than it likes. */
  private final WriteOptions slowedDown;

  private final Clock clock;
  private final Runnable whileStopped;

  /** Added to by the one thread that writes, and read by others. */
  private final AtomicLong heldUpNanos = new AtomicLong();

  /**
   * @param sync whether a write is durable when it returns
   * @param whileStopped called about once a millisecond while a write waits, by its thread
   */
  public PacedWrites(boolean sync, Clock clock, Runnable whileStopped) {
    this.clock = clock;
    this.whileStopped = whileStopped;
    this.atOnce = new WriteOptions().setSync(sync).setNoSlowdown(true);
    this.slowedDown = new WriteOptions().setSync(sync);
  }

  public void write(RocksDB db, WriteBatch batch) throws RocksDBException {
    if (writeAtOnce(db, batch)) {
      return;
    }
    long since = clock.nanos();
    try {
      while (db.getLongProperty(IS_STOPPED) != 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
        since = heldUp(since);
        whileStopped.run();
        if (writeAtOnce(db, batch)) {
          return;
        }
      }
      db.write(slowedDown, batch);
    } finally {
      long unused = heldUp(since);
    }
  }

  private boolean writeAtOnce(RocksDB db, WriteBatch batch) throws RocksDBException {
    try {
      db.write(atOnce, batch);
      return true;
    } catch (RocksDBException failure) {
      if (!Faults.isIncomplete(failure)) {
        throw failure;
      }
      return false;
    }
  }

  /** Counts the time since then as waited, so that it shows while a write still waits. */
  private long heldUp(long since) {
    long now = clock.nanos();
    heldUpNanos.addAndGet(now - since);
    return now;
  }

  /** For how long writes have waited here, or were slowed down. May be asked on any thread. */
  public long heldUpNanos() {
    return heldUpNanos.get();
  }

  @Override
  public void close() {
    atOnce.close();
    slowedDown.close();
  }
}

package io.quorate.storage.rocks;

import java.util.concurrent.TimeUnit;
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
final class PacedWrites implements AutoCloseable {
  private static final String IS_STOPPED = "rocksdb.is-write-stopped";
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final WriteOptions atOnce;

  /** For writes that RocksDB slows down, since there is more to be compacted than it likes. */
  private final WriteOptions slowedDown;

  /**
   * @param sync whether a write is durable when it returns
   */
  PacedWrites(boolean sync) {
    this.atOnce = new WriteOptions().setSync(sync).setNoSlowdown(true);
    this.slowedDown = new WriteOptions().setSync(sync);
  }

  void write(RocksDB db, WriteBatch batch) throws RocksDBException {
    while (true) {
      try {
        db.write(atOnce, batch);
        return;
      } catch (RocksDBException failure) {
        if (!Faults.isIncomplete(failure)) {
          throw failure;
        }
      }
      if (db.getLongProperty(IS_STOPPED) == 0) {
        db.write(slowedDown, batch);
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Override
  public void close() {
    atOnce.close();
    slowedDown.close();
  }
}

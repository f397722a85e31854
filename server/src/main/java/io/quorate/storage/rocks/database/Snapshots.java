package io.quorate.storage.rocks.database;

import io.quorate.model.Invariant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.Snapshot;

/**
 * The snapshots of an open database. Those who ask for one while nothing is written share it, and
 * it goes with the last of them: RocksDB keeps what was overwritten since its oldest snapshot, and
 * has to look through all of them whenever it compacts.
 *
 * <p>Functions without another word are for threads that are inside the gate of the database.
 */
public final class Snapshots {
  private final RocksDB db;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those that the database has; guarded by lock, as are all below. */
  private final Set<Held> held = new LinkedHashSet<>();

  private @Nullable Held newest;

  public Snapshots(RocksDB db) {
    this.db = db;
  }

  /** One snapshot, of all families, while anybody holds it. */
  public final class Held {
    private final Snapshot snapshot;
    private int holders = 1;

    private Held(Snapshot snapshot) {
      this.snapshot = snapshot;
    }

    /**
     * Whether the caller holds it, too, and must {@link #release} it; false if it is gone. Called
     * anywhere.
     */
    public boolean hold() {
      lock.lock();
      try {
        if (holders == 0) {
          return false;
        }
        holders++;
        return true;
      } finally {
        lock.unlock();
      }
    }

    public void release() {
      lock.lock();
      try {
        holders--;
        if (holders == 0) {
          held.remove(this);
          db.releaseSnapshot(snapshot);
        }
      } finally {
        lock.unlock();
      }
    }

    /** Has a holder read what there was. */
    public void setOn(ReadOptions options) {
      options.setSnapshot(snapshot);
    }
  }

  /** What readers see now, held by the caller. */
  public Held take() {
    lock.lock();
    try {
      Held last = newest;
      // The database counts each write before any thread can read what it wrote.
      if (last != null
          && last.holders > 0
          && last.snapshot.getSequenceNumber() == db.getLatestSequenceNumber()) {
        last.holders++;
        return last;
      }
      Held next = new Held(Invariant.present(db.getSnapshot(), "no snapshot"));
      held.add(next);
      newest = next;
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Releases all, also those that are held: no thread is inside any more, and none comes. */
  public void close() {
    lock.lock();
    try {
      for (Held each : held) {
        each.holders = 0;
        db.releaseSnapshot(each.snapshot);
      }
      held.clear();
    } finally {
      lock.unlock();
    }
  }
}

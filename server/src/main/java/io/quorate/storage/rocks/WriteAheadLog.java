package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.runtime.Clock;
import io.quorate.storage.Durability;
import io.quorate.storage.rocks.database.CompactionPace;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.writer.GroupWriter;
import io.quorate.storage.rocks.writer.PacedWrites;
import io.quorate.storage.rocks.writer.Turn;
import io.quorate.storage.rocks.writer.Write;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The database as the writer sees it. Used by the writer's thread only, until that has ended. */
final class WriteAheadLog implements GroupWriter.Disk {
  private static final byte[] PROBE_KEY = "probe".getBytes(UTF_8);
  private static final byte[] PROBE_VALUE = {};

  private final Database database;
  private final RocksSettings settings;
  private final Renewal renewal;
  private final boolean syncsEach;
  private final PacedWrites writes;
  private final CompactionPace compactions;
  private final WriteBatch batch = new WriteBatch();

  /**
   * Without some of its tables RocksDB would go on behind a write that failed, and the log would
   * end there when it is read: all that is written later would be lost.
   */
  private @Nullable RocksDBException failed;

  WriteAheadLog(
      Database database,
      RocksSettings settings,
      Renewal renewal,
      CompactionPace compactions,
      Clock clock) {
    this.renewal = renewal;
    this.database = database;
    this.settings = settings;
    this.syncsEach = settings.durability() instanceof Durability.Synced;
    this.writes = new PacedWrites(syncsEach, clock, compactions::look);
    this.compactions = compactions;
  }

  @Override
  public void commit(List<Turn> group) throws RocksDBException {
    RocksDBException before = failed;
    if (before != null) {
      throw before;
    }
    batch.clear();
    for (Turn turn : group) {
      for (Write write : turn.writes()) {
        write.addTo(batch);
      }
    }
    try {
      writes.write(database.db(), batch);
    } catch (RocksDBException failure) {
      renewal.failed(failure);
      if (database.lacksTables()) {
        failed = failure;
      }
      throw failure;
    }
    if (syncsEach) {
      database.synced(database.db().getLatestSequenceNumber());
    }
    compactions.look();
  }

  @Override
  public void sync() throws RocksDBException {
    long written = database.db().getLatestSequenceNumber();
    database.db().syncWal();
    database.synced(written);
  }

  @Override
  public long nanosUntilChore() {
    return Math.min(renewal.nanosUntilDue(), compactions.nanosUntilLook());
  }

  @Override
  public boolean chore() throws RocksDBException {
    boolean renews = renewal.nanosUntilDue() <= 0;
    if (renews) {
      renewal.goOn();
    }
    compactions.look();
    return renews;
  }

  // RocksDB resumes by itself, but only when it could write a whole memtable out.
  @Override
  public long roomBytes() {
    return settings.memtableBytes();
  }

  @Override
  public void probe() throws RocksDBException {
    database.meta(PROBE_KEY, PROBE_VALUE);
  }

  /** For how long writes have waited for RocksDB; may be asked anywhere, also once it is closed. */
  long heldUpNanos() {
    return writes.heldUpNanos();
  }

  void close() {
    batch.close();
    writes.close();
  }
}

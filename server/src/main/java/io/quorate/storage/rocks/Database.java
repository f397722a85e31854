package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** An open RocksDB with its families. Opened by {@link Opening}. */
final class Database {
  private static final byte[] FORMAT_KEY = "format".getBytes(UTF_8);

  private final Path directory;
  private final Tuning tuning;
  private final RocksDB db;
  private final SyncedMark synced;

  /** All families, those of newer versions included. */
  private final List<ColumnFamilyHandle> handles;

  private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);

  /** Whoever uses the database is inside; see {@link Gate}. */
  private final Gate gate = new Gate();

  Database(
      Path directory,
      Tuning tuning,
      RocksDB db,
      SyncedMark synced,
      List<ColumnFamilyHandle> handles)
      throws RocksDBException {
    this.directory = directory;
    this.tuning = tuning;
    this.db = db;
    this.synced = synced;
    this.handles = handles;
    for (ColumnFamilyHandle handle : handles) {
      for (Family family : Family.values()) {
        if (new String(handle.getName(), UTF_8).equals(new String(family.bytes(), UTF_8))) {
          families.put(family, handle);
        }
      }
    }
  }

  /** The data directory of the node, for messages. */
  Path directory() {
    return directory;
  }

  RocksDB db() {
    return db;
  }

  SyncedMark synced() {
    return synced;
  }

  ColumnFamilyHandle family(Family family) {
    return Objects.requireNonNull(families.get(family));
  }

  Gate gate() {
    return gate;
  }

  byte @Nullable [] meta(byte[] key) throws RocksDBException {
    return db.get(family(Family.META), key);
  }

  /** Writes and syncs. */
  void meta(byte[] key, byte[] value) throws RocksDBException {
    try (WriteOptions synced = new WriteOptions().setSync(true)) {
      db.put(family(Family.META), synced, key, value);
    }
  }

  /** The format of what is in the directory; null if it was just created. */
  @Nullable Integer format() throws RocksDBException {
    byte[] stored = meta(FORMAT_KEY);
    return stored == null ? null : ByteBuffer.wrap(stored).getInt();
  }

  void format(int format) throws RocksDBException {
    meta(FORMAT_KEY, ByteBuffer.allocate(Integer.BYTES).putInt(format).array());
  }

  /**
   * Waits until nobody is inside, then closes; false if it was closed before.
   *
   * @param flush whether to write memtables out, so that the next start has no log to replay
   */
  boolean close(boolean flush) {
    if (!gate.close()) {
      return false;
    }
    if (flush) {
      flush();
    }
    handles.forEach(ColumnFamilyHandle::close);
    db.close();
    tuning.close();
    return true;
  }

  private void flush() {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, new ArrayList<>(families.values()));
    } catch (RocksDBException ignored) {
      // Everything is in the log, from which the next start takes it.
    }
  }
}

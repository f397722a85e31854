package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.files.DirectoryLock;
import io.quorate.storage.rocks.files.Inventory;
import io.quorate.storage.rocks.files.LiveFiles;
import io.quorate.storage.rocks.files.SyncedMark;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RateLimiter;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** An open RocksDB with its families. Opened by {@link Opening}. */
public final class Database {
  private static final byte[] FORMAT_KEY = "format".getBytes(UTF_8);

  /** Under it lies the name of the family that holds the records, if that is not the first. */
  private static final byte[] RECORDS_KEY = "records".getBytes(UTF_8);

  private static final long FLUSH_PAUSE_NANOS_MIN = 1_000_000;
  private static final long FLUSH_PAUSE_NANOS_MAX = 20_000_000;

  /** About a minute: what is not written out by then stays in the log. */
  private static final int FLUSH_REQUESTS_MAX = 3_000;

  private final Path directory;
  private final Tuning tuning;
  private final RocksDB db;
  private final DirectoryLock lock;
  private final SyncedMark mark;
  private final LiveFiles live;
  private final boolean lacksTables;
  private final boolean isNew;

  /** All that are open, those of newer versions included. Writer's thread, once there is one. */
  private final Set<ColumnFamilyHandle> handles;

  private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);

  /** Every user of the database enters it while it uses it; see {@link Gate}. */
  private final Gate gate = new Gate();

  private final Snapshots snapshots;

  public Database(
      Path directory,
      DirectoryLock lock,
      Tuning tuning,
      RocksDB db,
      SyncedMark mark,
      List<ColumnFamilyHandle> handles,
      boolean lacksTables)
      throws RocksDBException {
    this.directory = directory;
    this.lock = lock;
    this.tuning = tuning;
    this.db = db;
    this.snapshots = new Snapshots(db);
    this.mark = mark;
    this.live = new LiveFiles(directory.resolve("db"), mark);
    this.lacksTables = lacksTables;
    this.isNew = !mark.state().created();
    this.handles = new LinkedHashSet<>(handles);
    for (ColumnFamilyHandle handle : handles) {
      for (Family family : Family.values()) {
        if (new String(handle.getName(), UTF_8).equals(new String(family.bytes(), UTF_8))) {
          families.put(family, handle);
        }
      }
    }
  }

  /** The data directory of the node, for messages. */
  public Path directory() {
    return directory;
  }

  public RocksDB db() {
    return db;
  }

  public SyncedMark mark() {
    return mark;
  }

  /** Remembers that writes up to a sequence number were synced, and may be acknowledged. */
  public void synced(long sequence) throws RocksDBException {
    mark.set(sequence);
    live.look(db);
  }

  /** Remembers which files the database consists of, whether or not anything was written. */
  public void remember() throws RocksDBException {
    live.remember(db);
  }

  /**
   * Lets families be compacted that were there when the database was opened. Where something may be
   * unreadable that is the history alone, which was looked at.
   */
  void beginCompactions() throws RocksDBException {
    db.enableAutoCompaction(tuning.suspect() ? List.of(family(Family.HISTORY)) : handles());
  }

  /**
   * Lets families be compacted, once the records are rewritten: with the family that they lay in,
   * what could not be read is gone. The history is none of them: it has been compacted all along,
   * unless something in it cannot be read (HistoryDamage), which a compaction would come upon.
   */
  public void goOnCompacting() throws RocksDBException {
    List<ColumnFamilyHandle> others = new ArrayList<>(handles());
    others.remove(family(Family.HISTORY));
    db.enableAutoCompaction(others);
  }

  /** Whether it was created when it was opened: then no caller has ever written to it before. */
  boolean isNew() {
    return isNew;
  }

  /** Whether table files are left out that cannot be read. */
  public boolean lacksTables() {
    return lacksTables;
  }

  /** Whether there may be something that cannot be read: only the history is known to be whole. */
  boolean isSuspect() {
    return tuning.suspect();
  }

  /** Whether a family of this name is open. */
  boolean has(String name) throws RocksDBException {
    for (ColumnFamilyHandle handle : handles) {
      if (new String(handle.getName(), UTF_8).equals(name)) {
        return true;
      }
    }
    return false;
  }

  public ColumnFamilyHandle family(Family family) {
    return Objects.requireNonNull(families.get(family));
  }

  /** Of what is written to tables. */
  public RateLimiter limiter() {
    return tuning.limiter();
  }

  /** Takes the bound off what is written to tables, since somebody waits for it. */
  void compactAtFullSpeed() {
    tuning.limiter().setBytesPerSecond(RateOfCompactions.MOST);
  }

  public Gate gate() {
    return gate;
  }

  public Snapshots snapshots() {
    return snapshots;
  }

  public byte @Nullable [] meta(byte[] key) throws RocksDBException {
    return db.get(family(Family.META), key);
  }

  /** Writes and syncs. */
  public void meta(byte[] key, byte[] value) throws RocksDBException {
    try (WriteOptions options = new WriteOptions().setSync(true)) {
      // Others may write at the same time: only this write is known to be synced.
      long before = db.getLatestSequenceNumber();
      db.put(family(Family.META), options, key, value);
      synced(before + 1);
    }
  }

  /** The family that holds the records; null for that of {@link Family#DATA}. */
  @Nullable String recordsName() throws RocksDBException {
    byte[] stored = meta(RECORDS_KEY);
    return stored == null ? null : new String(stored, UTF_8);
  }

  /**
   * The records are in another family from now on, which an older version would not look for.
   *
   * @param format of the directory from now on, unless it has a later one
   */
  void recordsName(String name, int format) throws RocksDBException {
    Integer before = format();
    int after = before == null ? format : Math.max(before, format);
    try (WriteOptions synced = new WriteOptions().setSync(true);
        WriteBatch batch = new WriteBatch()) {
      ColumnFamilyHandle meta = family(Family.META);
      batch.put(meta, RECORDS_KEY, name.getBytes(UTF_8));
      batch.put(meta, FORMAT_KEY, ByteBuffer.allocate(Integer.BYTES).putInt(after).array());
      db.write(synced, batch);
    }
    synced(db.getLatestSequenceNumber());
  }

  /** Whether there is nothing but what creating it has left. */
  public boolean isEmpty() throws RocksDBException {
    for (ColumnFamilyHandle handle : handles) {
      if (!handle.equals(family(Family.META))) {
        try (RocksIterator each = db.newIterator(handle)) {
          each.seekToFirst();
          each.status();
          if (each.isValid()) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** All families that are open. */
  public List<ColumnFamilyHandle> handles() {
    return List.copyOf(handles);
  }

  /** Tables of a family that were written out and not compacted yet. */
  long levelZeroFiles(ColumnFamilyHandle family) throws RocksDBException {
    return Long.parseLong(db.getProperty(family, "rocksdb.num-files-at-level0"));
  }

  public ColumnFamilyHandle create(String name) throws RocksDBException {
    ColumnFamilyHandle handle =
        db.createColumnFamily(
            new ColumnFamilyDescriptor(name.getBytes(UTF_8), tuning.healthy(name)));
    handles.add(handle);
    return handle;
  }

  /** Takes a family away with all its files, unread. No thread may be using it. */
  public void drop(ColumnFamilyHandle handle) throws RocksDBException {
    db.dropColumnFamily(handle);
    handles.remove(handle);
    handle.close();
  }

  /** Takes away all that a family holds, unread. */
  void beginAnew(Family family) throws RocksDBException {
    drop(family(family));
    add(family);
  }

  /** Creates a family that is not there. */
  public void add(Family family) throws RocksDBException {
    families.put(family, create(family.familyName()));
  }

  /** The format of what is in the directory; null if it was just created. */
  public @Nullable Integer format() throws RocksDBException {
    byte[] stored = meta(FORMAT_KEY);
    if (stored != null && stored.length != Integer.BYTES) {
      throw new StorageOpenException(
          "data directory %s says its format in %d bytes, which this version does not know.%s"
              .formatted(directory, stored.length, Inventory.WHAT_TO_DO));
    }
    return stored == null ? null : ByteBuffer.wrap(stored).getInt();
  }

  public void format(int format) throws RocksDBException {
    meta(FORMAT_KEY, ByteBuffer.allocate(Integer.BYTES).putInt(format).array());
  }

  /**
   * Waits until no thread is inside, then closes; false if it was closed before.
   *
   * @param flush whether to write memtables out, so that the next start has no log to replay
   */
  public boolean close(boolean flush) {
    if (!gate.close()) {
      return false;
    }
    snapshots.close();
    compactAtFullSpeed();
    if (flush) {
      flush();
    }
    handles.forEach(ColumnFamilyHandle::close);
    db.close();
    tuning.close();
    lock.close();
    return true;
  }

  /**
   * Writes memtables out, and repeats the request until they are. Before RocksDB writes memtables
   * out, it syncs their logs, and a request that arrives meanwhile is lost: the memtables that it
   * was for wait until there are as many as are merged ({@link Tuning}), and after the last write
   * no more come.
   */
  private void flush() {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(false)) {
      long errors = db.getLongProperty("rocksdb.background-errors");
      List<ColumnFamilyHandle> left = unflushed();
      for (int asked = 1; asked <= FLUSH_REQUESTS_MAX && !left.isEmpty(); asked++) {
        db.flush(options, left);
        LockSupport.parkNanos(Math.min(asked * FLUSH_PAUSE_NANOS_MIN, FLUSH_PAUSE_NANOS_MAX));
        if (db.getLongProperty("rocksdb.background-errors") > errors) {
          return;
        }
        left = unflushed();
      }
      live.look(db);
    } catch (RocksDBException ignored) {
      // Everything is in the log, from which the next start takes it.
    }
  }

  private List<ColumnFamilyHandle> unflushed() throws RocksDBException {
    List<ColumnFamilyHandle> left = new ArrayList<>();
    for (ColumnFamilyHandle handle : handles) {
      if (db.getLongProperty(handle, "rocksdb.num-entries-active-mem-table") > 0
          || db.getLongProperty(handle, "rocksdb.num-immutable-mem-table") > 0) {
        left.add(handle);
      }
    }
    return left;
  }
}

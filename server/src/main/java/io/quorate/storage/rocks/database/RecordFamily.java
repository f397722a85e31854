package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.ByteFormat;
import io.quorate.model.Invariant;
import io.quorate.storage.crypt.Keyring;
import io.quorate.storage.rocks.format.Seal;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.TableProperties;
import org.rocksdb.WriteBatch;

/**
 * The column family that the records are read from; and, while they are written again, the next
 * one, which gets whatever is written meanwhile, too. Each is named by its number, the first {@code
 * data}.
 */
public final class RecordFamily {
  /** Format of a directory whose records have been written again. */
  public static final int FORMAT = ByteFormat.RENEWED_DATABASE.only();

  private static final String FIRST = "data";
  private static final Pattern NAME = Pattern.compile(FIRST + "(\\.[0-9]{1,9})?");

  private final Database database;
  private final Seal seal;
  private volatile Generation current;

  /** Writer's thread only. */
  private @Nullable ColumnFamilyHandle next;

  /** Was given up, and is still there. Writer's thread only. */
  private @Nullable ColumnFamilyHandle leftover;

  private RecordFamily(Database database, Seal seal, Generation current) {
    this.database = database;
    this.seal = seal;
    this.current = current;
  }

  public static RecordFamily open(Database database, Seal seal) {
    try {
      String name = current(database);
      for (ColumnFamilyHandle handle : database.handles()) {
        if (new String(handle.getName(), UTF_8).equals(name)) {
          return new RecordFamily(database, seal, new Generation(database, handle, name));
        }
      }
      throw new IllegalStateException("family " + name + " has not been opened");
    } catch (RocksDBException failure) {
      throw new IllegalStateException("what was read a moment ago cannot be read", failure);
    }
  }

  public static boolean isOne(String name) {
    return NAME.matcher(name).matches();
  }

  public static String current(Database database) throws RocksDBException {
    String name = database.recordsName();
    return name == null ? FIRST : name;
  }

  /** One family, while it is the one that is read. */
  public static final class Generation {
    private final Database database;
    private final ColumnFamilyHandle handle;
    private final String name;

    /** Readers enter it while they read. */
    private final Gate gate = new Gate();

    public Generation(Database database, ColumnFamilyHandle handle, String name) {
      this.database = database;
      this.handle = handle;
      this.name = name;
    }

    public byte @Nullable [] get(ReadOptions options, byte[] key) throws RocksDBException {
      return database.db().get(handle, options, key);
    }

    public RocksIterator iterator(ReadOptions options) {
      return database.db().newIterator(handle, options);
    }

    /** Over the versions that were replaced. */
    public RocksIterator historyIterator(ReadOptions options) {
      return database.db().newIterator(database.family(Family.HISTORY), options);
    }

    /** About how many bytes there are. */
    public long bytes() throws RocksDBException {
      RocksDB db = database.db();
      return db.getLongProperty(handle, "rocksdb.total-sst-files-size")
          + db.getLongProperty(handle, "rocksdb.cur-size-all-mem-tables");
    }

    /**
     * About how many bytes of records, and of those that were replaced, lie between the keys of
     * each range, in files and in memory.
     */
    public long[] bytes(List<Range> ranges) {
      long[] bytes = bytes(handle, ranges);
      long[] replaced = bytes(database.family(Family.HISTORY), ranges);
      Arrays.setAll(bytes, each -> bytes[each] + replaced[each]);
      return bytes;
    }

    private long[] bytes(ColumnFamilyHandle family, List<Range> ranges) {
      return database
          .db()
          .getApproximateSizes(
              family,
              ranges,
              SizeApproximationFlag.INCLUDE_FILES,
              SizeApproximationFlag.INCLUDE_MEMTABLES);
    }

    /** Tables that were written out and not compacted yet. */
    public long levelZeroFiles() throws RocksDBException {
      return database.levelZeroFiles(handle);
    }

    /** What flushes and compactions have done, by RocksDB's names; see {@code Figures}. */
    public Map<String, String> compactions() throws RocksDBException {
      return database.db().getMapProperty(handle, "rocksdb.cfstats");
    }

    /** About how many there are when each is encrypted: ciphertexts cannot be compressed. */
    long sealedBytes() throws RocksDBException {
      long bytes = database.db().getLongProperty(handle, "rocksdb.cur-size-all-mem-tables");
      for (TableProperties table : database.db().getPropertiesOfAllTables(handle).values()) {
        bytes +=
            table.getRawKeySize() + table.getRawValueSize() + Keyring.ADDED * table.getNumEntries();
      }
      return bytes;
    }

    /** What is read now, of all families, held by the caller. */
    public Snapshots.Held fix() {
      return database.snapshots().take();
    }

    /**
     * Lets a thread in, which must leave; false if the database is closed, or reads another family
     * by now.
     */
    public boolean enter() {
      if (!database.gate().enter()) {
        return false;
      }
      if (gate.enter()) {
        return true;
      }
      database.gate().leave();
      return false;
    }

    /** Has a holder let go of a snapshot; with the database it has gone already. */
    public void release(Snapshots.Held snapshot) {
      if (database.gate().enter()) {
        try {
          snapshot.release();
        } finally {
          database.gate().leave();
        }
      }
    }

    public void leave() {
      gate.leave();
      database.gate().leave();
    }
  }

  /**
   * Lets a thread in, which must leave; null if the database is closed. What it reads until then is
   * the newest.
   */
  public @Nullable Generation enter() {
    if (!database.gate().enter()) {
      return null;
    }
    Generation entered = current;
    while (!entered.gate.enter()) {
      entered = current; // replaced just now
    }
    return entered;
  }

  /** What is asked of a database that stays open meanwhile. */
  @FunctionalInterface
  public interface Question<T> {
    T ask(Generation generation) throws RocksDBException, IOException;
  }

  /** Returns the answer to a question; null if the database is closed. */
  public <T> @Nullable T whileOpen(Question<T> question) throws RocksDBException, IOException {
    Generation generation = enter();
    if (generation == null) {
      return null;
    }
    try {
      return question.ask(generation);
    } finally {
      generation.leave();
    }
  }

  public void put(WriteBatch batch, byte[] key, byte[] record) throws RocksDBException {
    byte[] value = seal.close(key, record);
    batch.put(current.handle, key, value);
    if (next != null) {
      batch.put(next, key, value);
    }
  }

  /** How values lie in it. */
  public Seal seal() {
    return seal;
  }

  public void delete(WriteBatch batch, byte[] key) throws RocksDBException {
    batch.delete(current.handle, key);
    if (next != null) {
      batch.delete(next, key);
    }
  }

  /** All between two keys, without the second. */
  public void deleteRange(WriteBatch batch, byte[] from, byte[] past) throws RocksDBException {
    batch.deleteRange(current.handle, from, past);
    if (next != null) {
      batch.deleteRange(next, from, past);
    }
  }

  /** The family that is read now. Writer's thread only, as are all below. */
  public ColumnFamilyHandle handle() {
    return current.handle;
  }

  public @Nullable ColumnFamilyHandle next() {
    return next;
  }

  /** Begins another one, empty: all that is written from now on is written there, too. */
  public void beginNext() throws RocksDBException {
    Invariant.hold(next == null, "two families begun");
    dropLeftover();
    next = database.create(nameAfter(current.name));
  }

  public void giveUpNext() throws RocksDBException {
    if (next != null) {
      leftover = next;
      next = null;
    }
    dropLeftover();
  }

  private void dropLeftover() throws RocksDBException {
    if (leftover != null) {
      database.drop(leftover);
      leftover = null;
    }
  }

  /**
   * The next one is read from now on, and the one before goes, unread; durably. If it fails nobody
   * knows which of the two the next start finds: nothing may be written before that.
   */
  public void turnToNext() throws RocksDBException {
    ColumnFamilyHandle begun = Invariant.present(next, "nothing was begun");
    Generation before = current;
    String name = nameAfter(before.name);
    try {
      database.recordsName(name, FORMAT);
    } catch (RocksDBException failure) {
      next = null; // and it stays
      throw new RocksDBException("turning to the rewritten records: " + failure.getMessage());
    }
    current = new Generation(database, begun, name);
    next = null;
    boolean unused = before.gate.close();
    database.drop(before.handle);
  }

  private static String nameAfter(String name) {
    int number = name.equals(FIRST) ? 0 : Integer.parseInt(name.substring(FIRST.length() + 1));
    return FIRST + "." + (number + 1);
  }

  /** About how many bytes there are. */
  public long bytes() throws RocksDBException {
    return current.bytes();
  }

  /** About how many bytes they take when they are written again. */
  public long bytesAnew() throws RocksDBException {
    return seal.isOn() ? Math.max(current.bytes(), current.sealedBytes()) : current.bytes();
  }
}

package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.storage.HistoryStore.Place;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The marks of the history in family {@code meta}, apart from what is kept, which may be damaged: a
 * word, the partition (4 bytes) and the tenant (4) give a hybrid time (8).
 */
public final class HistoryMarks {
  private static final byte[] WORD = "history/since/".getBytes(US_ASCII);
  private static final byte[] PAST_ALL = "history/since0".getBytes(US_ASCII);
  private static final int BYTES = WORD.length + 2 * Integer.BYTES;

  private HistoryMarks() {}

  public static byte[] of(Place place) {
    return ByteBuffer.allocate(BYTES)
        .put(WORD)
        .putInt(place.partition())
        .putInt(place.tenant())
        .array();
  }

  /** The first key past the mark of a place. */
  public static byte[] past(Place place) {
    return Arrays.copyOf(of(place), BYTES + 1);
  }

  /** The first key of the marks of a partition. */
  public static byte[] from(int partition) {
    return ByteBuffer.allocate(WORD.length + Integer.BYTES).put(WORD).putInt(partition).array();
  }

  public static byte[] value(long since) {
    return ByteBuffer.allocate(Long.BYTES).putLong(since).array();
  }

  public static Map<Place, Long> load(Database database) throws RocksDBException {
    return load(database, WORD, PAST_ALL);
  }

  /** Whether there are any, be they well-formed or not. */
  static boolean areThere(Database database) throws RocksDBException {
    try (Slice bound = new Slice(PAST_ALL);
        ReadOptions options = new ReadOptions().setIterateUpperBound(bound);
        RocksIterator each = database.db().newIterator(database.family(Family.META), options)) {
      each.seek(WORD);
      each.status();
      return each.isValid();
    }
  }

  /** Those of one partition. */
  public static Map<Place, Long> load(Database database, int partition) throws RocksDBException {
    return load(database, from(partition), from(partition + 1));
  }

  private static Map<Place, Long> load(Database database, byte[] from, byte[] past)
      throws RocksDBException {
    Map<Place, Long> found = new TreeMap<>();
    try (Slice bound = new Slice(past);
        ReadOptions options = new ReadOptions().setIterateUpperBound(bound);
        RocksIterator each = database.db().newIterator(database.family(Family.META), options)) {
      for (each.seek(from); each.isValid(); each.next()) {
        found.put(placeOf(each.key()), timeOf(each.value()));
      }
      each.status();
    }
    return found;
  }

  private static Place placeOf(byte[] key) throws RocksDBException {
    if (key.length != BYTES) {
      throw malformed("the key of a mark of the history has " + key.length + " bytes");
    }
    ByteBuffer place = ByteBuffer.wrap(key, WORD.length, 2 * Integer.BYTES);
    return new Place(place.getInt(), place.getInt());
  }

  private static long timeOf(byte[] value) throws RocksDBException {
    if (value.length != Long.BYTES) {
      throw malformed("a mark of the history has " + value.length + " bytes");
    }
    return ByteBuffer.wrap(value).getLong();
  }

  private static RocksDBException malformed(String what) {
    return new RocksDBException(
        what, new Status(Status.Code.Corruption, Status.SubCode.None, null));
  }

  /** Takes all away, durably, be they well-formed or not: nothing is said to be kept. */
  public static void forgetAll(Database database) throws RocksDBException {
    ColumnFamilyHandle meta = database.family(Family.META);
    try (WriteOptions synced = new WriteOptions().setSync(true);
        WriteBatch batch = new WriteBatch()) {
      batch.deleteRange(meta, WORD, PAST_ALL);
      database.db().write(synced, batch);
    }
    database.synced(database.db().getLatestSequenceNumber());
  }
}

package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.storage.ArrivalStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.files.Inventory;
import io.quorate.storage.rocks.writer.FamilyPut;
import io.quorate.storage.rocks.writer.LaneWrites;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Arrivals in family {@code meta}: a word and the partition (4 bytes) give the epoch (8). */
final class RocksArrivalStore implements ArrivalStore {
  private static final byte[] WORD = "arrival/".getBytes(US_ASCII);
  private static final int KEY_BYTES = WORD.length + Integer.BYTES;

  private final Database database;
  private final ColumnFamilyHandle family;
  private final LaneWrites writes;

  RocksArrivalStore(Database database, LaneWrites writes) {
    this.database = database;
    this.family = database.family(Family.META);
    this.writes = writes;
  }

  @Override
  public Map<Integer, Long> load() {
    Map<Integer, Long> found = new TreeMap<>();
    try (RocksIterator each = database.db().newIterator(family)) {
      for (each.seek(WORD); each.isValid() && isOne(each.key()); each.next()) {
        ByteBuffer value = ByteBuffer.wrap(each.value());
        if (value.remaining() != Long.BYTES) {
          throw new StorageOpenException(
              unreadable("one has %d bytes".formatted(value.remaining())));
        }
        found.put(
            ByteBuffer.wrap(each.key(), WORD.length, Integer.BYTES).getInt(), value.getLong());
      }
      each.status();
    } catch (RocksDBException failure) {
      throw new StorageOpenException(unreadable(failure.getMessage()), failure);
    }
    return found;
  }

  /** Without its epoch a partition would be taken for one of before, and what it got be swept. */
  private String unreadable(@Nullable String why) {
    return "the epochs under which partitions came to this node cannot be read in %s: %s.%s"
        .formatted(database.directory(), why, Inventory.WHAT_TO_DO);
  }

  private static boolean isOne(byte[] key) {
    return key.length == KEY_BYTES && Arrays.equals(key, 0, WORD.length, WORD, 0, WORD.length);
  }

  @Override
  public void save(int partition, long epoch, PutCallback durable) {
    byte[] key = ByteBuffer.allocate(KEY_BYTES).put(WORD).putInt(partition).array();
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(epoch).array();
    writes.add(new FamilyPut(family, key, value, durable));
  }
}

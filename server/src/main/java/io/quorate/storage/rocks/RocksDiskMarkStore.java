package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.storage.DiskMarkStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.files.Inventory;
import io.quorate.storage.rocks.writer.FamilyPut;
import io.quorate.storage.rocks.writer.LaneWrites;
import java.nio.ByteBuffer;
import org.rocksdb.RocksDBException;

/** The mark in family {@code meta}: the latest (8 bytes), and 1 if the disk was set back (1). */
final class RocksDiskMarkStore implements DiskMarkStore {
  private static final byte[] KEY = "disk-mark".getBytes(US_ASCII);
  private static final int BYTES = Long.BYTES + 1;

  private final Database database;
  private final LaneWrites writes;

  RocksDiskMarkStore(Database database, LaneWrites writes) {
    this.database = database;
    this.writes = writes;
  }

  @Override
  public DiskMark load() {
    byte[] stored;
    try {
      stored = database.meta(KEY);
    } catch (RocksDBException failure) {
      throw new StorageOpenException(unreadable(String.valueOf(failure.getMessage())), failure);
    }
    if (stored == null) {
      return DiskMark.NONE;
    }
    if (stored.length != BYTES) {
      throw new StorageOpenException(unreadable("it has %d bytes".formatted(stored.length)));
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    return new DiskMark(bytes.getLong(), bytes.get() != 0);
  }

  private String unreadable(String why) {
    return "the mark of the disk cannot be read in %s: %s.%s"
        .formatted(database.directory(), why, Inventory.WHAT_TO_DO);
  }

  @Override
  public void save(DiskMark mark, PutCallback durable) {
    byte[] value =
        ByteBuffer.allocate(BYTES)
            .putLong(mark.latest())
            .put((byte) (mark.setBack() ? 1 : 0))
            .array();
    // Others are told of it, and hold it against a disk that lacks it.
    writes.add(new FamilyPut(database.family(Family.META), KEY, value, true, durable));
  }
}

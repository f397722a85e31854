package io.quorate.storage.rocks;

import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.TreeStore;
import io.quorate.storage.crypt.ForgottenKeysException;
import io.quorate.version.MalformedRecordException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/** Hash trees in family {@code trees}, under their partition (4 bytes). */
final class RocksTreeStore implements TreeStore {
  private static final byte[] FIRST = key(0);
  private static final byte[] PAST_ALL = key(Integer.MAX_VALUE);

  private final Database database;
  private final ColumnFamilyHandle family;
  private final Seal seal;
  private final LaneWrites writes;

  RocksTreeStore(Database database, Seal seal, LaneWrites writes) {
    this.database = database;
    this.seal = seal;
    this.family = database.family(Family.TREES);
    this.writes = writes;
  }

  @Override
  public Map<Integer, byte[]> load() {
    if (SuspectMark.in(database.directory()).isThere()) {
      return Map.of(); // who reads all records comes upon those that cannot be read
    }
    Map<Integer, byte[]> found = new TreeMap<>();
    try (RocksIterator each = database.db().newIterator(family)) {
      for (each.seekToFirst(); each.isValid(); each.next()) {
        if (each.key().length == Integer.BYTES) {
          found.put(ByteBuffer.wrap(each.key()).getInt(), seal.openTree(each.key(), each.value()));
        }
      }
      each.status();
    } catch (RocksDBException | MalformedRecordException | ForgottenKeysException unreadable) {
      return Map.of(); // the records say the same, only later
    }
    return found;
  }

  @Override
  public void leave(Map<Integer, byte[]> trees) {
    writes.addLast(new Left(family, seal, trees));
  }

  private static byte[] key(int partition) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(partition).array();
  }

  /** All of them, in place of all that were there. */
  private record Left(ColumnFamilyHandle family, Seal seal, Map<Integer, byte[]> trees)
      implements Write, PutCallback {
    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      batch.deleteRange(family, FIRST, PAST_ALL);
      for (Map.Entry<Integer, byte[]> each : trees.entrySet()) {
        byte[] key = key(each.getKey());
        batch.put(family, key, seal.closeTree(key, each.getValue()));
      }
    }

    @Override
    public long bytes() {
      return trees.values().stream().mapToLong(each -> each.length).sum();
    }

    @Override
    public PutCallback callback() {
      return this;
    }

    @Override
    public void stored() {}

    @Override
    public void failed(StorageFault fault) {}
  }
}

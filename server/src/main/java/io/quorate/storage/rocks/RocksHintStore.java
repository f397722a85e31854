package io.quorate.storage.rocks;

import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.storage.HintStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageOpenException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/** Hints in family {@code hints}; keys as {@link HintKey} says. */
final class RocksHintStore implements HintStore {
  private static final byte[] NOTHING = {};

  private final Database database;
  private final ColumnFamilyHandle family;
  private final Lane lane;
  private final LaneWrites writes;
  private final Readers readers;
  private final ReadOptions cached;

  RocksHintStore(
      Database database, Lane lane, LaneWrites writes, Readers readers, ReadOptions cached) {
    this.database = database;
    this.family = database.family(Family.HINTS);
    this.lane = lane;
    this.writes = writes;
    this.readers = readers;
    this.cached = cached;
  }

  @Override
  public Map<NodeId, Owed> load() {
    TreeMap<NodeId, Owed> owed = new TreeMap<>();
    try (RocksIterator each = database.db().newIterator(family)) {
      for (each.seekToFirst(); each.isValid(); each.next()) {
        count(each.key(), owed);
      }
      each.status();
    } catch (RocksDBException failure) {
      throw new StorageOpenException(
          "the hints in %s cannot be read: %s. Look after the device; what other nodes lack is also"
                  .formatted(database.directory(), failure.getMessage())
              + " found by comparing.",
          failure);
    }
    return owed;
  }

  private static void count(byte[] stored, Map<NodeId, Owed> owed) {
    NodeId target = HintKey.target(stored);
    Owed one = owed.getOrDefault(target, new Owed(0, 0, new TreeSet<>()));
    if (stored[0] == HintKey.REPAIR) {
      one.repairs().add(HintKey.partition(stored));
      owed.put(target, one);
    } else if (stored[0] == HintKey.HINT) {
      owed.put(target, new Owed(one.hints() + 1, one.bytes() + stored.length, one.repairs()));
    }
  }

  @Override
  public void add(Hint hint, PutCallback durable) {
    writes.add(new Mark(family, HintKey.of(hint), true, durable));
  }

  @Override
  public void remove(Hint hint, PutCallback durable) {
    writes.add(new Mark(family, HintKey.of(hint), false, durable));
  }

  @Override
  public boolean isKnown(Hint hint) {
    if (!database.gate().enter()) {
      return false;
    }
    try {
      return database.db().get(family, cached, HintKey.of(hint)) != null;
    } catch (RocksDBException slow) {
      return false; // not in memory, or not to be read: whoever pages through them is told
    } finally {
      database.gate().leave();
    }
  }

  @Override
  public void page(NodeId target, @Nullable Hint after, int most, PageCallback callback) {
    if (!readers.run(() -> pageThere(target, after, most, callback))) {
      lane.execute(() -> callback.failed(Faults.CLOSED));
    }
  }

  private void pageThere(NodeId target, @Nullable Hint after, int most, PageCallback callback) {
    if (!database.gate().enter()) {
      lane.execute(() -> callback.failed(Faults.CLOSED));
      return;
    }
    byte[] all = HintKey.all(HintKey.HINT, target);
    List<Hint> found = new ArrayList<>();
    boolean more;
    try (Slice past = new Slice(next(all));
        ReadOptions options = new ReadOptions().setIterateUpperBound(past).setFillCache(false);
        RocksIterator each = database.db().newIterator(family, options)) {
      for (each.seek(from(all, after)); each.isValid() && found.size() < most; each.next()) {
        found.add(HintKey.hint(each.key()));
      }
      more = each.isValid();
      each.status();
    } catch (RocksDBException failure) {
      StorageFault fault = Faults.of("reading hints for " + target, failure);
      lane.execute(() -> callback.failed(fault));
      return;
    } finally {
      database.gate().leave();
    }
    lane.execute(() -> callback.page(found, !more));
  }

  private static byte[] from(byte[] all, @Nullable Hint after) {
    if (after == null) {
      return all;
    }
    // The least key after another one is that key with a zero appended.
    byte[] last = HintKey.of(after);
    return Arrays.copyOf(last, last.length + 1);
  }

  /** The first key past all that begin with this one. */
  private static byte[] next(byte[] prefix) {
    byte[] next = prefix.clone();
    int last = next.length - 1;
    while (last > 0 && next[last] == (byte) 0xFF) {
      next[last--] = 0;
    }
    next[last]++;
    return next;
  }

  @Override
  public void markRepair(NodeId target, int partition, PutCallback durable) {
    writes.add(new Mark(family, HintKey.repair(target, partition), true, durable));
  }

  @Override
  public void unmarkRepair(NodeId target, int partition, PutCallback durable) {
    writes.add(new Mark(family, HintKey.repair(target, partition), false, durable));
  }

  /** A key without value that is set or taken away. */
  private record Mark(ColumnFamilyHandle family, byte[] key, boolean there, PutCallback callback)
      implements Write {
    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      if (there) {
        batch.put(family, key, NOTHING);
      } else {
        batch.delete(family, key);
      }
    }

    @Override
    public long bytes() {
      return key.length;
    }
  }
}

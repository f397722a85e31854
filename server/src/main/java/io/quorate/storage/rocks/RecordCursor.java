package io.quorate.storage.rocks;

import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.Snapshots;
import io.quorate.storage.rocks.format.DataKey;
import io.quorate.storage.rocks.format.Seal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Goes through the records of a range, as they lay when a snapshot was taken. */
final class RecordCursor implements Merging {
  private final Seal seal;
  private final @Nullable Slice bound;
  private final ReadOptions options;
  private final RocksIterator each;

  /** Where it has come to; null at the end. */
  private byte @Nullable [] at;

  private RecordCursor(
      RecordFamily.Generation generation, Seal seal, Snapshots.Held snapshot, Range range) {
    byte[] past = DataKey.past(range);
    this.seal = seal;
    this.bound = past == null ? null : new Slice(past);
    this.options = new ReadOptions().setFillCache(false);
    if (bound != null) {
      options.setIterateUpperBound(bound);
    }
    snapshot.setOn(options);
    this.each = generation.iterator(options);
  }

  static RecordCursor open(
      RecordFamily.Generation generation, Seal seal, Snapshots.Held snapshot, Range range)
      throws RocksDBException {
    RecordCursor cursor = new RecordCursor(generation, seal, snapshot, range);
    try {
      cursor.each.seek(DataKey.from(range));
      cursor.arrive();
      return cursor;
    } catch (RocksDBException | RuntimeException failure) {
      cursor.close();
      throw failure;
    }
  }

  @Override
  public byte @Nullable [] key() {
    return at == null ? null : DataKey.keyOf(at).bytes();
  }

  @Override
  public long take(List<Entry> into) throws RocksDBException {
    byte[] dataKey = Objects.requireNonNull(at);
    byte[] value = each.value();
    into.add(new Entry(DataKey.keyOf(dataKey), seal.open(dataKey, value)));
    each.next();
    arrive();
    return (long) dataKey.length + value.length;
  }

  private void arrive() throws RocksDBException {
    if (each.isValid()) {
      at = each.key();
    } else {
      at = null;
      each.status();
    }
  }

  @Override
  public boolean isHistory() {
    return false;
  }

  @Override
  public void close() {
    each.close();
    options.close();
    if (bound != null) {
      bound.close();
    }
  }
}

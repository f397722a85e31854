package io.quorate.storage.rocks;

import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.Snapshots;
import io.quorate.storage.rocks.format.HistoryKey;
import io.quorate.storage.rocks.format.Seal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Goes through the keys of a range in one bucket, and reads what was valid at a time. */
final class BucketCursor implements Merging {
  private final Seal seal;
  private final long asOf;
  private final Slice bound;
  private final ReadOptions options;
  private final RocksIterator each;

  /** The first version of the key that it has come to; null at the end. */
  private byte @Nullable [] first;

  private BucketCursor(
      RecordFamily.Generation generation,
      Seal seal,
      Snapshots.Held snapshot,
      byte[] past,
      long asOf) {
    this.seal = seal;
    this.asOf = asOf;
    this.bound = new Slice(past);
    this.options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound);
    snapshot.setOn(options);
    this.each = generation.historyIterator(options);
  }

  static BucketCursor open(
      RecordFamily.Generation generation,
      Seal seal,
      Snapshots.Held snapshot,
      Range range,
      long bucketEnd,
      long asOf)
      throws RocksDBException {
    int partition = range.partition();
    int tenant = range.tenant();
    byte[] pastKey = range.past();
    byte[] past =
        pastKey == null
            ? HistoryKey.pastBucket(partition, tenant, bucketEnd)
            : HistoryKey.from(partition, tenant, bucketEnd, pastKey);
    BucketCursor cursor = new BucketCursor(generation, seal, snapshot, past, asOf);
    try {
      cursor.each.seek(HistoryKey.from(partition, tenant, bucketEnd, range.least()));
      cursor.arrive();
      return cursor;
    } catch (RocksDBException | RuntimeException failure) {
      cursor.close();
      throw failure;
    }
  }

  @Override
  public byte @Nullable [] key() {
    return first == null ? null : HistoryKey.keyOf(first).bytes();
  }

  /**
   * From the first version on, for those that were replaced before the time lie before the ones
   * that it is about, and are few: the bucket ends after it. Later ones are passed over.
   */
  @Override
  public long take(List<Entry> into) throws RocksDBException {
    byte[] begin = Objects.requireNonNull(first);
    long bytes = 0;
    while (first != null && HistoryKey.isOfSameKey(begin, first)) {
      byte[] at = first;
      if (Long.compareUnsigned(HistoryKey.hlc(at), asOf) > 0) {
        each.seek(HistoryKey.pastKey(at));
      } else {
        if (Long.compareUnsigned(HistoryKey.until(at), asOf) > 0) {
          byte[] value = each.value();
          into.add(new Entry(HistoryKey.keyOf(at), seal.openKept(at, value)));
          bytes += (long) at.length + value.length;
        }
        each.next();
      }
      arrive();
    }
    return bytes;
  }

  private void arrive() throws RocksDBException {
    first = null;
    if (each.isValid()) {
      byte[] at = each.key();
      HistoryKey.check(at);
      first = at;
    } else {
      each.status();
    }
  }

  @Override
  public boolean isHistory() {
    return true;
  }

  @Override
  public void close() {
    each.close();
    options.close();
    bound.close();
  }
}

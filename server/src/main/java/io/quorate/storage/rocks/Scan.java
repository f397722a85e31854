package io.quorate.storage.rocks;

import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.StorageFault;
import io.quorate.storage.crypt.ForgottenKeysException;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.Snapshots;
import io.quorate.storage.rocks.format.DataKey;
import io.quorate.version.MalformedRecordException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Reads one page of records, off the lane. */
final class Scan {
  /** How a scan ends. */
  sealed interface Result {}

  /** With a page. */
  record Read(Page page) implements Result {}

  /** With a fault. */
  record Failed(StorageFault fault) implements Result {}

  /** With a fault of what is kept of versions that were replaced: the records are not concerned. */
  record FailedInHistory(StorageFault fault) implements Result {}

  private final RecordFamily records;
  private final Range range;
  private final boolean reverse;

  Scan(RecordFamily records, Range range) {
    this.records = records;
    this.range = range;
    this.reverse = range.keys().reverse();
  }

  Result run() {
    RecordFamily.Generation generation = records.enter();
    if (generation == null) {
      return new Failed(Faults.CLOSED);
    }
    try {
      return run(generation, null);
    } finally {
      generation.leave();
    }
  }

  /**
   * Reads for a thread that has entered.
   *
   * @param snapshot what to read, which the thread holds; null for the newest
   */
  Result run(RecordFamily.Generation generation, Snapshots.@Nullable Held snapshot) {
    byte[] past = DataKey.past(range);
    // A page read from end to end would push out of the cache what single reads need.
    try (Slice bound = past == null ? null : new Slice(past);
        Slice least = reverse ? new Slice(DataKey.from(range)) : null;
        ReadOptions options = new ReadOptions().setFillCache(false)) {
      if (bound != null) {
        options.setIterateUpperBound(bound);
      }
      if (least != null) {
        options.setIterateLowerBound(least);
      }
      if (snapshot != null) {
        snapshot.setOn(options);
      }
      return new Read(page(generation, options));
    } catch (RocksDBException failure) {
      return new Failed(Faults.of("scanning partition " + range.partition(), failure));
    } catch (MalformedRecordException malformed) {
      String message = "partition " + range.partition() + " holds " + malformed.getMessage();
      return new Failed(new StorageFault(StorageFault.Kind.CORRUPT, message));
    } catch (ForgottenKeysException forgotten) {
      return new Failed(Faults.of(forgotten));
    }
  }

  private Page page(RecordFamily.Generation generation, ReadOptions options)
      throws RocksDBException {
    List<Entry> entries = new ArrayList<>();
    if (range.isEmpty()) {
      return new Page(entries, true);
    }
    long bytes = 0;
    try (RocksIterator each = generation.iterator(options)) {
      if (reverse) {
        each.seekToLast(); // below the upper bound
      } else {
        each.seek(DataKey.from(range));
      }
      while (each.isValid()) {
        boolean enough = entries.size() >= range.recordsMax() || bytes >= range.bytesMax();
        if (enough && !entries.isEmpty()) {
          return new Page(entries, false);
        }
        byte[] key = each.key();
        byte[] value = each.value();
        entries.add(new Entry(DataKey.keyOf(key), records.seal().open(key, value)));
        bytes += (long) key.length + value.length;
        if (reverse) {
          each.prev();
        } else {
          each.next();
        }
      }
      each.status();
      return new Page(entries, true);
    }
  }
}

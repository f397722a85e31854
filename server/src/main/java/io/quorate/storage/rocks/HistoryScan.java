package io.quorate.storage.rocks;

import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.StorageFault;
import io.quorate.storage.crypt.ForgottenKeysException;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.Snapshots;
import io.quorate.storage.rocks.format.HistoryKey;
import io.quorate.storage.rocks.format.Seal;
import io.quorate.version.Hlc;
import io.quorate.version.MalformedRecordException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Reads one page of records together with the versions of before that are kept of a time, off the
 * lane: from the records and from each bucket that ends after the time, all sorted by key.
 */
final class HistoryScan {
  private final RecordFamily.Generation generation;
  private final Seal seal;
  private final Snapshots.Held snapshot;
  private final Range range;
  private final long asOf;

  /** The records, then the buckets by their ends. */
  private final List<Merging> sources = new ArrayList<>();

  /** Whether what is read right now are versions that were replaced. */
  private boolean inHistory;

  /**
   * @param generation that the thread has entered
   * @param snapshot which the thread holds
   */
  HistoryScan(
      RecordFamily.Generation generation,
      Seal seal,
      Snapshots.Held snapshot,
      Range range,
      long asOf) {
    this.generation = generation;
    this.seal = seal;
    this.snapshot = snapshot;
    this.range = range;
    this.asOf = asOf;
  }

  Scan.Result run() {
    try {
      return new Scan.Read(page());
    } catch (RocksDBException failure) {
      return failed(Faults.of("scanning partition " + range.partition(), failure));
    } catch (MalformedRecordException malformed) {
      String message = "partition " + range.partition() + " holds " + malformed.getMessage();
      return failed(new StorageFault(StorageFault.Kind.CORRUPT, message));
    } catch (ForgottenKeysException forgotten) {
      return failed(Faults.of(forgotten));
    } finally {
      sources.forEach(Merging::close);
    }
  }

  private Scan.Result failed(StorageFault fault) {
    return inHistory ? new Scan.FailedInHistory(fault) : new Scan.Failed(fault);
  }

  private Page page() throws RocksDBException {
    List<Entry> entries = new ArrayList<>();
    if (range.isEmpty()) {
      return new Page(entries, true);
    }
    openAll();
    long bytes = 0;
    for (byte[] key = leastKey(); key != null; key = leastKey()) {
      List<Entry> found = new ArrayList<>();
      long foundBytes = takeAll(key, found);
      boolean isFull = entries.size() >= range.recordsMax() || bytes >= range.bytesMax();
      if (isFull && !entries.isEmpty() && !found.isEmpty()) {
        return new Page(entries, false);
      }
      entries.addAll(found);
      bytes += foundBytes;
    }
    return new Page(entries, true);
  }

  private void openAll() throws RocksDBException {
    sources.add(RecordCursor.open(generation, seal, snapshot, range));
    inHistory = true;
    for (long bucketEnd : buckets()) {
      sources.add(BucketCursor.open(generation, seal, snapshot, range, bucketEnd, asOf));
    }
    inHistory = false;
  }

  /** Ends of the buckets that may have a version whose place was taken after the time. */
  private List<Long> buckets() throws RocksDBException {
    int partition = range.partition();
    int tenant = range.tenant();
    List<Long> found = new ArrayList<>();
    try (Slice bound = new Slice(HistoryKey.past(partition, tenant));
        ReadOptions options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound)) {
      snapshot.setOn(options);
      try (RocksIterator each = generation.historyIterator(options)) {
        each.seek(HistoryKey.bucket(partition, tenant, Hlc.millis(asOf)));
        while (each.isValid()) {
          HistoryKey.check(each.key());
          long bucketEnd = HistoryKey.bucketEnd(each.key());
          found.add(bucketEnd);
          each.seek(HistoryKey.pastBucket(partition, tenant, bucketEnd));
        }
        each.status();
      }
    }
    return found;
  }

  private byte @Nullable [] leastKey() {
    byte[] least = null;
    for (Merging source : sources) {
      byte[] key = source.key();
      if (key != null && (least == null || Arrays.compareUnsigned(key, least) < 0)) {
        least = key;
      }
    }
    return least;
  }

  /** Takes what all sources have under a key; gives how many bytes that was. */
  private long takeAll(byte[] key, List<Entry> found) throws RocksDBException {
    long bytes = 0;
    for (Merging source : sources) {
      if (Arrays.equals(source.key(), key)) {
        inHistory = source.isHistory();
        bytes += source.take(found);
      }
    }
    inHistory = false;
    return bytes;
  }
}

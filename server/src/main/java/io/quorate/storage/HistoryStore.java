package io.quorate.storage;

import io.quorate.model.Key;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import java.util.List;
import java.util.Map;

/**
 * Versions that lie under their key no more, since another one has taken their place; of tenants
 * with a history. It is part of the {@link RecordStore} that gives it: what is taken away there of
 * a whole partition, or of a tenant in it, takes away what is kept here, with its marks.
 *
 * <p>All calls are made on the lane of the records, and all answers arrive on it. What is handed in
 * during one turn becomes durable together with the records of that turn, in the order in which
 * both were handed in. A crash that loses a kept version loses every record that was handed in
 * after it; a failure that loses one fails all that is handed in before the lane is told.
 *
 * <p>Kept versions lie in buckets by when they were replaced, so that those of a bucket can be
 * taken away without reading them. They are read through {@link RecordStore.Image#scan(
 * RecordStore.Range, long, RecordStore.ScanCallback)}.
 */
public interface HistoryStore {
  /** A tenant in a partition. */
  record Place(int partition, int tenant) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byPartition = Integer.compare(partition, other.partition);
      return byPartition != 0 ? byPartition : Integer.compare(tenant, other.tenant);
    }
  }

  /**
   * A version that is kept.
   *
   * @param until the hybrid time of what took its place
   */
  record Kept(Key key, Record record, long until) {
    /** About how many bytes it takes. */
    public long bytes() {
      return (long) key.bytes().length + record.bytes().length;
    }
  }

  /**
   * Some of the versions that are kept of a place.
   *
   * @param next where the next page begins, which only this store can tell; empty if this page is
   *     the last
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record KeptPage(List<Kept> versions, byte[] next) {
    public KeptPage {
      versions = List.copyOf(versions);
    }
  }

  /** Told what was read, on the lane. */
  interface ReadCallback {
    void page(KeptPage page);

    void failed(StorageFault fault);
  }

  /**
   * The marks that are durable. Blocks: for start-up only.
   *
   * @return by place: the hybrid time of its mark, as a number without a sign
   * @throws StorageOpenException if they cannot be read
   */
  Map<Place, Long> load();

  /**
   * Keeps a version that has been replaced. Again does nothing.
   *
   * @param record what lay under the key, or came too late to lie there; a tombstone, too
   * @param until the hybrid time of what took its place
   * @param bucketEnd in milliseconds since 1970, above 0 and not below those of {@code until}: when
   *     all in its bucket had been replaced
   * @throws IllegalArgumentException if such a bucket cannot have it
   */
  void keep(int partition, Key key, Record record, long until, long bucketEnd, PutCallback durable);

  /**
   * Reads a page of all versions that are kept of a place and durable. Pages that follow each other
   * have each version that is kept from the first to the last of them, once, and may lack those
   * that come meanwhile.
   *
   * @param from where the page begins, as an earlier page said; empty for the first
   * @param versionsMax the page has no more versions
   * @param bytesMax the page ends with the version with which it has this number of bytes
   */
  void read(Place place, byte[] from, int versionsMax, int bytesMax, ReadCallback callback);

  /** Refuses what would not be found in its bucket. */
  static void check(long until, long bucketEnd) {
    if (bucketEnd <= 0 || Hlc.millis(until) > bucketEnd) {
      throw new IllegalArgumentException(
          "a version replaced at %s in the bucket that ends at %d"
              .formatted(Hlc.toString(until), bucketEnd));
    }
  }

  /** Refuses a page of the past that is to be read in reverse. */
  static void checkForward(RecordStore.Range range) {
    if (range.keys().reverse()) {
      throw new IllegalArgumentException("in reverse: " + range);
    }
  }

  /** Sets the mark of a place. */
  void mark(Place place, long since, PutCallback durable);

  /**
   * Takes away all buckets of a place that end at a time or before, and sets its mark: both or
   * neither.
   */
  void forget(Place place, long bucketEnd, long since, PutCallback durable);

  /** Takes away all that is kept of a place, and its mark: both or neither. */
  void clear(Place place, PutCallback durable);
}

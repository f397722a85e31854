package io.quorate.storage;

import io.quorate.model.Key;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.RecordStore.Range;
import io.quorate.version.Record;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A history that is durable at once, before records that were handed in earlier. */
public final class KeptHistory implements HistoryStore {
  private final List<Kept> kept = new ArrayList<>();
  private final TreeMap<Place, Long> marks = new TreeMap<>();

  /** Whether the disk does not take it that something is taken away. */
  public boolean clearsFail;

  private record Kept(Place place, Key key, Record record, long until, long bucketEnd) {
    boolean isValidAt(long asOf) {
      return Long.compareUnsigned(record.version().hlc(), asOf) <= 0
          && Long.compareUnsigned(until, asOf) > 0;
    }
  }

  /** What is kept now, which stays when this one changes. */
  public KeptHistory copy() {
    KeptHistory copy = new KeptHistory();
    copy.kept.addAll(kept);
    copy.marks.putAll(marks);
    return copy;
  }

  /** Versions that are kept of a place, in the order in which they were handed in. */
  public List<Entry> of(Place place) {
    return kept.stream()
        .filter(each -> each.place.equals(place))
        .map(each -> new Entry(each.key, each.record))
        .toList();
  }

  @Override
  public Map<Place, Long> load() {
    return new TreeMap<>(marks);
  }

  @Override
  public void keep(
      int partition, Key key, Record record, long until, long bucketEnd, PutCallback durable) {
    HistoryStore.check(until, bucketEnd);
    Kept next = new Kept(new Place(partition, key.tenant()), key, record, until, bucketEnd);
    if (!kept.contains(next)) {
      kept.add(next);
    }
    durable.stored();
  }

  @Override
  public void read(Place place, byte[] from, int versionsMax, int bytesMax, ReadCallback callback) {
    int begin = from.length == 0 ? 0 : ByteBuffer.wrap(from).getInt();
    List<HistoryStore.Kept> versions = new ArrayList<>();
    long bytes = 0;
    for (int i = begin; i < kept.size(); i++) {
      Kept each = kept.get(i);
      if (!each.place.equals(place)) {
        continue;
      }
      if (!versions.isEmpty() && (versions.size() >= versionsMax || bytes >= bytesMax)) {
        byte[] next = ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
        callback.page(new KeptPage(versions, next));
        return;
      }
      versions.add(new HistoryStore.Kept(each.key, each.record, each.until));
      bytes += versions.getLast().bytes();
    }
    callback.page(new KeptPage(versions, new byte[0]));
  }

  @Override
  public void mark(Place place, long since, PutCallback durable) {
    marks.put(place, since);
    durable.stored();
  }

  @Override
  public void forget(Place place, long bucketEnd, long since, PutCallback durable) {
    kept.removeIf(each -> each.place.equals(place) && each.bucketEnd <= bucketEnd);
    mark(place, since, durable);
  }

  @Override
  public void clear(Place place, PutCallback durable) {
    if (clearsFail) {
      durable.failed(new StorageFault(StorageFault.Kind.FULL, "a test"));
      return;
    }
    kept.removeIf(each -> each.place.equals(place));
    marks.remove(place);
    durable.stored();
  }

  /** Takes away all of a partition. */
  public void drop(int partition) {
    kept.removeIf(each -> each.place.partition() == partition);
    marks.keySet().removeIf(place -> place.partition() == partition);
  }

  /**
   * A page of records and of what is kept of a time.
   *
   * @param lying all records in the range
   */
  public Page page(Range range, long asOf, List<Entry> lying) {
    Place place = new Place(range.partition(), range.tenant());
    TreeMap<Key, List<Entry>> all = new TreeMap<>();
    lying.forEach(entry -> all.computeIfAbsent(entry.key(), first -> new ArrayList<>()).add(entry));
    for (Kept each : kept) {
      if (each.place.equals(place) && each.isValidAt(asOf) && isIn(range, each.key.bytes())) {
        all.computeIfAbsent(each.key, first -> new ArrayList<>())
            .add(new Entry(each.key, each.record));
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (List<Entry> ofKey : all.values()) {
      if (!entries.isEmpty() && entries.size() >= range.recordsMax()) {
        return new Page(entries, false);
      }
      entries.addAll(ofKey);
    }
    return new Page(entries, true);
  }

  static boolean isIn(Range range, byte[] key) {
    byte[] past = range.past();
    return Arrays.compareUnsigned(key, range.least()) >= 0
        && (past == null || Arrays.compareUnsigned(key, past) < 0);
  }
}

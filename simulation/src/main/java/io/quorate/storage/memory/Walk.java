package io.quorate.storage.memory;

import io.quorate.model.Key;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.RecordStore.ScanCallback;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one scan found: a page or a fault. */
record Walk(@Nullable Page page, @Nullable StorageFault fault) {
  /**
   * Reads a page.
   *
   * @param records of all partitions
   * @param pageMax how many records a page has at most, however many are asked for
   */
  static Walk over(
      NavigableMap<Place, Record> records, Predicate<Place> isCorrupt, Range range, int pageMax) {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<Place, Record> each : inOrder(records, range).entrySet()) {
      Place place = each.getKey();
      if (place.partition() != range.partition()
          || place.key().tenant() != range.tenant()
          || !range.keys().contains(place.key().bytes())) {
        break;
      }
      if (entries.size() >= Math.min(range.recordsMax(), pageMax) || bytes >= range.bytesMax()) {
        return new Walk(new Page(entries, false), null);
      }
      if (isCorrupt.test(place)) {
        return new Walk(null, corrupt(place));
      }
      entries.add(new Entry(place.key(), each.getValue()));
      bytes += place.key().bytes().length + each.getValue().bytes().length;
    }
    return new Walk(new Page(entries, true), null);
  }

  /** Records from where a page begins, into the partitions that follow, or down before it. */
  private static NavigableMap<Place, Record> inOrder(
      NavigableMap<Place, Record> records, Range page) {
    return page.keys().reverse()
        ? records.headMap(pastOf(page), false).descendingMap()
        : records.tailMap(new Place(page.partition(), new Key(page.tenant(), page.least())), true);
  }

  private static Place pastOf(Range page) {
    byte[] past = page.past();
    if (past != null) {
      return new Place(page.partition(), new Key(page.tenant(), past));
    }
    int next = page.tenant() + 1;
    byte[] first = new byte[0];
    return next == 0
        ? new Place(page.partition() + 1, new Key(0, first))
        : new Place(page.partition(), new Key(next, first));
  }

  static StorageFault corrupt(Place place) {
    return new StorageFault(
        StorageFault.Kind.CORRUPT,
        "the record of " + place.key() + " in partition " + place.partition() + " is corrupt");
  }

  void tell(ScanCallback callback) {
    if (page != null) {
      callback.page(page);
    } else {
      callback.failed(Objects.requireNonNull(fault));
    }
  }
}

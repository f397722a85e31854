package io.quorate.storage.memory;

import io.quorate.model.Key;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.RecordStore.Range;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One page of records together with the versions of before that are kept of a time. */
final class HistoryWalk {
  private final NavigableMap<Place, Record> records;
  private final NavigableMap<KeptAt, Record> kept;
  private final Predicate<Place> isCorrupt;
  private final Range range;
  private final long asOf;

  /**
   * @param records of all partitions
   * @param kept likewise
   */
  HistoryWalk(
      NavigableMap<Place, Record> records,
      NavigableMap<KeptAt, Record> kept,
      Predicate<Place> isCorrupt,
      Range range,
      long asOf) {
    this.records = records;
    this.kept = kept;
    this.isCorrupt = isCorrupt;
    this.range = range;
    this.asOf = asOf;
  }

  /**
   * Reads a page.
   *
   * @param pageMax how many records a page has at most, unless one key has more
   */
  Walk run(int pageMax) {
    int entriesMax = Math.min(range.recordsMax(), pageMax);
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    Place next = next(new Place(range.partition(), new Key(range.tenant(), range.least())));
    while (next != null) {
      if (isCorrupt.test(next) && records.containsKey(next)) {
        return new Walk(null, Walk.corrupt(next));
      }
      List<Entry> found = under(next);
      boolean isFull = entries.size() >= entriesMax || bytes >= range.bytesMax();
      if (isFull && !entries.isEmpty() && !found.isEmpty()) {
        return new Walk(new Page(entries, false), null);
      }
      entries.addAll(found);
      for (Entry each : found) {
        bytes += each.key().bytes().length + each.record().bytes().length;
      }
      byte[] key = next.key().bytes();
      next =
          next(
              new Place(
                  range.partition(), new Key(range.tenant(), Arrays.copyOf(key, key.length + 1))));
    }
    return new Walk(new Page(entries, true), null);
  }

  /** The first place at or after one where anything lies or is kept; null if the range ends. */
  private @Nullable Place next(Place from) {
    Place lying = records.ceilingKey(from);
    KeptAt at = kept.ceilingKey(KeptAt.before(from));
    Place next =
        lying == null || (at != null && at.place().compareTo(lying) < 0) ? placeOf(at) : lying;
    return next != null
            && next.partition() == range.partition()
            && next.key().tenant() == range.tenant()
            && range.keys().contains(next.key().bytes())
        ? next
        : null;
  }

  private static @Nullable Place placeOf(@Nullable KeptAt at) {
    return at == null ? null : at.place();
  }

  private List<Entry> under(Place place) {
    List<Entry> found = new ArrayList<>();
    Record lying = records.get(place);
    if (lying != null) {
      found.add(new Entry(place.key(), lying));
    }
    for (Map.Entry<KeptAt, Record> each : kept.tailMap(KeptAt.before(place), true).entrySet()) {
      if (!each.getKey().place().equals(place)) {
        break;
      }
      if (each.getKey().isValidAt(asOf)) {
        found.add(new Entry(place.key(), each.getValue()));
      }
    }
    return found;
  }
}

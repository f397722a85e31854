package io.quorate.storage.memory;

import io.quorate.storage.HistoryStore;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Versions that were replaced, with the marks of their places, as a crash would leave them. */
final class DurableHistory {
  private final NavigableMap<KeptAt, Record> kept = new TreeMap<>();
  private final TreeMap<HistoryStore.Place, Long> marks = new TreeMap<>();

  Map<HistoryStore.Place, Long> marks() {
    return new TreeMap<>(marks);
  }

  /** All that is kept now, as it stays. */
  NavigableMap<KeptAt, Record> copy() {
    return new TreeMap<>(kept);
  }

  /** What is kept of one place, by key and time. */
  List<Map.Entry<KeptAt, Record>> of(int partition, int tenant) {
    List<Map.Entry<KeptAt, Record>> found = new ArrayList<>();
    for (var each : kept.tailMap(KeptAt.before(partition, tenant), true).entrySet()) {
      if (!each.getKey().isOf(partition, tenant)) {
        break;
      }
      found.add(each);
    }
    return found;
  }

  /** A page of what is kept of one place; see {@link HistoryStore#read}. */
  HistoryStore.KeptPage page(HistoryStore.Place place, byte[] from, int versionsMax, int bytesMax) {
    List<HistoryStore.Kept> versions = new ArrayList<>();
    KeptAt last = from.length == 0 ? null : KeptAt.read(place, from);
    KeptAt first = last == null ? KeptAt.before(place.partition(), place.tenant()) : last;
    long bytes = 0;
    for (var each : kept.tailMap(first, last == null).entrySet()) {
      KeptAt at = each.getKey();
      if (!at.isOf(place.partition(), place.tenant())) {
        break;
      }
      if (!versions.isEmpty() && (versions.size() >= versionsMax || bytes >= bytesMax)) {
        return new HistoryStore.KeptPage(
            versions, last == null ? new byte[0] : last.positionInPlace());
      }
      var version = new HistoryStore.Kept(at.place().key(), each.getValue(), at.until());
      versions.add(version);
      bytes += version.bytes();
      last = at;
    }
    return new HistoryStore.KeptPage(versions, new byte[0]);
  }

  /** Tenants that have anything in a partition, be it a mark alone. */
  SortedSet<Integer> tenants(int partition) {
    SortedSet<Integer> found = new TreeSet<>();
    for (HistoryStore.Place marked : marks.keySet()) {
      if (marked.partition() == partition) {
        found.add(marked.tenant());
      }
    }
    for (KeptAt at : kept.tailMap(KeptAt.before(partition, 0), true).keySet()) {
      if (at.place().partition() != partition) {
        break;
      }
      found.add(at.place().key().tenant());
    }
    return found;
  }

  /** About how many bytes are kept of one place. */
  long bytes(int partition, int tenant) {
    return of(partition, tenant).stream()
        .mapToLong(
            each -> each.getKey().place().key().bytes().length + each.getValue().bytes().length)
        .sum();
  }

  void apply(Write.HistoryEffect effect) {
    switch (effect) {
      case Write.Keep keep -> kept.put(keep.at(), keep.record());
      case Write.MarkHistory mark -> marks.put(mark.place(), mark.since());
      case Write.ForgetHistory forget -> {
        removeOf(forget.place(), at -> at.bucketEnd() <= forget.bucketEnd());
        marks.put(forget.place(), forget.since());
      }
      case Write.ClearHistory clear -> {
        removeOf(clear.place(), at -> true);
        marks.remove(clear.place());
      }
    }
  }

  private void removeOf(HistoryStore.Place place, Predicate<KeptAt> which) {
    KeptAt before = KeptAt.before(place.partition(), place.tenant());
    Iterator<KeptAt> each = kept.tailMap(before, true).keySet().iterator();
    while (each.hasNext()) {
      KeptAt at = each.next();
      if (!at.isOf(place.partition(), place.tenant())) {
        return;
      }
      if (which.test(at)) {
        each.remove();
      }
    }
  }

  void drop(int partition) {
    kept.keySet().removeIf(at -> at.place().partition() == partition);
    marks.keySet().removeIf(place -> place.partition() == partition);
  }

  void drop(Write.DropTenants drop) {
    kept.keySet().removeIf(at -> drop.drops(at.place()));
    marks.keySet().removeIf(place -> drop.drops(place.partition(), place.tenant()));
  }

  void lose() {
    kept.clear();
    marks.clear();
  }
}

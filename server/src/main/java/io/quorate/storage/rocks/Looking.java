package io.quorate.storage.rocks;

import io.quorate.storage.HistoryStore.Place;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.HistoryMarks;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.format.DataKey;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Looks whether anything lies somewhere, without reading it; off the lane: a record, a version that
 * was replaced, or the mark of a history. What cannot be read is said to be there: the one that
 * reads it later reports the damage.
 */
final class Looking {
  private final Database database;
  private final RecordFamily family;

  Looking(Database database, RecordFamily family) {
    this.database = database;
    this.family = family;
  }

  /** Makes an iterator over the records, or over the history: their keys begin alike. */
  @FunctionalInterface
  private interface Source {
    RocksIterator iterator(ReadOptions options);
  }

  private static List<Source> sources(RecordFamily.Generation generation) {
    return List.of(generation::iterator, generation::historyIterator);
  }

  /** Whether anything lies in a partition. */
  boolean holdsAny(int partition) {
    byte[] from = DataKey.from(partition);
    if (from == null) {
      return false;
    }
    RecordFamily.Generation generation = family.enter();
    if (generation == null) {
      return true; // it is being closed
    }
    try {
      for (Source source : sources(generation)) {
        if (holdsAny(source, from, DataKey.past(partition))) {
          return true;
        }
      }
      return !HistoryMarks.load(database, partition).isEmpty();
    } catch (RocksDBException unreadable) {
      return true;
    } finally {
      generation.leave();
    }
  }

  private static boolean holdsAny(Source source, byte[] from, byte[] past) throws RocksDBException {
    try (Slice bound = new Slice(past);
        ReadOptions options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound);
        RocksIterator each = source.iterator(options)) {
      each.seek(from);
      boolean any = each.isValid();
      each.status();
      return any;
    }
  }

  /** Which of some tenants have anything in a partition, ascending. */
  List<Integer> holders(int partition, List<Integer> tenants) {
    RecordFamily.Generation generation = family.enter();
    if (generation == null) {
      return tenants; // it is being closed
    }
    NavigableSet<Integer> wanted = new TreeSet<>(tenants);
    TreeSet<Integer> found = new TreeSet<>();
    try {
      sources(generation).forEach(source -> addHolders(source, partition, wanted, found));
      for (Place marked : HistoryMarks.load(database, partition).keySet()) {
        if (wanted.contains(marked.tenant())) {
          found.add(marked.tenant());
        }
      }
    } catch (RocksDBException unreadable) {
      found.addAll(wanted);
    } finally {
      generation.leave();
    }
    return List.copyOf(found);
  }

  private static void addHolders(
      Source source, int partition, NavigableSet<Integer> wanted, NavigableSet<Integer> found) {
    @Nullable Integer next = wanted.isEmpty() ? null : wanted.first();
    try (Slice bound = new Slice(DataKey.past(partition));
        ReadOptions options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound);
        RocksIterator each = source.iterator(options)) {
      // From one that is there to the next that is wanted: no more seeks than there are of either.
      while (next != null) {
        each.seek(DataKey.from(partition, next));
        each.status();
        if (!each.isValid()) {
          break;
        }
        int there = DataKey.tenantOf(each.key());
        if (wanted.contains(there)) {
          found.add(there);
        }
        next = wanted.higher(there);
      }
    } catch (RocksDBException unreadable) {
      found.addAll(next == null ? wanted : wanted.tailSet(next, true));
    }
  }

  /** All that have anything in a partition, ascending; null if that cannot be read. */
  @Nullable List<Integer> tenants(int partition) {
    if (DataKey.from(partition) == null) {
      return List.of();
    }
    RecordFamily.Generation generation = family.enter();
    if (generation == null) {
      return null; // it is being closed
    }
    TreeSet<Integer> found = new TreeSet<>();
    try {
      for (Source source : sources(generation)) {
        addTenants(source, partition, found);
      }
      HistoryMarks.load(database, partition).keySet().forEach(place -> found.add(place.tenant()));
      return List.copyOf(found);
    } catch (RocksDBException unreadable) {
      return null;
    } finally {
      generation.leave();
    }
  }

  private static void addTenants(Source source, int partition, Set<Integer> found)
      throws RocksDBException {
    byte[] next = DataKey.from(partition);
    try (Slice bound = new Slice(DataKey.past(partition));
        ReadOptions options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound);
        RocksIterator each = source.iterator(options)) {
      for (each.seek(next); each.isValid(); each.seek(next)) {
        int tenant = DataKey.tenantOf(each.key());
        found.add(tenant);
        next = DataKey.past(partition, tenant);
      }
      each.status();
    }
  }

  /** About how many bytes each of some tenants has in partitions; null if it cannot be told. */
  long @Nullable [] bytes(List<Integer> partitions, List<Integer> tenants) {
    RecordFamily.Generation generation = family.enter();
    if (generation == null) {
      return null; // it is being closed
    }
    try {
      long[] bytes = new long[tenants.size()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = bytes(generation, partitions, tenants.get(i));
      }
      return bytes;
    } finally {
      generation.leave();
    }
  }

  private static long bytes(
      RecordFamily.Generation generation, List<Integer> partitions, int tenant) {
    List<Slice> bounds = new ArrayList<>();
    List<Range> ranges = new ArrayList<>();
    try {
      for (int partition : partitions) {
        Slice from = new Slice(DataKey.from(partition, tenant));
        bounds.add(from);
        Slice past = new Slice(DataKey.past(partition, tenant));
        bounds.add(past);
        ranges.add(new Range(from, past));
      }
      return ranges.isEmpty() ? 0 : LongStream.of(generation.bytes(ranges)).sum();
    } finally {
      bounds.forEach(Slice::close);
    }
  }
}

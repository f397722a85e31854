package io.quorate.storage.rocks;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Looks whether anything lies somewhere, without reading it; off the lane. What cannot be read is
 * said to be there: the one that reads it later reports the damage.
 */
final class Looking {
  private final RecordFamily family;

  Looking(RecordFamily family) {
    this.family = family;
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
    try (Slice bound = new Slice(DataKey.past(partition));
        ReadOptions options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound);
        RocksIterator each = generation.iterator(options)) {
      each.seek(from);
      boolean any = each.isValid();
      each.status();
      return any;
    } catch (RocksDBException unreadable) {
      return true;
    } finally {
      generation.leave();
    }
  }

  /** Which of some tenants have anything in a partition, ascending. */
  List<Integer> holders(int partition, List<Integer> tenants) {
    RecordFamily.Generation generation = family.enter();
    if (generation == null) {
      return tenants; // it is being closed
    }
    TreeSet<Integer> wanted = new TreeSet<>(tenants);
    List<Integer> found = new ArrayList<>();
    @Nullable Integer next = wanted.isEmpty() ? null : wanted.first();
    try (Slice bound = new Slice(DataKey.past(partition));
        ReadOptions options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound);
        RocksIterator each = generation.iterator(options)) {
      // From one that is there to the next that is wanted: no more seeks than there are of either.
      while (next != null) {
        each.seek(DataKey.from(partition, next));
        each.status();
        if (!each.isValid()) {
          break;
        }
        int there = DataKey.keyOf(each.key()).tenant();
        if (wanted.contains(there)) {
          found.add(there);
        }
        next = wanted.higher(there);
      }
    } catch (RocksDBException unreadable) {
      found.addAll(next == null ? wanted : wanted.tailSet(next));
    } finally {
      generation.leave();
    }
    return found;
  }

  /** All that have anything in a partition, ascending; null if that cannot be read. */
  @Nullable List<Integer> tenants(int partition) {
    byte[] next = DataKey.from(partition);
    RecordFamily.Generation generation = next == null ? null : family.enter();
    if (generation == null) {
      return next == null ? List.of() : null; // it is being closed
    }
    List<Integer> found = new ArrayList<>();
    try (Slice bound = new Slice(DataKey.past(partition));
        ReadOptions options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound);
        RocksIterator each = generation.iterator(options)) {
      for (each.seek(next); each.isValid(); each.seek(next)) {
        int tenant = DataKey.keyOf(each.key()).tenant();
        found.add(tenant);
        next = DataKey.past(partition, tenant);
      }
      each.status();
      return found;
    } catch (RocksDBException unreadable) {
      return null;
    } finally {
      generation.leave();
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
      return LongStream.of(generation.bytes(ranges)).sum();
    } finally {
      bounds.forEach(Slice::close);
    }
  }
}

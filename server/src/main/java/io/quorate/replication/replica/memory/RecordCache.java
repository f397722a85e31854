package io.quorate.replication.replica.memory;

import io.quorate.model.Key;
import io.quorate.version.Record;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest durable records of keys used lately, so that neither a read nor the merge of a write
 * has to look into the store for them. Holds a key only while none of its writes is under way: then
 * what is here is what is on disk.
 *
 * <p>Least recently used first out. Not a library's: those decide by chance or on threads of their
 * own, and this is part of what a simulation repeats.
 *
 * <p>What readers parse of a record is not kept here, and so each is given a record of its own.
 */
final class RecordCache {
  /** What an entry costs beside the bytes of key and record, roughly. */
  private static final int ENTRY_BYTES = 280;

  private final long bytesMax;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** By partition: how often it was forgotten. */
  private final int[] generations;

  /**
   * A record, and which generation of its partition it is of; of a former one it does not count.
   */
  private record Entry(int partition, int generation, Record record) {}

  RecordCache(int partitions, long bytesMax) {
    this.bytesMax = bytesMax;
    this.generations = new int[partitions];
  }

  @Nullable Record get(Key key) {
    Entry entry = entries.get(key);
    return entry != null && isCurrent(entry) ? entry.record.unparsed() : null;
  }

  boolean holds(Key key) {
    Entry entry = entries.get(key);
    return entry != null && isCurrent(entry);
  }

  void put(int partition, Key key, Record record) {
    long cost = cost(key, record);
    if (cost > bytesMax) {
      remove(key);
      return;
    }
    Entry before =
        entries.put(key, new Entry(partition, generations[partition], record.unparsed()));
    bytes += before == null ? cost : cost - cost(key, before.record);
    var eldest = entries.entrySet().iterator();
    while (bytes > bytesMax) {
      var out = eldest.next();
      bytes -= cost(out.getKey(), out.getValue().record);
      eldest.remove();
    }
  }

  void remove(Key key) {
    Entry before = entries.remove(key);
    if (before != null) {
      bytes -= cost(key, before.record);
    }
  }

  /**
   * Forgets a partition, and nothing of the others: while a node hands over many of them, one after
   * the other, it serves the rest from memory. Takes no time; what is forgotten leaves as what is
   * unused does.
   */
  void forget(int partition) {
    generations[partition]++;
  }

  private boolean isCurrent(Entry entry) {
    return entry.generation == generations[entry.partition];
  }

  long bytes() {
    return bytes;
  }

  private static long cost(Key key, Record record) {
    return (long) ENTRY_BYTES + key.bytes().length + record.bytes().length;
  }
}

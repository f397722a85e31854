package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.version.Record;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The newest durable records of keys used lately, so that neither a read nor the merge of a write
 * has to look into the store for them. Holds a key only while none of its writes is under way: then
 * what is here is what is on disk.
 *
 * <p>Least recently used first out. Not a library's: those decide by chance or on threads of their
 * own, and this is part of what a simulation repeats.
 */
final class RecordCache {
  /** What an entry costs beside the bytes of key and record, roughly. */
  private static final int ENTRY_BYTES = 250;

  private final long bytesMax;
  private final Map<Key, Record> records = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  RecordCache(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Nullable Record get(Key key) {
    return records.get(key);
  }

  boolean holds(Key key) {
    return records.containsKey(key);
  }

  void put(Key key, Record record) {
    long cost = cost(key, record);
    if (cost > bytesMax) {
      remove(key);
      return;
    }
    Record before = records.put(key, record);
    bytes += before == null ? cost : cost - cost(key, before);
    var eldest = records.entrySet().iterator();
    while (bytes > bytesMax) {
      var out = eldest.next();
      bytes -= cost(out.getKey(), out.getValue());
      eldest.remove();
    }
  }

  void remove(Key key) {
    Record before = records.remove(key);
    if (before != null) {
      bytes -= cost(key, before);
    }
  }

  /** Takes out all that is of some tenants. */
  void removeAll(Set<Integer> tenants) {
    List<Key> out =
        records.keySet().stream().filter(key -> tenants.contains(key.tenant())).toList();
    out.forEach(this::remove);
  }

  void clear() {
    records.clear();
    bytes = 0;
  }

  long bytes() {
    return bytes;
  }

  private static long cost(Key key, Record record) {
    return (long) ENTRY_BYTES + key.bytes().length + record.bytes().length;
  }
}

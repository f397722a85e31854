package io.quorate.replication.tree;

import java.nio.ByteBuffer;
import java.util.TreeMap;

/** How many records of each tenant lie in one partition. Lives on the lane of the records. */
final class TenantCounts {
  /** By tenant, of those that have had any. */
  private final TreeMap<Integer, Count> counts = new TreeMap<>();

  private static final class Count {
    static final int BYTES = Integer.BYTES + 2 * Long.BYTES;

    /** Tombstones included. */
    long records;

    /** Records that hold a value, maybe an expired one. */
    long keys;
  }

  /** A tenant has more, or fewer if it is below 0. */
  void add(int tenant, int records, int keys) {
    if (records == 0 && keys == 0) {
      return;
    }
    Count count = counts.computeIfAbsent(tenant, none -> new Count());
    count.records += records;
    count.keys += keys;
  }

  boolean hasRecords(int tenant) {
    Count count = counts.get(tenant);
    return count != null && count.records > 0;
  }

  /** Keys of a tenant that hold a value; those whose value has expired count until they go. */
  long keys(int tenant) {
    Count count = counts.get(tenant);
    return count == null ? 0 : count.keys;
  }

  /** How many {@link #writeTo} writes. */
  int bytes() {
    return Integer.BYTES + counts.size() * Count.BYTES;
  }

  void writeTo(ByteBuffer bytes) {
    bytes.putInt(counts.size());
    counts.forEach(
        (tenant, count) -> bytes.putInt(tenant).putLong(count.records).putLong(count.keys));
  }

  /**
   * What was written.
   *
   * @throws java.nio.BufferUnderflowException if that is not all there
   */
  static TenantCounts read(ByteBuffer bytes) {
    var read = new TenantCounts();
    for (int left = bytes.getInt(); left > 0; left--) {
      int tenant = bytes.getInt();
      Count count = new Count();
      count.records = bytes.getLong();
      count.keys = bytes.getLong();
      read.counts.put(tenant, count);
    }
    return read;
  }
}

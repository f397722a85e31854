package io.quorate.replication.api;

import io.quorate.model.KeyRange;
import io.quorate.placement.Level;
import org.jspecify.annotations.Nullable;

/**
 * Asks for one page of the entries of a range of keys.
 *
 * @param tenant by name; empty means the default one
 * @param keys which keys, and in which order; the order holds for partitions, too
 * @param level replicas that must answer; null: the tenant's read level
 * @param entriesMax entries in the page at most; it may hold fewer, and none
 * @param cursor of the page before; empty: from the start. Comes from a client, so it may be
 *     anything
 */
public record ScanRequest(
    String tenant, KeyRange keys, @Nullable Level level, int entriesMax, byte[] cursor) {

  /** Returns this in smaller pages. */
  public ScanRequest withEntriesMax(int fewer) {
    return new ScanRequest(tenant, keys, level, fewer, cursor);
  }
}

package io.quorate.replication.api;

import io.quorate.version.Record;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a scan: live entries in partition order, by key within a partition; in reverse in the
 * opposite order.
 *
 * @param cursor where to go on; empty: there is nothing more
 * @param potentiallyStale whether the levels in use let a read miss an acknowledged write
 */
public record ScanPage(List<Entry> entries, byte[] cursor, boolean potentiallyStale) {

  /**
   * One entry; its record is live.
   *
   * @param found of a key with siblings or fields; null of others
   */
  public record Entry(byte[] key, Record record, @Nullable Found found) {}

  public ScanPage {
    entries = List.copyOf(entries);
  }
}

package io.quorate.client;

import java.util.List;

/**
 * One page of a scan.
 *
 * @param entries its entries, in partition order and by key within a partition; possibly none
 * @param cursor where to go on after this page, also in another scan or another process (see {@link
 *     ScanOptions#cursor}); empty: there is nothing more
 * @param last whether the scan ends with this page: there is nothing more, or {@link
 *     ScanOptions#limit} is reached
 * @param potentiallyStale whether the levels in use let the scan miss acknowledged writes
 */
public record ScanPage(
    List<ScanEntry> entries, byte[] cursor, boolean last, boolean potentiallyStale) {
  public ScanPage {
    entries = List.copyOf(entries);
  }
}

package io.quorate.replication.api;

import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import org.jspecify.annotations.Nullable;

/**
 * A page of a scan, resolved where it enters the data plane. What changes while it waits is treated
 * as for a {@link ClientRequest}.
 *
 * @param tenant as it was at the entry
 * @param deadlineNanos when the client gives up on this page, on the clock's {@code nanos()}
 */
public record ClientScan(Tenant tenant, ScanRequest page, long deadlineNanos) {
  /** Resolves a page; null if there is no such tenant. */
  public static @Nullable ClientScan of(
      Placements placements, ScanRequest page, long deadlineNanos) {
    Tenant tenant = placements.tenant(page.tenant());
    return tenant == null ? null : new ClientScan(tenant, page, deadlineNanos);
  }

  /** Returns this in smaller pages. */
  public ClientScan withEntriesMax(int fewer) {
    return new ClientScan(tenant, page.withEntriesMax(fewer), deadlineNanos);
  }
}

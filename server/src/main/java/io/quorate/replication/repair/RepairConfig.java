package io.quorate.replication.repair;

import java.util.concurrent.TimeUnit;

/**
 * How much replicas do to find their differences.
 *
 * @param intervalNanos between two comparisons of a partition with one other replica
 * @param retryNanos after a comparison that could not be ended
 * @param pageRecords records that are looked at between two looks at the time
 * @param bringsMax records on their way at the same time
 */
public record RepairConfig(long intervalNanos, long retryNanos, int pageRecords, int bringsMax) {
  public static final RepairConfig DEFAULT =
      new RepairConfig(TimeUnit.MINUTES.toNanos(10), TimeUnit.SECONDS.toNanos(5), 1_000, 16);
}

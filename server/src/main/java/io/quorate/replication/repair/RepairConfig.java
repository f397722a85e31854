package io.quorate.replication.repair;

import java.util.concurrent.TimeUnit;

/**
 * How much replicas do to find their differences.
 *
 * @param enabled whether replicas are compared though no operator asks and nothing is known to be
 *     missing
 * @param intervalNanos between two comparisons of a partition with one other replica
 * @param retryNanos after a comparison that could not be ended
 * @param pageRecords records that are looked at between two looks at the time
 * @param bringsMax records of one comparison on their way at the same time
 * @param sessionsMax comparisons under way at the same time while an operator asks for them
 * @param bytesPerSecond of records that are brought, at most; 0 for no limit
 */
public record RepairConfig(
    boolean enabled,
    long intervalNanos,
    long retryNanos,
    int pageRecords,
    int bringsMax,
    int sessionsMax,
    long bytesPerSecond) {
  public static final RepairConfig DEFAULT =
      new RepairConfig(
          true, TimeUnit.MINUTES.toNanos(10), TimeUnit.SECONDS.toNanos(5), 1_000, 64, 4, 0);
}

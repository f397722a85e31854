package io.quorate.purge;

/**
 * When deleted records are taken away.
 *
 * @param afterMillis how long a deletion is kept before a round may take it away
 * @param intervalNanos between two looks for partitions in which there is something to take away,
 *     and between two rounds of one partition
 * @param reportNanos between two reports of a node
 * @param roundsMax partitions in which a round is open at the same time and can end, at most
 * @param patienceNanos how long a round is tried before it is begun again, with a later mark
 */
public record PurgeConfig(
    long afterMillis, long intervalNanos, long reportNanos, int roundsMax, long patienceNanos) {
  public static final PurgeConfig DEFAULT =
      new PurgeConfig(3_600_000L, 600_000_000_000L, 2_000_000_000L, 32, 1_800_000_000_000L);
}

package io.quorate.client.admin;

import java.time.Duration;
import java.util.List;

/**
 * What one node holds of a partition, read from its disk and hashed.
 *
 * @param factors for each replication factor in use: tenants of one have the same replicas
 */
public record PartitionHash(long epoch, List<OfFactor> factors) {
  public PartitionHash {
    factors = List.copyOf(factors);
  }

  /**
   * What is held for the tenants of one replication factor.
   *
   * @param factor while it is altered, the one before
   * @param nextFactor the one after the move that alters it; else the same
   * @param records tombstones included
   * @param bytes of keys and records
   * @param hash hexadecimal
   * @param newestAge of the newest record when the reading began; may be negative
   */
  public record OfFactor(
      int factor, int nextFactor, long records, long bytes, String hash, Duration newestAge) {}
}

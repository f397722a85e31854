package io.quorate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to give a tenant. What is null takes the cluster's default when a tenant is created, and
 * stays as it is when one is altered.
 *
 * @param replicationFactor replicas of each key; cannot be altered yet
 * @param readLevel default level of reads
 * @param writeLevel default level of writes
 * @param defaultTtl until values expire; zero: they do not
 */
public record TenantSettings(
    @Nullable Integer replicationFactor,
    @Nullable Level readLevel,
    @Nullable Level writeLevel,
    @Nullable Duration defaultTtl) {

  /** Nothing said. */
  public static final TenantSettings DEFAULT = new TenantSettings(null, null, null, null);

  public TenantSettings {
    if (replicationFactor != null && replicationFactor < 1) {
      throw new IllegalArgumentException(
          "replication factor " + replicationFactor + ": give at least 1");
    }
    if (defaultTtl != null && defaultTtl.isNegative()) {
      throw new IllegalArgumentException(
          "time to live " + defaultTtl + ": give zero for values that do not expire, or more");
    }
  }

  public TenantSettings replicationFactor(int replicationFactor) {
    return new TenantSettings(replicationFactor, readLevel, writeLevel, defaultTtl);
  }

  public TenantSettings readLevel(Level readLevel) {
    return new TenantSettings(replicationFactor, readLevel, writeLevel, defaultTtl);
  }

  public TenantSettings writeLevel(Level writeLevel) {
    return new TenantSettings(replicationFactor, readLevel, writeLevel, defaultTtl);
  }

  public TenantSettings defaultTtl(Duration defaultTtl) {
    return new TenantSettings(replicationFactor, readLevel, writeLevel, defaultTtl);
  }
}

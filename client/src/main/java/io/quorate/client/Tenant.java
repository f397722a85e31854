package io.quorate.client;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of keys with its own replication.
 *
 * @param name 1 to 64 of a-z, 0-9, '-', '_' and '.'
 * @param id its number, part of every stored key; given by the cluster
 * @param replicationFactor replicas of each key; while it is altered, what it was before
 * @param nextReplicationFactor the factor that it is altered to; else the same
 * @param model how concurrent writes are resolved, such as LAST_WRITE_WINS
 * @param settings all that the cluster says of it, without the replication factor
 */
public record Tenant(
    String name,
    int id,
    int replicationFactor,
    int nextReplicationFactor,
    String model,
    TenantSettings settings) {

  /** Returns what the tenant has of a setting; null: not said. */
  public <T> @Nullable T get(TenantSetting<T> setting) {
    return settings.get(setting);
  }

  /** Returns the default level of reads; null: not said. */
  public @Nullable Level readLevel() {
    return get(TenantSetting.READ_LEVEL);
  }

  /** Returns the default level of writes; null: not said. */
  public @Nullable Level writeLevel() {
    return get(TenantSetting.WRITE_LEVEL);
  }

  /** Returns the time until values expire; zero: they do not. */
  public Duration defaultTtl() {
    return Objects.requireNonNullElse(get(TenantSetting.DEFAULT_TTL), Duration.ZERO);
  }

  /** Returns what reads do that do not say. */
  public ReadRepair readRepair() {
    return Objects.requireNonNullElse(get(TenantSetting.READ_REPAIR), ReadRepair.BLOCKING);
  }

  /** Returns what the tenant may ask of the cluster. */
  public TenantLimits limits() {
    return new TenantLimits(
        Objects.requireNonNullElse(get(TenantSetting.OPERATIONS_PER_SECOND), 0L),
        Objects.requireNonNullElse(get(TenantSetting.BYTES_PER_SECOND), 0L),
        Objects.requireNonNullElse(get(TenantSetting.HINT_OVERFLOW), HintOverflow.MARK));
  }

  /** Whether partitions are on the way to another replication factor. */
  public boolean isAltered() {
    return nextReplicationFactor != replicationFactor;
  }
}

package io.quorate.client.admin;

import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to give a tenant. What is not said takes the cluster's default when a tenant is created, and
 * stays as it is when one is altered.
 */
public final class TenantSettings {
  /** Nothing said. */
  public static final TenantSettings DEFAULT = new TenantSettings(null, Map.of());

  private final @Nullable ReplicationFactor replication;

  /** Each value is of the type of its setting. */
  private final Map<TenantSetting<?>, Object> values;

  private TenantSettings(
      @Nullable ReplicationFactor replication, Map<TenantSetting<?>, Object> values) {
    this.replication = replication;
    this.values = Collections.unmodifiableMap(values);
  }

  /** Returns the replicas of each key, in all; null: not said. */
  public @Nullable Integer replicationFactor() {
    return replication == null ? null : replication.replicas();
  }

  /** Returns how many replicas each key has, and where; null: not said. */
  public @Nullable ReplicationFactor replication() {
    return replication;
  }

  /** Returns the value of a setting; null: not said. */
  public <T> @Nullable T get(TenantSetting<T> setting) {
    return setting.type().cast(values.get(setting));
  }

  /**
   * Returns these settings with another value of one of them.
   *
   * @throws IllegalArgumentException if no cluster takes the value; the message says what to give
   */
  public <T> TenantSettings with(TenantSetting<T> setting, T value) {
    setting.check(value);
    return withUnchecked(setting, value);
  }

  /** Returns these settings with a value that a cluster has told, which is taken as it is. */
  public <T> TenantSettings withUnchecked(TenantSetting<T> setting, T value) {
    Map<TenantSetting<?>, Object> changed = new LinkedHashMap<>(values);
    changed.put(setting, value);
    return new TenantSettings(replication, changed);
  }

  /**
   * Returns these settings with another number of replicas of each key. In an existing tenant,
   * partitions change to it one by one: see {@link TopologyChange#alterReplication}.
   */
  public TenantSettings replicationFactor(int replicationFactor) {
    return replication(ReplicationFactor.of(replicationFactor));
  }

  /**
   * Returns these settings with another number of replicas of each key, on any nodes or by region.
   * In an existing tenant, partitions change to it one by one.
   */
  public TenantSettings replication(ReplicationFactor factor) {
    return new TenantSettings(factor, values);
  }

  public TenantSettings readLevel(Level readLevel) {
    return with(TenantSetting.READ_LEVEL, readLevel);
  }

  public TenantSettings writeLevel(Level writeLevel) {
    return with(TenantSetting.WRITE_LEVEL, writeLevel);
  }

  public TenantSettings defaultTtl(Duration defaultTtl) {
    return with(TenantSetting.DEFAULT_TTL, defaultTtl);
  }

  /** Of a tenant that has model {@link Model#LAST_WRITE_WINS}: {@link TenantSetting#HISTORY}. */
  public TenantSettings history(Duration history) {
    return with(TenantSetting.HISTORY, history);
  }

  public TenantSettings readRepair(ReadRepair readRepair) {
    return with(TenantSetting.READ_REPAIR, readRepair);
  }

  public TenantSettings operationsPerSecond(long operationsPerSecond) {
    return with(TenantSetting.OPERATIONS_PER_SECOND, operationsPerSecond);
  }

  public TenantSettings bytesPerSecond(long bytesPerSecond) {
    return with(TenantSetting.BYTES_PER_SECOND, bytesPerSecond);
  }

  public TenantSettings hintOverflow(HintOverflow hintOverflow) {
    return with(TenantSetting.HINT_OVERFLOW, hintOverflow);
  }

  /** Only for a tenant that is created: {@link TenantSetting#isFixed}. */
  public TenantSettings retries(Retries retries) {
    return with(TenantSetting.RETRIES, retries);
  }

  /** Only for a tenant that is created: {@link TenantSetting#isFixed}. */
  public TenantSettings model(Model model) {
    return with(TenantSetting.MODEL, model);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TenantSettings settings
        && Objects.equals(replication, settings.replication)
        && values.equals(settings.values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(replication, values);
  }

  @Override
  public String toString() {
    return "TenantSettings[replicationFactor=" + replication + ", " + values + "]";
  }
}

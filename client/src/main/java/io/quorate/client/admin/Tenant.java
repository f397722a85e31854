package io.quorate.client.admin;

import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A namespace of keys with its own replication. */
public sealed interface Tenant {
  /** 1 to 64 of a-z, 0-9, '-', '_' and '.'. */
  String name();

  /** Its number, part of every stored key; given by the cluster. */
  int id();

  /** Replicas of each key; while it is altered, what it was before. */
  int replicationFactor();

  /** The factor that it is altered to; else the same. */
  int nextReplicationFactor();

  /** Replicas in each region; empty if they may be on any nodes. While altered, as before. */
  SortedMap<String, Integer> replicasByRegion();

  /** The same of what it is altered to; else equal. */
  SortedMap<String, Integer> nextReplicasByRegion();

  /** How many replicas each key has, and where, as people write it; while altered, as before. */
  default String replication() {
    return replicasByRegion().isEmpty()
        ? Integer.toString(replicationFactor())
        : ReplicationFactor.byRegion(replicasByRegion()).toString();
  }

  /** The same of what it is altered to. */
  default String nextReplication() {
    return nextReplicasByRegion().isEmpty()
        ? Integer.toString(nextReplicationFactor())
        : ReplicationFactor.byRegion(nextReplicasByRegion()).toString();
  }

  /** Whether it is to get what a backup has of it, and refuses clients until it has. */
  boolean isBeingRestored();

  /** All that the cluster says of it, without the replication factor. */
  TenantSettings settings();

  /** Returns what the tenant has of a setting; null: not said. */
  default <T> @Nullable T get(TenantSetting<T> setting) {
    return settings().get(setting);
  }

  /** Returns the default level of reads; null: not said. */
  default @Nullable Level readLevel() {
    return get(TenantSetting.READ_LEVEL);
  }

  /** Returns the default level of writes; null: not said. */
  default @Nullable Level writeLevel() {
    return get(TenantSetting.WRITE_LEVEL);
  }

  /** Returns the time until values expire; zero: they do not. */
  default Duration defaultTtl() {
    return Objects.requireNonNullElse(get(TenantSetting.DEFAULT_TTL), Duration.ZERO);
  }

  /** Returns for how long replaced versions are kept; zero: they are not. */
  default Duration history() {
    return Objects.requireNonNullElse(get(TenantSetting.HISTORY), Duration.ZERO);
  }

  /** Returns what reads do that do not say. */
  default ReadRepair readRepair() {
    return Objects.requireNonNullElse(get(TenantSetting.READ_REPAIR), ReadRepair.BLOCKING);
  }

  /** Returns what the tenant may ask of the cluster. */
  default TenantLimits limits() {
    return TenantLimits.of(
        Objects.requireNonNullElse(get(TenantSetting.OPERATIONS_PER_SECOND), 0L),
        Objects.requireNonNullElse(get(TenantSetting.BYTES_PER_SECOND), 0L),
        Objects.requireNonNullElse(get(TenantSetting.HINT_OVERFLOW), HintOverflow.MARK));
  }

  /** Returns whether a write that is sent again may take effect more than once. */
  default Retries retries() {
    return Objects.requireNonNullElse(get(TenantSetting.RETRIES), Retries.REPEAT);
  }

  /** Returns what becomes of concurrent writes; null: this library does not know it. */
  default @Nullable Model model() {
    return get(TenantSetting.MODEL);
  }

  /** Whether partitions are on the way to another replication factor. */
  default boolean isAltered() {
    return nextReplicationFactor() != replicationFactor()
        || !nextReplicasByRegion().equals(replicasByRegion());
  }

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .name(name())
        .id(id())
        .replicationFactor(replicationFactor())
        .nextReplicationFactor(nextReplicationFactor())
        .replicasByRegion(replicasByRegion())
        .nextReplicasByRegion(nextReplicasByRegion())
        .beingRestored(isBeingRestored())
        .settings(settings());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String name = "";
    private int id;
    private int replicationFactor;
    private int nextReplicationFactor;
    private SortedMap<String, Integer> replicasByRegion = Collections.emptySortedMap();
    private SortedMap<String, Integer> nextReplicasByRegion = Collections.emptySortedMap();
    private boolean beingRestored;
    private TenantSettings settings = TenantSettings.DEFAULT;

    private Builder() {}

    public Builder name(String name) {
      this.name = name;
      return this;
    }

    public Builder id(int id) {
      this.id = id;
      return this;
    }

    public Builder replicationFactor(int replicationFactor) {
      this.replicationFactor = replicationFactor;
      return this;
    }

    public Builder nextReplicationFactor(int nextReplicationFactor) {
      this.nextReplicationFactor = nextReplicationFactor;
      return this;
    }

    public Builder replicasByRegion(SortedMap<String, Integer> replicasByRegion) {
      this.replicasByRegion = Collections.unmodifiableSortedMap(new TreeMap<>(replicasByRegion));
      return this;
    }

    public Builder nextReplicasByRegion(SortedMap<String, Integer> nextReplicasByRegion) {
      this.nextReplicasByRegion =
          Collections.unmodifiableSortedMap(new TreeMap<>(nextReplicasByRegion));
      return this;
    }

    public Builder beingRestored(boolean beingRestored) {
      this.beingRestored = beingRestored;
      return this;
    }

    public Builder settings(TenantSettings settings) {
      this.settings = settings;
      return this;
    }

    public Tenant build() {
      return new TenantValues(
          id,
          name,
          replicationFactor,
          nextReplicationFactor,
          replicasByRegion,
          nextReplicasByRegion,
          beingRestored,
          settings);
    }

    private record TenantValues(
        int id,
        String name,
        int replicationFactor,
        int nextReplicationFactor,
        SortedMap<String, Integer> replicasByRegion,
        SortedMap<String, Integer> nextReplicasByRegion,
        boolean isBeingRestored,
        TenantSettings settings)
        implements Tenant {}
  }
}

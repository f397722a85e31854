package io.quorate.client.admin;

import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import java.time.Duration;
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

  /** Default level of reads; null: not said. */
  @Nullable Level readLevel();

  /** Default level of writes; null: not said. */
  @Nullable Level writeLevel();

  /** How concurrent writes are resolved, such as LAST_WRITE_WINS. */
  String model();

  /** Until values expire; zero: they do not. */
  Duration defaultTtl();

  /** What reads do that do not say. */
  ReadRepair readRepair();

  /** What it may ask of the cluster. */
  TenantLimits limits();

  /** Whether partitions are on the way to another replication factor. */
  default boolean isAltered() {
    return nextReplicationFactor() != replicationFactor();
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
        .readLevel(readLevel())
        .writeLevel(writeLevel())
        .model(model())
        .defaultTtl(defaultTtl())
        .readRepair(readRepair())
        .limits(limits());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String name = "";
    private int id;
    private int replicationFactor;
    private int nextReplicationFactor;
    private @Nullable Level readLevel;
    private @Nullable Level writeLevel;
    private String model = "";
    private Duration defaultTtl = Duration.ZERO;
    private ReadRepair readRepair = ReadRepair.BLOCKING;
    private TenantLimits limits = TenantLimits.NONE;

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

    public Builder readLevel(@Nullable Level readLevel) {
      this.readLevel = readLevel;
      return this;
    }

    public Builder writeLevel(@Nullable Level writeLevel) {
      this.writeLevel = writeLevel;
      return this;
    }

    public Builder model(String model) {
      this.model = model;
      return this;
    }

    public Builder defaultTtl(Duration defaultTtl) {
      this.defaultTtl = defaultTtl;
      return this;
    }

    public Builder readRepair(ReadRepair readRepair) {
      this.readRepair = readRepair;
      return this;
    }

    public Builder limits(TenantLimits limits) {
      this.limits = limits;
      return this;
    }

    public Tenant build() {
      return new TenantValues(
          name,
          id,
          replicationFactor,
          nextReplicationFactor,
          readLevel,
          writeLevel,
          model,
          defaultTtl,
          readRepair,
          limits);
    }

    private record TenantValues(
        String name,
        int id,
        int replicationFactor,
        int nextReplicationFactor,
        @Nullable Level readLevel,
        @Nullable Level writeLevel,
        String model,
        Duration defaultTtl,
        ReadRepair readRepair,
        TenantLimits limits)
        implements Tenant {}
  }
}

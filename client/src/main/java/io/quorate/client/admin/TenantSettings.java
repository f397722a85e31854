package io.quorate.client.admin;

import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to give a tenant. What is null takes the cluster's default when a tenant is created, and
 * stays as it is when one is altered.
 */
public final class TenantSettings {
  /** Nothing said. */
  public static final TenantSettings DEFAULT =
      new TenantSettings(null, null, null, null, null, null, null, null);

  private final @Nullable Integer replicationFactor;
  private final @Nullable Level readLevel;
  private final @Nullable Level writeLevel;
  private final @Nullable Duration defaultTtl;
  private final @Nullable ReadRepair readRepair;
  private final @Nullable Long operationsPerSecond;
  private final @Nullable Long bytesPerSecond;
  private final @Nullable HintOverflow hintOverflow;

  private TenantSettings(
      @Nullable Integer replicationFactor,
      @Nullable Level readLevel,
      @Nullable Level writeLevel,
      @Nullable Duration defaultTtl,
      @Nullable ReadRepair readRepair,
      @Nullable Long operationsPerSecond,
      @Nullable Long bytesPerSecond,
      @Nullable HintOverflow hintOverflow) {
    if (replicationFactor != null && replicationFactor < 1) {
      throw new IllegalArgumentException(
          "replication factor " + replicationFactor + ": give at least 1");
    }
    if (defaultTtl != null && defaultTtl.isNegative()) {
      throw new IllegalArgumentException(
          "time to live " + defaultTtl + ": give zero for values that do not expire, or more");
    }
    checkLimit("operations", operationsPerSecond);
    checkLimit("bytes", bytesPerSecond);
    this.replicationFactor = replicationFactor;
    this.readLevel = readLevel;
    this.writeLevel = writeLevel;
    this.defaultTtl = defaultTtl;
    this.readRepair = readRepair;
    this.operationsPerSecond = operationsPerSecond;
    this.bytesPerSecond = bytesPerSecond;
    this.hintOverflow = hintOverflow;
  }

  /**
   * Replicas of each key; partitions of a tenant that there is come to another factor one by one,
   * see {@link TopologyChange#alterReplication}.
   */
  public @Nullable Integer replicationFactor() {
    return replicationFactor;
  }

  /** Default level of reads. */
  public @Nullable Level readLevel() {
    return readLevel;
  }

  /** Default level of writes. */
  public @Nullable Level writeLevel() {
    return writeLevel;
  }

  /** Until values expire; zero: they do not. */
  public @Nullable Duration defaultTtl() {
    return defaultTtl;
  }

  /** What reads do that do not say. */
  public @Nullable ReadRepair readRepair() {
    return readRepair;
  }

  /** How many the tenant may ask of the cluster; 0: no limit. */
  public @Nullable Long operationsPerSecond() {
    return operationsPerSecond;
  }

  /** Of keys and values, written and read; 0: no limit. */
  public @Nullable Long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** What becomes of a write when no more can be remembered for a replica. */
  public @Nullable HintOverflow hintOverflow() {
    return hintOverflow;
  }

  private static void checkLimit(String what, @Nullable Long perSecond) {
    if (perSecond != null && perSecond < 0) {
      throw new IllegalArgumentException(
          "limit of " + perSecond + " " + what + " per second: give 0 for no limit, or more");
    }
  }

  public TenantSettings replicationFactor(int replicationFactor) {
    return with(draft -> draft.replicationFactor = replicationFactor);
  }

  public TenantSettings readLevel(@Nullable Level readLevel) {
    return with(draft -> draft.readLevel = readLevel);
  }

  public TenantSettings writeLevel(@Nullable Level writeLevel) {
    return with(draft -> draft.writeLevel = writeLevel);
  }

  public TenantSettings defaultTtl(@Nullable Duration defaultTtl) {
    return with(draft -> draft.defaultTtl = defaultTtl);
  }

  public TenantSettings readRepair(@Nullable ReadRepair readRepair) {
    return with(draft -> draft.readRepair = readRepair);
  }

  public TenantSettings operationsPerSecond(long operationsPerSecond) {
    return with(draft -> draft.operationsPerSecond = operationsPerSecond);
  }

  public TenantSettings bytesPerSecond(long bytesPerSecond) {
    return with(draft -> draft.bytesPerSecond = bytesPerSecond);
  }

  public TenantSettings hintOverflow(@Nullable HintOverflow hintOverflow) {
    return with(draft -> draft.hintOverflow = hintOverflow);
  }

  private TenantSettings with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** Settings while one of them is being changed. */
  private static final class Draft {
    @Nullable Integer replicationFactor;
    @Nullable Level readLevel;
    @Nullable Level writeLevel;
    @Nullable Duration defaultTtl;
    @Nullable ReadRepair readRepair;
    @Nullable Long operationsPerSecond;
    @Nullable Long bytesPerSecond;
    @Nullable HintOverflow hintOverflow;

    Draft(TenantSettings known) {
      replicationFactor = known.replicationFactor;
      readLevel = known.readLevel;
      writeLevel = known.writeLevel;
      defaultTtl = known.defaultTtl;
      readRepair = known.readRepair;
      operationsPerSecond = known.operationsPerSecond;
      bytesPerSecond = known.bytesPerSecond;
      hintOverflow = known.hintOverflow;
    }

    TenantSettings settings() {
      return new TenantSettings(
          replicationFactor,
          readLevel,
          writeLevel,
          defaultTtl,
          readRepair,
          operationsPerSecond,
          bytesPerSecond,
          hintOverflow);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TenantSettings that
        && Objects.equals(replicationFactor, that.replicationFactor)
        && Objects.equals(readLevel, that.readLevel)
        && Objects.equals(writeLevel, that.writeLevel)
        && Objects.equals(defaultTtl, that.defaultTtl)
        && Objects.equals(readRepair, that.readRepair)
        && Objects.equals(operationsPerSecond, that.operationsPerSecond)
        && Objects.equals(bytesPerSecond, that.bytesPerSecond)
        && Objects.equals(hintOverflow, that.hintOverflow);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        replicationFactor,
        readLevel,
        writeLevel,
        defaultTtl,
        readRepair,
        operationsPerSecond,
        bytesPerSecond,
        hintOverflow);
  }

  @Override
  public String toString() {
    return "TenantSettings[replicationFactor="
        + replicationFactor
        + ", readLevel="
        + readLevel
        + ", writeLevel="
        + writeLevel
        + ", defaultTtl="
        + defaultTtl
        + ", readRepair="
        + readRepair
        + ", operationsPerSecond="
        + operationsPerSecond
        + ", bytesPerSecond="
        + bytesPerSecond
        + ", hintOverflow="
        + hintOverflow
        + "]";
  }
}

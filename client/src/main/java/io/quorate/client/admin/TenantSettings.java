package io.quorate.client.admin;

import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to give a tenant. What is null takes the cluster's default when a tenant is created, and
 * stays as it is when one is altered.
 *
 * @param replicationFactor replicas of each key; partitions of a tenant that there is come to
 *     another factor one by one, see {@link TopologyChange#alterReplication}
 * @param readLevel default level of reads
 * @param writeLevel default level of writes
 * @param defaultTtl until values expire; zero: they do not
 * @param readRepair what reads do that do not say
 * @param operationsPerSecond how many the tenant may ask of the cluster; 0: no limit
 * @param bytesPerSecond of keys and values, written and read; 0: no limit
 * @param hintOverflow what becomes of a write when no more can be remembered for a replica
 */
public record TenantSettings(
    @Nullable Integer replicationFactor,
    @Nullable Level readLevel,
    @Nullable Level writeLevel,
    @Nullable Duration defaultTtl,
    @Nullable ReadRepair readRepair,
    @Nullable Long operationsPerSecond,
    @Nullable Long bytesPerSecond,
    @Nullable HintOverflow hintOverflow) {

  /** Nothing said. */
  public static final TenantSettings DEFAULT =
      new TenantSettings(null, null, null, null, null, null, null, null);

  public TenantSettings {
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

  public TenantSettings readLevel(Level readLevel) {
    return with(draft -> draft.readLevel = readLevel);
  }

  public TenantSettings writeLevel(Level writeLevel) {
    return with(draft -> draft.writeLevel = writeLevel);
  }

  public TenantSettings defaultTtl(Duration defaultTtl) {
    return with(draft -> draft.defaultTtl = defaultTtl);
  }

  public TenantSettings readRepair(ReadRepair readRepair) {
    return with(draft -> draft.readRepair = readRepair);
  }

  public TenantSettings operationsPerSecond(long operationsPerSecond) {
    return with(draft -> draft.operationsPerSecond = operationsPerSecond);
  }

  public TenantSettings bytesPerSecond(long bytesPerSecond) {
    return with(draft -> draft.bytesPerSecond = bytesPerSecond);
  }

  public TenantSettings hintOverflow(HintOverflow hintOverflow) {
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
}

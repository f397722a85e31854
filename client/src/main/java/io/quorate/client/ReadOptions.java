package io.quorate.client;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one read differs from the defaults. What is null takes the default: the client's read level,
 * timeout and tenant, the tenant's read level where the client has none, the tenant's repair, no
 * fallback.
 */
public final class ReadOptions {
  /** Everything as the client and the tenant have it. */
  public static final ReadOptions DEFAULT = new ReadOptions(null, null, null, null, null);

  private final @Nullable Level level;
  private final @Nullable Duration timeout;
  private final @Nullable String tenant;
  private final @Nullable FallbackSource fallback;
  private final @Nullable ReadRepair repair;

  private ReadOptions(
      @Nullable Level level,
      @Nullable Duration timeout,
      @Nullable String tenant,
      @Nullable FallbackSource fallback,
      @Nullable ReadRepair repair) {
    Times.checkTimeout(timeout);
    this.level = level;
    this.timeout = timeout;
    this.tenant = tenant;
    this.fallback = fallback;
    this.repair = repair;
  }

  /** Null: the client's read level ({@link QuorateClient.Builder#readLevel}), or the tenant's. */
  public @Nullable Level level() {
    return level;
  }

  /** How long the caller waits, from the call; travels with it as a deadline. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  public @Nullable String tenant() {
    return tenant;
  }

  /** Asked when the cluster cannot answer. */
  public @Nullable FallbackSource fallback() {
    return fallback;
  }

  /** What is done for replicas that are found behind; null: what the tenant's reads do. */
  public @Nullable ReadRepair repair() {
    return repair;
  }

  public ReadOptions level(Level level) {
    return new ReadOptions(level, timeout, tenant, fallback, repair);
  }

  public ReadOptions timeout(Duration timeout) {
    return new ReadOptions(level, timeout, tenant, fallback, repair);
  }

  public ReadOptions tenant(String tenant) {
    return new ReadOptions(level, timeout, tenant, fallback, repair);
  }

  /**
   * Asks {@code source} when the cluster cannot answer the read; what it gives is marked {@link
   * GetResult#fromFallback} and potentially stale.
   */
  public ReadOptions fallback(FallbackSource source) {
    return new ReadOptions(level, timeout, tenant, source, repair);
  }

  /** Does this for replicas that the read finds behind. */
  public ReadOptions repair(ReadRepair repair) {
    return new ReadOptions(level, timeout, tenant, fallback, repair);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReadOptions that
        && Objects.equals(level, that.level)
        && Objects.equals(timeout, that.timeout)
        && Objects.equals(tenant, that.tenant)
        && Objects.equals(fallback, that.fallback)
        && Objects.equals(repair, that.repair);
  }

  @Override
  public int hashCode() {
    return Objects.hash(level, timeout, tenant, fallback, repair);
  }

  @Override
  public String toString() {
    return "ReadOptions[level="
        + level
        + ", timeout="
        + timeout
        + ", tenant="
        + tenant
        + ", fallback="
        + fallback
        + ", repair="
        + repair
        + "]";
  }
}

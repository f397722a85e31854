package io.quorate.client;

import io.quorate.client.internal.text.TenantName;
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
  public static final ReadOptions DEFAULT = new ReadOptions(null, null, null, null, null, null, 0);

  private final @Nullable Level level;
  private final @Nullable Duration timeout;
  private final @Nullable String tenant;
  private final @Nullable FallbackSource fallback;
  private final @Nullable ReadRepair repair;
  private final @Nullable Version minVersion;
  private final long fenceToken;

  private ReadOptions(
      @Nullable Level level,
      @Nullable Duration timeout,
      @Nullable String tenant,
      @Nullable FallbackSource fallback,
      @Nullable ReadRepair repair,
      @Nullable Version minVersion,
      long fenceToken) {
    Times.checkTimeout(timeout);
    TenantName.check(tenant);
    this.level = level;
    this.timeout = timeout;
    this.tenant = tenant;
    this.fallback = fallback;
    this.repair = repair;
    this.minVersion = minVersion;
    this.fenceToken = fenceToken;
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
    return new ReadOptions(level, timeout, tenant, fallback, repair, minVersion, fenceToken);
  }

  public ReadOptions timeout(Duration timeout) {
    return new ReadOptions(level, timeout, tenant, fallback, repair, minVersion, fenceToken);
  }

  public ReadOptions tenant(String tenant) {
    return new ReadOptions(level, timeout, tenant, fallback, repair, minVersion, fenceToken);
  }

  /**
   * Asks {@code source} when the cluster cannot answer the read; what it gives is marked {@link
   * GetResult#fromFallback} and potentially stale. It has what is left of the read's time, and a
   * second at least; if it does not answer within that, the read fails as the cluster failed it.
   */
  public ReadOptions fallback(FallbackSource source) {
    return new ReadOptions(level, timeout, tenant, source, repair, minVersion, fenceToken);
  }

  /** Below which the read does not return; null: it returns what it finds. */
  public @Nullable Version minVersion() {
    return minVersion;
  }

  /**
   * Returns this version of the key, or a later one, at whatever level: replicas that are behind
   * are waited for, and others are asked. If none has it, the read fails with {@link
   * UnavailableException}. A {@link Session} says so by itself.
   */
  public ReadOptions minVersion(Version version) {
    return new ReadOptions(level, timeout, tenant, fallback, repair, version, fenceToken);
  }

  /** Does this for replicas that the read finds behind. */
  public ReadOptions repair(ReadRepair repair) {
    return new ReadOptions(level, timeout, tenant, fallback, repair, minVersion, fenceToken);
  }

  /** The token of the lock under which a key is read; 0: none. */
  public long fenceToken() {
    return fenceToken;
  }

  /**
   * Reads a key under the token of a lock: once the read has returned, no write with a lower token
   * takes effect, so that what is put next may be based on what was read. If a write or such a read
   * with a higher token has taken effect, the read fails with {@link FencedException}. In tenants
   * with model LINEARIZABLE, or, at QUORUM, LAST_WRITE_WINS.
   *
   * @param token under which the lock was granted
   */
  public ReadOptions fencedBy(long token) {
    FencedException.checkToken(token);
    return new ReadOptions(level, timeout, tenant, fallback, repair, minVersion, token);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReadOptions that
        && Objects.equals(level, that.level)
        && Objects.equals(timeout, that.timeout)
        && Objects.equals(tenant, that.tenant)
        && Objects.equals(fallback, that.fallback)
        && Objects.equals(repair, that.repair)
        && Objects.equals(minVersion, that.minVersion)
        && fenceToken == that.fenceToken;
  }

  @Override
  public int hashCode() {
    return Objects.hash(level, timeout, tenant, fallback, repair, minVersion, fenceToken);
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
        + ", minVersion="
        + minVersion
        + (fenceToken == 0 ? "" : ", fenceToken=" + fenceToken)
        + "]";
  }
}

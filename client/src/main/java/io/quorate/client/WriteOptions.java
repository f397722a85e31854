package io.quorate.client;

import io.quorate.client.internal.text.TenantName;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one put, delete or update differs from the defaults. What is null takes the default: the
 * client's write level, timeout and tenant, the tenant's write level where the client has none, the
 * tenant's time to live.
 */
public final class WriteOptions {
  /** Everything as the client and the tenant have it. */
  public static final WriteOptions DEFAULT = new WriteOptions(null, null, null, null, null, 0);

  private final @Nullable Level level;
  private final @Nullable Duration timeout;
  private final @Nullable String tenant;
  private final @Nullable Duration ttl;
  private final @Nullable Condition condition;
  private final long fenceToken;

  private WriteOptions(
      @Nullable Level level,
      @Nullable Duration timeout,
      @Nullable String tenant,
      @Nullable Duration ttl,
      @Nullable Condition condition,
      long fenceToken) {
    Times.checkTimeout(timeout);
    TenantName.check(tenant);
    Times.checkTimeToLive(ttl);
    this.level = level;
    this.timeout = timeout;
    this.tenant = tenant;
    this.ttl = ttl;
    this.condition = condition;
    this.fenceToken = fenceToken;
  }

  /**
   * Null: the client's write level ({@link QuorateClient.Builder#writeLevel}), or the tenant's. A
   * tenant with retries ONCE, model SIBLINGS or LINEARIZABLE takes {@link Level#QUORUM} only.
   */
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

  /**
   * Until the value expires, at least a millisecond; of no meaning for a delete. In a tenant with
   * retries ONCE or model SIBLINGS it counts from when the write is first sent.
   */
  public @Nullable Duration ttl() {
    return ttl;
  }

  /**
   * What the key must have for a put or delete to take effect; null: anything. Only in tenants with
   * model LINEARIZABLE. If it has something else, the write fails with {@link
   * ConditionFailedException}, and was not applied.
   */
  public @Nullable Condition condition() {
    return condition;
  }

  /**
   * The token of the lock under which a put or delete is made; 0: none. In tenants with model
   * LINEARIZABLE, and at QUORUM in those with model LAST_WRITE_WINS: see {@link #fencedBy}.
   */
  public long fenceToken() {
    return fenceToken;
  }

  public WriteOptions level(Level level) {
    return new WriteOptions(level, timeout, tenant, ttl, condition, fenceToken);
  }

  public WriteOptions timeout(Duration timeout) {
    return new WriteOptions(level, timeout, tenant, ttl, condition, fenceToken);
  }

  public WriteOptions tenant(String tenant) {
    return new WriteOptions(level, timeout, tenant, ttl, condition, fenceToken);
  }

  public WriteOptions ttl(Duration ttl) {
    return new WriteOptions(level, timeout, tenant, ttl, condition, fenceToken);
  }

  /** Has the write take effect only if the key has this. */
  public WriteOptions onlyIf(Condition condition) {
    return new WriteOptions(level, timeout, tenant, ttl, condition, fenceToken);
  }

  /**
   * Has a put or delete take effect only under the token of a lock: if a write or a {@linkplain
   * ReadOptions#fencedBy read} of the key with a higher token has taken effect, it fails with
   * {@link FencedException}, and is not applied. In tenants with model LINEARIZABLE; in those with
   * model LAST_WRITE_WINS, at QUORUM, a write that fails so was not acknowledged, and may be seen
   * until the key is read or written under the later token.
   *
   * @param token under which the lock was granted
   */
  public WriteOptions fencedBy(long token) {
    FencedException.checkToken(token);
    return new WriteOptions(level, timeout, tenant, ttl, condition, token);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WriteOptions that
        && Objects.equals(level, that.level)
        && Objects.equals(timeout, that.timeout)
        && Objects.equals(tenant, that.tenant)
        && Objects.equals(ttl, that.ttl)
        && Objects.equals(condition, that.condition)
        && fenceToken == that.fenceToken;
  }

  @Override
  public int hashCode() {
    return Objects.hash(level, timeout, tenant, ttl, condition, fenceToken);
  }

  @Override
  public String toString() {
    return "WriteOptions[level="
        + level
        + ", timeout="
        + timeout
        + ", tenant="
        + tenant
        + ", ttl="
        + ttl
        + (condition == null ? "" : ", condition=" + condition)
        + (fenceToken == 0 ? "" : ", fenceToken=" + fenceToken)
        + "]";
  }
}

package io.quorate.client;

import io.quorate.client.internal.text.TenantName;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How one increment differs from the defaults. */
public final class IncrementOptions {
  /** Everything as the client has it; any sum. */
  public static final IncrementOptions DEFAULT =
      new IncrementOptions(null, null, Long.MIN_VALUE, Long.MAX_VALUE, 0);

  private final @Nullable Duration timeout;
  private final @Nullable String tenant;
  private final long min;
  private final long max;
  private final long fenceToken;

  private IncrementOptions(
      @Nullable Duration timeout, @Nullable String tenant, long min, long max, long fenceToken) {
    Times.checkTimeout(timeout);
    TenantName.check(tenant);
    this.timeout = timeout;
    this.tenant = tenant;
    this.min = min;
    this.max = max;
    this.fenceToken = fenceToken;
  }

  /** How long the caller waits, from the call; null: the client's timeout. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** Null: the client's tenant. */
  public @Nullable String tenant() {
    return tenant;
  }

  /** The least sum with which the increment takes effect. */
  public long min() {
    return min;
  }

  /** The greatest sum with which the increment takes effect. */
  public long max() {
    return max;
  }

  /** The token of the lock under which it is made; 0: none. */
  public long fenceToken() {
    return fenceToken;
  }

  public IncrementOptions timeout(Duration timeout) {
    return new IncrementOptions(timeout, tenant, min, max, fenceToken);
  }

  public IncrementOptions tenant(String tenant) {
    return new IncrementOptions(timeout, tenant, min, max, fenceToken);
  }

  /**
   * Has the increment take effect only if the sum is not below this; else it fails with {@link
   * ConditionFailedException}.
   */
  public IncrementOptions min(long min) {
    return new IncrementOptions(timeout, tenant, min, max, fenceToken);
  }

  /**
   * Has the increment take effect only if the sum is not above this; else it fails with {@link
   * ConditionFailedException}.
   */
  public IncrementOptions max(long max) {
    return new IncrementOptions(timeout, tenant, min, max, fenceToken);
  }

  /**
   * Has the increment take effect only under the token of a lock: see {@link
   * WriteOptions#fencedBy}.
   *
   * @param token under which the lock was granted
   */
  public IncrementOptions fencedBy(long token) {
    FencedException.checkToken(token);
    return new IncrementOptions(timeout, tenant, min, max, token);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IncrementOptions that
        && Objects.equals(timeout, that.timeout)
        && Objects.equals(tenant, that.tenant)
        && min == that.min
        && max == that.max
        && fenceToken == that.fenceToken;
  }

  @Override
  public int hashCode() {
    return Objects.hash(timeout, tenant, min, max, fenceToken);
  }

  @Override
  public String toString() {
    return "IncrementOptions[timeout="
        + timeout
        + ", tenant="
        + tenant
        + ", min="
        + min
        + ", max="
        + max
        + ", fenceToken="
        + fenceToken
        + "]";
  }
}

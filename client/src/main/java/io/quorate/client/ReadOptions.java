package io.quorate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one read differs from the defaults. What is null takes the default: the tenant's read level
 * and repair, the client's timeout and tenant, no fallback.
 *
 * @param timeout how long the caller waits, from the call; travels with it as a deadline
 * @param fallback asked when the cluster cannot answer
 * @param repair what is done for replicas that are found behind; null: what the tenant's reads do
 */
public record ReadOptions(
    @Nullable Level level,
    @Nullable Duration timeout,
    @Nullable String tenant,
    @Nullable FallbackSource fallback,
    @Nullable ReadRepair repair) {

  /** Everything as the client and the tenant have it. */
  public static final ReadOptions DEFAULT = new ReadOptions(null, null, null, null, null);

  public ReadOptions {
    Times.checkTimeout(timeout);
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
}

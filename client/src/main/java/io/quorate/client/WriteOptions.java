package io.quorate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one put or delete differs from the defaults. What is null takes the default: the tenant's
 * write level and time to live, the client's timeout and tenant.
 *
 * @param timeout how long the caller waits, from the call; travels with it as a deadline
 * @param ttl until the value expires, at least a millisecond; of no meaning for a delete
 */
public record WriteOptions(
    @Nullable Level level,
    @Nullable Duration timeout,
    @Nullable String tenant,
    @Nullable Duration ttl) {

  /** Everything as the client and the tenant have it. */
  public static final WriteOptions DEFAULT = new WriteOptions(null, null, null, null);

  public WriteOptions {
    Times.checkTimeout(timeout);
    Times.checkTimeToLive(ttl);
  }

  public WriteOptions level(Level level) {
    return new WriteOptions(level, timeout, tenant, ttl);
  }

  public WriteOptions timeout(Duration timeout) {
    return new WriteOptions(level, timeout, tenant, ttl);
  }

  public WriteOptions tenant(String tenant) {
    return new WriteOptions(level, timeout, tenant, ttl);
  }

  public WriteOptions ttl(Duration ttl) {
    return new WriteOptions(level, timeout, tenant, ttl);
  }
}

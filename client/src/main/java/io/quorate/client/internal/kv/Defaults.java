package io.quorate.client.internal.kv;

import io.quorate.client.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What holds for operations that say nothing else.
 *
 * @param readLevel null: requests name no level, and the tenant's default holds
 * @param writeLevel likewise
 */
public record Defaults(
    String tenant, Duration timeout, @Nullable Level readLevel, @Nullable Level writeLevel) {
  public Defaults(String tenant, Duration timeout) {
    this(tenant, timeout, null, null);
  }

  public Defaults tenant(String given) {
    return new Defaults(given, timeout, readLevel, writeLevel);
  }

  public Defaults timeout(Duration given) {
    return new Defaults(tenant, given, readLevel, writeLevel);
  }

  public Defaults readLevel(Level given) {
    return new Defaults(tenant, timeout, given, writeLevel);
  }

  public Defaults writeLevel(Level given) {
    return new Defaults(tenant, timeout, readLevel, given);
  }
}

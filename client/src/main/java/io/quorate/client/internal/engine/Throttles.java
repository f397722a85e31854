package io.quorate.client.internal.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A throttle for each tenant: what one asks for too much is no reason to hold another back. */
final class Throttles {
  /** Tenants beyond share one: names may come from the caller's callers. */
  private static final int TENANTS_MAX = 1000;

  private final Map<String, Throttle> byTenant = new ConcurrentHashMap<>();
  private final Throttle others;
  private final long createdNanos;

  Throttles(long nowNanos) {
    this.createdNanos = nowNanos;
    this.others = new Throttle("others", nowNanos);
  }

  Throttle of(String tenant) {
    Throttle known = byTenant.get(tenant);
    if (known != null) {
      return known;
    }
    return byTenant.size() >= TENANTS_MAX
        ? others
        : byTenant.computeIfAbsent(tenant, name -> new Throttle(name, createdNanos));
  }
}

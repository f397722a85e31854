package io.quorate.migration;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What was asked for, and may still come true. It is not asked for again before a while has passed.
 */
final class PendingProposals<K> {
  private final long againNanos;
  private final Map<K, Long> sinceNanos = new LinkedHashMap<>();

  PendingProposals(long againNanos) {
    this.againNanos = againNanos;
  }

  void clear() {
    sinceNanos.clear();
  }

  /** Whether it is time to ask for it; then it counts as asked for. */
  boolean take(K what, long nowNanos) {
    forget(nowNanos);
    return sinceNanos.putIfAbsent(what, nowNanos) == null;
  }

  /** What may still come true. */
  Set<K> open(long nowNanos) {
    forget(nowNanos);
    return sinceNanos.keySet();
  }

  private void forget(long nowNanos) {
    sinceNanos.values().removeIf(since -> nowNanos - since >= againNanos);
  }
}

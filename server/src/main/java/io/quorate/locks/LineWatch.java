package io.quorate.locks;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** When the nodes of owners in line last asked for them, while this node leads. */
final class LineWatch {
  private final long goneNanos;
  private final Map<Asker, Long> seen = new HashMap<>();

  /** What is done with an owner that is gone. */
  interface Dropping {
    void drop(String name, Waiter waiter);
  }

  /**
   * @param goneNanos an owner whose node has not asked for this long is dropped
   */
  LineWatch(long goneNanos) {
    this.goneNanos = goneNanos;
  }

  void seen(Asker asker, long nowNanos) {
    seen.put(asker, nowNanos);
  }

  /** It waits no more; returns whether it did, as far as is known here. */
  boolean answered(Asker asker) {
    return seen.remove(asker) != null;
  }

  void clear() {
    seen.clear();
  }

  /** Drops owners in line whose node does not ask any more: it has died, or forgot them. */
  void look(LockTable table, long nowNanos, Dropping dropping) {
    if (table.waiting() == 0) {
      seen.clear();
      return;
    }
    Set<Asker> waiting = new HashSet<>();
    for (String name : table.names()) {
      for (Waiter waiter : table.line(name)) {
        waiting.add(waiter.asker());
        long last = seen.computeIfAbsent(waiter.asker(), asker -> nowNanos);
        if (nowNanos - last >= goneNanos) {
          seen.put(waiter.asker(), nowNanos);
          dropping.drop(name, waiter);
        }
      }
    }
    seen.keySet().retainAll(waiting);
  }
}

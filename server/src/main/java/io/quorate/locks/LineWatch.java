package io.quorate.locks;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * When the nodes of owners in line last asked for them, and by which requests owners came that have
 * come by others since; while this node leads.
 */
final class LineWatch {
  private static final int REPLACED_MAX = 10_000;

  private final long goneNanos;
  private final Map<Asker, Long> seen = new HashMap<>();

  /** The last ones; bounded. */
  private final Map<Asker, Boolean> replaced =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Asker, Boolean> eldest) {
          return size() > REPLACED_MAX;
        }
      };

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

  /** Its owner has come by another request. */
  void replaced(Asker asker) {
    seen.remove(asker);
    replaced.put(asker, true);
  }

  /**
   * Whether the owner of a request has come by another one since: a node that was paused sends it
   * again, before it hears that its caller went to another node.
   */
  boolean isReplaced(Asker asker) {
    return replaced.containsKey(asker);
  }

  void clear() {
    seen.clear();
    replaced.clear();
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

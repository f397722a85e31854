package io.quorate.locks;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Requests that wait, at the leader, until another owner holds a lock. They are in its memory
 * alone: their nodes ask again now and then, and another leader hears of them so. What they have
 * seen has the number of the log's entry, so no change is missed for good.
 */
final class LockWatches {
  private final long goneNanos;

  /** By lock, and when their nodes last asked. */
  private final Map<String, Map<Asker, Long>> byName = new HashMap<>();

  /** Locks that are watched, and have changed hands by the entry that is being applied. */
  private final Set<String> changed = new TreeSet<>();

  private int watching;

  /**
   * @param goneNanos a request whose node has not asked for this long is dropped
   */
  LockWatches(long goneNanos) {
    this.goneNanos = goneNanos;
  }

  /** Returns whether there is room for it. */
  boolean add(String name, Asker asker, long nowNanos) {
    Map<Asker, Long> all = byName.get(name);
    boolean known = all != null && all.containsKey(asker);
    if (!known && watching >= LockLimits.WATCHING_MAX) {
      return false;
    }
    watching += known ? 0 : 1;
    byName.computeIfAbsent(name, lock -> new LinkedHashMap<>()).put(asker, nowNanos);
    return true;
  }

  /** Another owner holds a lock, or one does not any more. */
  void changes(String name) {
    if (byName.containsKey(name)) {
      changed.add(name);
    }
  }

  /** What is done with requests about a lock. */
  interface Answering {
    void answer(String name, Set<Asker> askers);
  }

  /** The entry is applied. */
  void tell(Answering answering) {
    for (String name : List.copyOf(changed)) {
      Map<Asker, Long> told = byName.remove(name);
      if (told != null) {
        watching -= told.size();
        answering.answer(name, told.keySet());
      }
    }
    changed.clear();
  }

  /** Drops requests whose nodes do not ask any more. */
  void look(long nowNanos) {
    for (Map<Asker, Long> all : byName.values()) {
      int before = all.size();
      all.values().removeIf(seen -> nowNanos - seen >= goneNanos);
      watching -= before - all.size();
    }
    byName.values().removeIf(Map::isEmpty);
  }

  void clear() {
    byName.clear();
    changed.clear();
    watching = 0;
  }
}

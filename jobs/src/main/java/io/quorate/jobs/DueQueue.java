package io.quorate.jobs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Jobs by when they are due, as this instance knows it. A job that a thread has taken is in it
 * again when the thread says so, and is never handed out twice. Safe for many threads at once.
 */
final class DueQueue {
  /** The clock may jump: no wait for a time is longer. */
  private static final long LOOK_MILLIS = 500;

  private static final Comparator<Due> ORDER =
      Comparator.comparing(Due::ready).thenComparing(Due::name);

  private final InstantSource clock;
  private final NavigableSet<Due> order = new TreeSet<>(ORDER);
  private final Map<String, Due> byName = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private boolean closed;

  /**
   * A job to be looked at.
   *
   * @param ready from when on; somewhat later than it is due, so that not all instances come at the
   *     same time, nor in the same order
   * @param orphan the token of a claim whose lock was seen to be free; 0: none
   */
  record Due(String name, Instant ready, long orphan) {}

  DueQueue(InstantSource clock) {
    this.clock = clock;
  }

  /** Replaces what is known of all jobs but those that are taken. */
  synchronized void replaceAll(List<Due> all) {
    order.clear();
    byName.clear();
    all.forEach(this::put);
    notifyAll();
  }

  private void put(Due due) {
    if (!taken.contains(due.name()) && byName.putIfAbsent(due.name(), due) == null) {
      boolean unused = order.add(due);
    }
  }

  /** Waits until a job is due, and takes it; null when this is closed. */
  synchronized @Nullable Due take() throws InterruptedException {
    while (!closed) {
      long wait = LOOK_MILLIS;
      if (!order.isEmpty()) {
        Due first = order.first();
        long left = Duration.between(clock.instant(), first.ready()).toMillis();
        if (!first.ready().isAfter(clock.instant())) {
          remove(first);
          boolean unused = taken.add(first.name());
          return first;
        }
        wait = Math.max(1, Math.min(wait, left));
      }
      wait(wait);
    }
    return null;
  }

  private void remove(Due due) {
    order.remove(due);
    byName.remove(due.name());
  }

  /** Gives a job back that was taken, to be looked at again; null: not before it is put again. */
  synchronized void giveBack(String name, @Nullable Due again) {
    taken.remove(name);
    if (again != null) {
      put(again);
    }
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }
}

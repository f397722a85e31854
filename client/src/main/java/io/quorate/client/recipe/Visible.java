package io.quorate.client.recipe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Items that no consumer has, as far as is known here: the oldest of them, in any order. They are
 * looked for again when none is left, when what is known is old, or when other consumers were
 * quicker in succession, and trying took longer than looking. Shared by the threads of a process,
 * which so do not meet at one item.
 */
final class Visible {
  /** What is known is old after this; and not before ten times the time that looking took. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int TIMES_AS_LONG = 10;
  private static final int MISSES = 2;

  /**
   * A search keeps the oldest sixteenth of a long queue, not only {@code among} items, so that it
   * is worth its time. Items of a long queue wait so long that their order suffers little.
   */
  private static final int PART = 16;

  private final Supplier<List<String>> search;
  private final int among;
  private final RecipeClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private List<String> ids = new ArrayList<>();
  private long soughtNanos;
  private long searchNanos;
  private boolean sought;
  private int misses;
  private long missNanos;

  /**
   * @param search finds all, in any order; an id that is lower was offered earlier
   */
  Visible(Supplier<List<String>> search, int among, RecipeClock clock) {
    this.search = search;
    this.among = among;
    this.clock = clock;
  }

  /** Returns the next item to try; null if there is none by now. */
  @Nullable String next() throws InterruptedException {
    long asked = clock.nanos();
    lock.lockInterruptibly();
    try {
      // What another thread has sought, since this one asked, is as new as can be.
      boolean newest = sought && soughtNanos - asked > 0;
      if (!newest && (ids.isEmpty() || isOld())) {
        seek();
      }
      return ids.isEmpty() ? null : ids.remove(ids.size() - 1);
    } finally {
      lock.unlock();
    }
  }

  private boolean isOld() {
    long fresh = Math.max(FRESH_NANOS, TIMES_AS_LONG * searchNanos);
    return !sought
        || clock.nanos() - soughtNanos > fresh
        || (misses >= MISSES && missNanos >= searchNanos);
  }

  private void seek() {
    long began = clock.nanos();
    List<String> found = new ArrayList<>(search.get());
    Collections.sort(found);
    int known = among == 1 ? 1 : Math.max(among, found.size() / PART);
    ids = new ArrayList<>(found.subList(0, Math.min(known, found.size())));
    Collections.shuffle(ids);
    soughtNanos = began;
    searchNanos = clock.nanos() - began;
    sought = true;
    hit();
  }

  /** The item was another consumer's, or is done; it took this time to find out. */
  void missed(long nanos) {
    lock.lock();
    try {
      misses++;
      missNanos += nanos;
    } finally {
      lock.unlock();
    }
  }

  /** The item was this consumer's. */
  void hit() {
    lock.lock();
    try {
      misses = 0;
      missNanos = 0;
    } finally {
      lock.unlock();
    }
  }
}

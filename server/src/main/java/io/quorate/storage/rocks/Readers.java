package io.quorate.storage.rocks;

import io.quorate.runtime.Threads;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads that read what is not in memory, so that no lane waits for a disk. What waits here is
 * bounded by the requests that a node admits.
 *
 * <p>Of several threads one reads no pages: a single read, which a client may wait for, would wait
 * for all pages that were asked for before it, each of which takes as long as many reads.
 */
final class Readers {
  private static final long CLOSE_SECONDS_MAX = 60;

  private final ExecutorService pool;

  /** Pages that are read at a time, at most. */
  private final int pagesMax;

  /** Pages that wait for one of these to be read. Guarded by this. */
  private final Queue<Runnable> pages = new ArrayDeque<>();

  /** Guarded by this. */
  private int pagesUnderWay;

  Readers(String name, int count, Threads threads) {
    AtomicInteger number = new AtomicInteger();
    pagesMax = Math.max(1, count - 1);
    pool =
        Executors.newFixedThreadPool(
            count, task -> threads.unstarted(name + "-" + number.incrementAndGet(), task));
  }

  /** Reads one thing. False if it is closed; the task will not run then. */
  boolean run(Runnable task) {
    try {
      pool.execute(task);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  /** Reads a page, or many things at once. False if it is closed; the task will not run then. */
  boolean runPage(Runnable page) {
    synchronized (this) {
      if (pagesUnderWay == pagesMax) {
        pages.add(page);
        return true;
      }
      pagesUnderWay++;
    }
    boolean runs = run(() -> runPages(page));
    if (!runs) {
      Runnable unused = nextPage();
    }
    return runs;
  }

  /** Each page goes to the end of the line of single reads. */
  private void runPages(Runnable first) {
    Runnable page = first;
    while (page != null) {
      page.run();
      Runnable next = nextPage();
      if (next != null && run(() -> runPages(next))) {
        return;
      }
      page = next; // it is being closed, and what was asked for before is read
    }
  }

  private synchronized @Nullable Runnable nextPage() {
    Runnable next = pages.poll();
    if (next == null) {
      pagesUnderWay--;
    }
    return next;
  }

  /** Reads what is asked for already, and ends. */
  void close() {
    pool.shutdown();
    try {
      boolean unused = pool.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt(); // the gate waits for those that are still inside
    }
  }
}

package io.quorate.storage.rocks;

import io.quorate.runtime.Threads;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that read what is not in memory, so that no lane waits for a disk. What waits here is
 * bounded by the requests that a node admits.
 */
final class Readers {
  private static final long CLOSE_SECONDS_MAX = 60;

  private final ExecutorService pool;

  Readers(String name, int count, Threads threads) {
    AtomicInteger number = new AtomicInteger();
    pool =
        Executors.newFixedThreadPool(
            count, task -> threads.unstarted(name + "-" + number.incrementAndGet(), task));
  }

  /** False if it is closed; the task will not run then. */
  boolean run(Runnable task) {
    try {
      pool.execute(task);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
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

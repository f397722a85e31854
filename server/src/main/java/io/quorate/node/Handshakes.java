package io.quorate.node;

import io.quorate.runtime.Threads;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does what takes long when a connection begins with TLS: to sign, and to judge certificates. The
 * lane would serve no one meanwhile. Connections beyond those that may wait are ended; so many new
 * ones at a time would have waited for longer than their clients do.
 */
final class Handshakes implements Executor, AutoCloseable {
  private static final int WAITING_MAX = 2_000;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor pool;

  Handshakes(String name, Threads threads) {
    pool =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            task -> {
              Thread thread = threads.unstarted(name + "-handshakes", task);
              thread.setDaemon(true); // its connections end with the node
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}

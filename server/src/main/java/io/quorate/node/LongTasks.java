package io.quorate.node;

import io.quorate.runtime.Threads;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Does what would keep a lane busy for long and needs nothing of it, one task after the other. Some
 * may wait; more are refused. The thread goes when there is nothing to do.
 */
final class LongTasks implements Executor, AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor pool;

  /**
   * @param name of the thread
   */
  LongTasks(String name, int waitingMax, Threads threads) {
    pool =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waitingMax),
            task -> {
              Thread thread = threads.unstarted(name, task);
              thread.setDaemon(true); // what it finds is not needed when the node ends
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /**
   * Returns what does tasks of one kind.
   *
   * @param kind what they do, for messages
   * @param failed told what one of them threw, which ends that one alone; errors end its thread
   */
  Executor of(String kind, BiConsumer<String, RuntimeException> failed) {
    return task ->
        execute(
            () -> {
              try {
                task.run();
              } catch (RuntimeException thrown) {
                failed.accept(kind, thrown);
              }
            });
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}

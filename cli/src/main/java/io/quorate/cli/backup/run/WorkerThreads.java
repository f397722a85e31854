package io.quorate.cli.backup.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Threads that share one piece of work until it is done, or until one of them fails. */
public final class WorkerThreads {
  private static final long PROGRESS_MILLIS = 200;

  /** In the order in which they came. */
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private volatile boolean stopped;

  /** What each of the threads does. */
  public interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Whether one has failed, so that the others should end. */
  public boolean isStopped() {
    return stopped;
  }

  /**
   * Does the work with some threads, and returns when all have ended.
   *
   * @param progress called now and then meanwhile, by this thread
   * @throws IOException if the one that failed first did so with one; likewise others
   */
  public void run(int threads, Work work, Runnable progress)
      throws IOException, InterruptedException {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(executor.submit(() -> one(work)));
      }
      for (Future<?> each : all) {
        await(each, progress);
      }
      Throwable first = failures.poll();
      if (first != null) {
        failures.forEach(first::addSuppressed);
      }
      rethrow(first);
    } finally {
      stopped = true;
      executor.shutdownNow();
      executor.close(); // waits until none of them is at work
    }
  }

  private @Nullable Void one(Work work) throws IOException, InterruptedException {
    try {
      work.run();
      return null;
    } catch (Throwable failed) {
      failures.add(failed); // before the others fail since this one did
      stopped = true;
      throw failed;
    }
  }

  private static void await(Future<?> one, Runnable progress) throws InterruptedException {
    while (true) {
      try {
        one.get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException notYet) {
        progress.run();
      } catch (ExecutionException failed) {
        return; // it has said so itself
      }
    }
  }

  private static void rethrow(@Nullable Throwable failure)
      throws IOException, InterruptedException {
    switch (failure) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException fault -> throw fault;
      case IOException io -> throw io;
      case InterruptedException interrupted -> throw interrupted;
      default -> throw new IllegalStateException("work throws nothing else", failure);
    }
  }
}

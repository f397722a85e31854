package io.quorate.outside;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Runs what does not need each other at the same time: commands above all, each of which starts a
 * JVM, and waits for nodes. One more than there are processors: commands that share them with many
 * others would run out of time.
 */
final class SideBySide {
  private static final int AT_ONCE = Runtime.getRuntime().availableProcessors() + 1;

  private SideBySide() {}

  interface Work {
    void run() throws Exception;
  }

  /**
   * Returns when all have ended.
   *
   * @throws AssertionError if some failed: with all failures
   */
  static void run(Work... all) {
    AssertionError failure = null;
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Void>> running =
          Stream.of(all).map(work -> threads.submit(() -> done(work))).toList();
      for (Future<Void> each : running) {
        try {
          each.get();
        } catch (ExecutionException failed) {
          if (failure == null) {
            failure = new AssertionError(failed.getCause());
          } else {
            failure.addSuppressed(failed.getCause());
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static Void done(Work work) throws Exception {
    work.run();
    return null;
  }
}

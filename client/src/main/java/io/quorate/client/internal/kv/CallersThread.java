package io.quorate.client.internal.kv;

import io.quorate.client.QuorateException;
import io.quorate.client.internal.engine.Waiting;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Runs functions of the application on the thread that waits for what comes of them. */
final class CallersThread implements Executor {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Waits for a result. What a function of the application threw is thrown as it is. */
  <T> T waitFor(Supplier<CompletableFuture<T>> start, Waiting waiting) {
    waiting.refuseOnEventLoop();
    CompletableFuture<T> result = start.get();
    var unused = result.whenComplete((done, failed) -> tasks.add(() -> {}));
    boolean interrupted = false;
    while (!result.isDone() && !interrupted && !waiting.isInVain()) {
      try {
        Runnable task = tasks.poll(1, TimeUnit.SECONDS);
        if (task != null) {
          task.run();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        interrupted = true;
      }
    }
    if (result.isCompletedExceptionally()) {
      throwIfFromOutside(result);
    }
    return waiting.forWrite(result);
  }

  private static void throwIfFromOutside(CompletableFuture<?> failed) {
    try {
      Object unused = failed.join();
    } catch (CompletionException wrapped) {
      Throwable cause = wrapped.getCause();
      if (cause instanceof RuntimeException thrown && !(cause instanceof QuorateException)) {
        throw thrown;
      }
      if (cause instanceof Error thrown) {
        throw thrown;
      }
    }
  }
}

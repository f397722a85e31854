package io.quorate.client;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;

/** Waits for asynchronous results on behalf of the blocking faces. */
final class Waiting {
  private final BooleanSupplier onEventLoop;

  Waiting(BooleanSupplier onEventLoop) {
    this.onEventLoop = onEventLoop;
  }

  <T> T forRead(CompletableFuture<T> result) {
    try {
      return await(result);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      CancellationException gaveUp = new CancellationException("interrupted while waiting");
      gaveUp.initCause(interrupted);
      throw gaveUp;
    }
  }

  <T> T forWrite(CompletableFuture<T> result) {
    try {
      return await(result);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new OutcomeUnknownException(
          "interrupted while waiting: the write may have been applied",
          FailureFacts.NONE,
          interrupted);
    }
  }

  private <T> T await(CompletableFuture<T> result) throws InterruptedException {
    if (onEventLoop.getAsBoolean() && !result.isDone()) {
      throw new IllegalStateException(
          "a blocking call on the client's event loop would wait for itself: use the asynchronous"
              + " face there, or thenApplyAsync");
    }
    try {
      return result.get();
    } catch (ExecutionException failed) {
      QuorateException cause = QuorateException.causeOf(failed);
      // The exception was made on the event loop; the caller's own frames tell who asked.
      cause.addSuppressed(new CallSite());
      throw cause;
    }
  }

  /** The stack of the thread that waited. */
  private static final class CallSite extends RuntimeException {
    CallSite() {
      super("waited for here");
    }
  }
}

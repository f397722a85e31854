package io.quorate.client.internal.engine;

import io.quorate.client.ClientClosedException;
import io.quorate.client.FailureInfo;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits for asynchronous results on behalf of the blocking faces. */
public final class Waiting {
  /** How long a result is waited for before the loop that is to bring it is looked after. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final BooleanSupplier onEventLoop;
  private final BooleanSupplier loopEnded;

  /**
   * @param loopEnded whether no result can come any more
   */
  public Waiting(BooleanSupplier onEventLoop, BooleanSupplier loopEnded) {
    this.onEventLoop = onEventLoop;
    this.loopEnded = loopEnded;
  }

  public <T> T forRead(CompletableFuture<T> result) {
    try {
      return await(result, false);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      CancellationException gaveUp = new CancellationException("interrupted while waiting");
      gaveUp.initCause(interrupted);
      throw gaveUp;
    }
  }

  public <T> T forWrite(CompletableFuture<T> result) {
    try {
      return await(result, true);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      boolean unused = result.cancel(false); // so that a change that is held back is not sent later
      throw new OutcomeUnknownException(
          "interrupted while waiting: the write may have been applied",
          FailureInfo.NONE,
          interrupted);
    }
  }

  /** Refuses to wait on the event loop, which is to bring what is waited for. */
  public void refuseOnEventLoop() {
    if (onEventLoop.getAsBoolean()) {
      throw new IllegalStateException(
          "a blocking call on the client's event loop would wait for itself: use the asynchronous"
              + " face there, or thenApplyAsync");
    }
  }

  /** Whether no result can come any more. */
  public boolean isInVain() {
    return loopEnded.getAsBoolean();
  }

  private <T> T await(CompletableFuture<T> result, boolean mutation) throws InterruptedException {
    if (!result.isDone()) {
      refuseOnEventLoop();
    }
    try {
      while (true) {
        try {
          return result.get(LOOK_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException notYet) {
          if (loopEnded.getAsBoolean() && !result.isDone()) {
            throw mutation
                ? new OutcomeUnknownException(
                    Failures.LOOP_ENDED + "; the write may have been applied",
                    FailureInfo.NONE,
                    null)
                : new ClientClosedException(Failures.LOOP_ENDED);
          }
        }
      }
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

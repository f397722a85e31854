package io.quorate.client.recipe;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The monotonic clock, and waiting by it; a test has one that it moves by hand. */
interface RecipeClock {
  RecipeClock SYSTEM =
      new RecipeClock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void await(CompletableFuture<?> signal, long nanos) throws InterruptedException {
          try {
            Object unused = signal.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
          } catch (TimeoutException over) {
            // As it was to be.
          } catch (ExecutionException failed) {
            // A signal, too.
          }
        }
      };

  long nanos();

  /** Returns when the signal is given, or after this time. */
  void await(CompletableFuture<?> signal, long nanos) throws InterruptedException;

  /** Lets time pass. */
  default void pause(long nanos) throws InterruptedException {
    await(new CompletableFuture<>(), nanos);
  }

  /** Until when something is waited for that begins now. */
  default long until(long nanos) {
    return nanos() + Math.min(nanos, Long.MAX_VALUE / 2);
  }
}

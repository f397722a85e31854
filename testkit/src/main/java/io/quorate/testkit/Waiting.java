package io.quorate.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what comes about in a cluster by itself. */
final class Waiting {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private Waiting() {}

  /**
   * Returns once a condition holds.
   *
   * @param state what there is instead, for people
   * @throws IllegalStateException if it does not in time, or the thread is interrupted
   */
  static void until(Duration atMost, BooleanSupplier condition, Supplier<String> state) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new IllegalStateException("not ready within %s: %s".formatted(atMost, state.get()));
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted while waiting: " + state.get());
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}

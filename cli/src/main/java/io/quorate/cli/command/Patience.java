package io.quorate.cli.command;

import io.quorate.client.QuorateException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Asks a cluster again when it fails in a way that time may heal, until that has lasted for longer
 * than a node takes to be missed or restarted.
 */
public final class Patience {
  private static final long BACKOFF_MILLIS_MIN = 50;
  private static final long BACKOFF_MILLIS_MAX = 2_000;

  private final Duration giveUp;
  private final BooleanSupplier stopped;
  private final LongAdder retries = new LongAdder();

  /**
   * @param stopped whether it is of no use to try again, for all ends
   */
  public Patience(Duration giveUp, BooleanSupplier stopped) {
    this.giveUp = giveUp;
    this.stopped = stopped;
  }

  /** Returns what a call answers, if need be after many attempts, each of which asks the same. */
  public <T> T call(Supplier<T> ask) throws InterruptedException {
    long start = System.nanoTime();
    long backoffMillis = BACKOFF_MILLIS_MIN;
    while (true) {
      try {
        return ask.get();
      } catch (QuorateException failure) {
        boolean late = System.nanoTime() - start > giveUp.toNanos();
        if (!FailureKind.worthRetrying(failure) || late || stopped.getAsBoolean()) {
          throw failure;
        }
      }
      retries.increment();
      TimeUnit.MILLISECONDS.sleep(backoffMillis);
      backoffMillis = Math.min(2 * backoffMillis, BACKOFF_MILLIS_MAX);
    }
  }

  /** Attempts after the first of each call. */
  public long retries() {
    return retries.sum();
  }
}

package io.quorate.client.internal.net;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** How long to wait before trying again: doubling, bounded, and never in step with others. */
public record Backoff(long firstNanos, long mostNanos) {
  public static Backoff ofMillis(long first, long most) {
    return new Backoff(TimeUnit.MILLISECONDS.toNanos(first), TimeUnit.MILLISECONDS.toNanos(most));
  }

  /**
   * The wait after the {@code failures}-th failure in a row, from 1: between a half and the whole.
   */
  public long nanos(int failures, RandomGenerator random) {
    int doublings = Math.min(Math.max(failures - 1, 0), 30);
    return jittered(Math.min(mostNanos, firstNanos << doublings), random);
  }

  public static long jittered(long nanos, RandomGenerator random) {
    return nanos / 2 + random.nextLong(nanos / 2 + 1);
  }
}

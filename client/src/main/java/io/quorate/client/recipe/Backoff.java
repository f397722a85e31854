package io.quorate.client.recipe;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Pauses that get longer, with jitter, so that processes do not all come back at once. */
final class Backoff {
  private final long firstNanos;
  private final long longestNanos;
  private long nextNanos;

  Backoff(long firstMillis, long longestMillis) {
    this.firstNanos = TimeUnit.MILLISECONDS.toNanos(firstMillis);
    this.longestNanos = TimeUnit.MILLISECONDS.toNanos(longestMillis);
    this.nextNanos = firstNanos;
  }

  void reset() {
    nextNanos = firstNanos;
  }

  /** Half of the pause to all of it; the next one is twice as long. */
  long nextNanos() {
    long pause = nextNanos;
    nextNanos = Math.min(longestNanos, 2 * pause);
    return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
  }
}

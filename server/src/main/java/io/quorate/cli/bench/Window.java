package io.quorate.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What a count of successes did over a time: per second, and the longest gap in which it stood
 * still. Sampled, so that counting costs the operations nothing.
 *
 * @param nanos how long the window was
 * @param operations successes in all
 * @param perSecond successes of each full second
 * @param longestGapNanos longest time without a success, to within a sample
 */
record Window(long nanos, long operations, List<Long> perSecond, long longestGapNanos) {
  private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  Window {
    perSecond = List.copyOf(perSecond);
  }

  /** Watches {@code successes} for some seconds. */
  static Window watch(LongSupplier successes, int seconds) throws InterruptedException {
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    long first = successes.getAsLong();
    long last = first;
    long lastChange = start;
    long longestGap = 0;
    long secondBegan = first;
    List<Long> perSecond = new ArrayList<>();
    long now = start;
    while (now < end) {
      long nextSecond = start + TimeUnit.SECONDS.toNanos(perSecond.size() + 1);
      TimeUnit.NANOSECONDS.sleep(Math.min(SAMPLE_NANOS, nextSecond - now));
      now = System.nanoTime();
      long count = successes.getAsLong();
      if (count != last) {
        last = count;
        lastChange = now;
      }
      longestGap = Math.max(longestGap, now - lastChange);
      if (now >= nextSecond) {
        perSecond.add(count - secondBegan);
        secondBegan = count;
      }
    }
    return new Window(now - start, last - first, perSecond, longestGap);
  }

  double operationsPerSecond() {
    return operations / (nanos / 1e9);
  }
}

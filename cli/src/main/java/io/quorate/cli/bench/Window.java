package io.quorate.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * What successes did over a time: per second, and the longest gap in which there was none. Sampled,
 * so that counting costs the operations nothing.
 *
 * @param nanos how long the window was
 * @param operations successes in all
 * @param seconds each full second
 * @param longestGapNanos longest time without a success, to within a sample
 */
record Window(long nanos, long operations, List<Second> seconds, long longestGapNanos) {
  private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  Window {
    seconds = List.copyOf(seconds);
  }

  /** One second: its successes, and the 99th percentile of their latencies. */
  record Second(long operations, long p99Nanos) {}

  /**
   * Watches for some seconds.
   *
   * @param successes how many there have been
   * @param latencies of those since it was last asked, in nanoseconds
   */
  static Window watch(LongSupplier successes, Supplier<Histogram> latencies, int length)
      throws InterruptedException {
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(length);
    long first = successes.getAsLong();
    long last = first;
    long lastChange = start;
    long longestGap = 0;
    long secondBegan = first;
    List<Second> seconds = new ArrayList<>();
    long now = start;
    while (now < end) {
      long nextSecond = start + TimeUnit.SECONDS.toNanos(seconds.size() + 1);
      TimeUnit.NANOSECONDS.sleep(Math.min(SAMPLE_NANOS, nextSecond - now));
      now = System.nanoTime();
      long count = successes.getAsLong();
      if (count != last) {
        last = count;
        lastChange = now;
      }
      longestGap = Math.max(longestGap, now - lastChange);
      if (now >= nextSecond) {
        seconds.add(new Second(count - secondBegan, latencies.get().getValueAtPercentile(99)));
        secondBegan = count;
      }
    }
    return new Window(now - start, last - first, seconds, longestGap);
  }

  double operationsPerSecond() {
    return operations / (nanos / 1e9);
  }
}

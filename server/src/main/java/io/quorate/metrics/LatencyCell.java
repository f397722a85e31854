package io.quorate.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A histogram of durations that one thread writes and another reads. Writing is two plain stores:
 * the reader sees them a little later, and never a torn value.
 */
final class LatencyCell {
  /** Upper bounds of the buckets in nanoseconds; the last bucket has none. */
  private static final long[] BOUNDS_NANOS = {
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    1_000_000_000,
    5_000_000_000L
  };

  static final int BUCKETS = BOUNDS_NANOS.length + 1;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
  private final AtomicLong sumNanos = new AtomicLong();

  static List<Duration> bounds() {
    return Arrays.stream(BOUNDS_NANOS).mapToObj(Duration::ofNanos).toList();
  }

  static double[] boundsSeconds() {
    double[] seconds = new double[BUCKETS];
    for (int i = 0; i < BOUNDS_NANOS.length; i++) {
      seconds[i] = BOUNDS_NANOS[i] / 1e9;
    }
    seconds[BOUNDS_NANOS.length] = Double.POSITIVE_INFINITY;
    return seconds;
  }

  /** By the one thread that writes. */
  void record(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
      bucket++;
    }
    counts.lazySet(bucket, counts.getPlain(bucket) + 1);
    sumNanos.lazySet(sumNanos.getPlain() + nanos);
  }

  void addCountsTo(long[] sums) {
    for (int i = 0; i < BUCKETS; i++) {
      sums[i] += counts.get(i);
    }
  }

  double sumSeconds() {
    return sumNanos.get() / 1e9;
  }
}

package io.quorate.replication.health;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * How long a message takes to another node and back, as a rule: the median of the last ones, so
 * that a pause of either node does not count. Kept while there is no connection: the way to the
 * other node is as long as before when it is back.
 */
final class RoundTrip {
  /** About two seconds of heartbeats at the usual distance. */
  private static final int SAMPLES = 10;

  private final long[] millis = new long[SAMPLES];
  private int count;
  private int next;

  void took(long roundTripMillis) {
    millis[next] = roundTripMillis;
    next = (next + 1) % SAMPLES;
    count = Math.min(count + 1, SAMPLES);
  }

  /** In ms; empty until one was measured. */
  OptionalLong medianMillis() {
    if (count == 0) {
      return OptionalLong.empty();
    }
    long[] sorted = Arrays.copyOf(millis, count);
    Arrays.sort(sorted);
    return OptionalLong.of(sorted[count / 2]);
  }
}

package io.quorate.cli.relay;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long bytes are under way.
 *
 * @param least of each piece
 * @param jitter how much longer it can take
 */
record Delays(Duration least, Duration jitter) {
  /** Returns the nanoseconds that one more piece takes. */
  long nextNanos() {
    return least.toNanos() + ThreadLocalRandom.current().nextLong(jitter.toNanos() + 1);
  }
}

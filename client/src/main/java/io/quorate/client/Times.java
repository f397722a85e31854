package io.quorate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The times that a caller may give. */
final class Times {
  private Times() {}

  static void checkTimeout(@Nullable Duration timeout) {
    if (timeout != null && timeout.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("timeout " + timeout + ": give at least 1 ms");
    }
  }

  static void checkTimeToLive(@Nullable Duration ttl) {
    if (ttl != null && ttl.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          "time to live " + ttl + ": give at least 1 ms, or none for the tenant's default");
    }
  }
}

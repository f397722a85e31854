package io.quorate.client.internal.locks;

import io.quorate.client.Lock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An acquisition that a caller waits for. Times are by the loop's clock. */
final class Acquisition {
  private final long ttlMillis;
  private final boolean waits;
  private final long waitUntilNanos;
  private final long deadlineNanos;
  private final boolean renewed;
  private final Mode mode;
  private final CompletableFuture<Optional<Lock>> result = new CompletableFuture<>();

  /**
   * @param waits whether it stands in line while others hold the lock
   * @param waitUntilNanos when it leaves the line
   * @param deadlineNanos when it is given up, whatever is known by then
   * @param renewed whether the client renews the lock, and releases it when it is closed
   */
  Acquisition(
      long ttlMillis,
      boolean waits,
      long waitUntilNanos,
      long deadlineNanos,
      boolean renewed,
      Mode mode) {
    this.ttlMillis = ttlMillis;
    this.waits = waits;
    this.waitUntilNanos = waitUntilNanos;
    this.deadlineNanos = deadlineNanos;
    this.renewed = renewed;
    this.mode = mode;
  }

  long ttlMillis() {
    return ttlMillis;
  }

  boolean waits() {
    return waits;
  }

  long waitUntilNanos() {
    return waitUntilNanos;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  boolean renewed() {
    return renewed;
  }

  Mode mode() {
    return mode;
  }

  /** Completed once; the caller may cancel it. */
  CompletableFuture<Optional<Lock>> result() {
    return result;
  }
}

package io.quorate.client.internal.engine;

import io.quorate.client.QuorateClient;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the calls of a client have met since it was opened. For all threads. */
final class CallCounts {
  private final LongAdder refused = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder heldBack = new LongAdder();

  /** A node had too much to do for a call. */
  void onRefused() {
    refused.increment();
  }

  /** A call is given to a connection, not for the first time. */
  void onRetry() {
    retries.increment();
  }

  /**
   * A call failed here, as too many of its tenant are refused, or there was no room for it. It was
   * not sent, or not again after a node had refused it.
   */
  void onHeldBack() {
    heldBack.increment();
  }

  QuorateClient.Counts now() {
    return QuorateClient.Counts.of(refused.sum(), retries.sum(), heldBack.sum());
  }
}

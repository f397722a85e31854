package io.quorate.replication.api;

/**
 * Takes clients' requests into the data plane. All calls are made on the lane, and all callbacks
 * run on it: at once, before the call returns, or later. Exactly one method of a callback is
 * called, once, also after the deadline has passed.
 */
public interface DataPlane {
  /**
   * Carries out one operation.
   *
   * @param deadlineNanos when the client gives up, on the clock's {@code nanos()}
   */
  void submit(Operation operation, long deadlineNanos, OutcomeCallback callback);

  /**
   * Reads one page.
   *
   * @param deadlineNanos when the client gives up on this page, on the clock's {@code nanos()}
   */
  void scan(ScanRequest request, long deadlineNanos, ScanCallback callback);

  /** Told how an operation ended. */
  @FunctionalInterface
  interface OutcomeCallback {
    void done(Outcome outcome);
  }

  /** Takes a page of a scan; exactly one of its methods is called, once. */
  interface ScanCallback {
    void page(ScanPage page);

    void failed(Failure failure);
  }
}

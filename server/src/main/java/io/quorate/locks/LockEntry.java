package io.quorate.locks;

import java.util.function.Consumer;

/** Where requests about locks enter a node. */
public interface LockEntry {
  /**
   * Asks for something. The callback is called once.
   *
   * @param deadlineNanos when the caller gives up, on the clock's {@code nanos()}
   * @return to be run on the lane when the caller is gone and was told nothing: a request in line
   *     is given up then, and what it was granted is free
   */
  Runnable submit(LockRequest request, long deadlineNanos, Consumer<LockAnswer> callback);

  /** Whether this node decides about locks, as far as it knows; to be called on the lane. */
  boolean decides();
}

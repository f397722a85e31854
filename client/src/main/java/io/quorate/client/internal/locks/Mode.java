package io.quorate.client.internal.locks;

import io.quorate.client.LockOptions;

/**
 * How a lock is held.
 *
 * @param atMost among how many owners at most; 0: without a limit, or not shared
 */
record Mode(boolean shared, int atMost) {
  static Mode of(LockOptions options) {
    return new Mode(options.isShared(), options.atMost());
  }

  @Override
  public String toString() {
    return !shared ? "exclusively" : atMost == 0 ? "shared" : "shared among at most " + atMost;
  }
}

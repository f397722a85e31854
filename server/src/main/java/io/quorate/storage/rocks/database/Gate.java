package io.quorate.storage.rocks.database;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the database open while any thread uses it: RocksDB does not survive a call on a closed
 * database, and a lane may be in the middle of a read when its node closes.
 */
public final class Gate {
  private static final int CLOSED = 1 << 30;
  private static final long LOOK_NANOS = 100_000;

  /** How many are inside, and whether it is closed to others. */
  private final AtomicInteger state = new AtomicInteger();

  /** Whether the caller is in; if so it calls {@link #leave}. */
  public boolean enter() {
    if (state.incrementAndGet() < CLOSED) {
      return true;
    }
    leave();
    return false;
  }

  public void leave() {
    state.decrementAndGet();
  }

  /**
   * Lets no thread in from now on, and waits until all have left; false if it was closed before.
   */
  boolean close() {
    if ((state.getAndUpdate(now -> now | CLOSED) & CLOSED) != 0) {
      return false;
    }
    while (state.get() != CLOSED) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }
}

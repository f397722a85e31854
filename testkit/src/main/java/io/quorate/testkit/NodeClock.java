package io.quorate.testkit;

import io.quorate.runtime.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The wall clock of one node: that of this machine, and what it is off. It stays off when the node
 * is stopped and started again. Deadlines and timeouts do not follow it: they are counted by a
 * clock that cannot be set.
 *
 * <p>May be used by any thread.
 */
public final class NodeClock {
  private final AtomicLong offsetMillis = new AtomicLong();

  NodeClock() {}

  /**
   * Has the clock jump.
   *
   * @param by how far, to the millisecond; negative for back
   * @throws ArithmeticException if it is too far for a number of milliseconds
   */
  public void shift(Duration by) {
    long millis = by.toMillis();
    long unused = offsetMillis.accumulateAndGet(millis, Math::addExact);
  }

  /** Has the clock jump to the time of this machine. */
  public void reset() {
    offsetMillis.set(0);
  }

  /** Returns how far the clock is ahead of that of this machine; negative if it is behind. */
  public Duration offset() {
    return Duration.ofMillis(offsetMillis.get());
  }

  /** Returns what the node takes for the time of day. */
  public Instant now() {
    return Instant.ofEpochMilli(wallMillis());
  }

  private long wallMillis() {
    return System.currentTimeMillis() + offsetMillis.get();
  }

  /** Returns what the node tells the time by. */
  Clock clock() {
    return new Clock() {
      @Override
      public long wallMillis() {
        return NodeClock.this.wallMillis();
      }

      @Override
      public long nanos() {
        return System.nanoTime();
      }
    };
  }
}

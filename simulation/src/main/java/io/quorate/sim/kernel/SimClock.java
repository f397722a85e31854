package io.quorate.sim.kernel;

import io.quorate.runtime.Clock;

/**
 * The clocks of one node. Its wall clock is off by a skew that a schedule may change at any moment,
 * forward and back; its count of nanoseconds is true, but begins anywhere, so that a count which
 * leaks to another node or into the next start is seen to be wrong.
 */
public final class SimClock implements Clock {
  /** When every world begins: 2026-01-01, in milliseconds since 1970. */
  public static final long EPOCH_MILLIS = 1_767_225_600_000L;

  private final SimWorld world;
  private long skewMillis;
  private long lowestSkewMillis;
  private long highestSkewMillis;
  private long originNanos;

  public SimClock(SimWorld world, SimRandom random) {
    this.world = world;
    this.originNanos = random.between(1, 1L << 50);
  }

  /** The process starts again: its count of nanoseconds begins somewhere else. */
  public void restart(SimRandom random) {
    originNanos = random.between(1, 1L << 50);
  }

  /** From now on the wall clock is off by this much; a jump, if it was off by another amount. */
  public void skew(long millis) {
    skewMillis = millis;
    lowestSkewMillis = Math.min(lowestSkewMillis, millis);
    highestSkewMillis = Math.max(highestSkewMillis, millis);
  }

  /** How far behind the true time the wall clock was at most, so far, as a negative number. */
  public long lowestSkewMillis() {
    return lowestSkewMillis;
  }

  /** How far ahead of the true time the wall clock was at most, so far. */
  public long highestSkewMillis() {
    return highestSkewMillis;
  }

  public long skewMillis() {
    return skewMillis;
  }

  @Override
  public long wallMillis() {
    return EPOCH_MILLIS + skewMillis + world.nowNanos() / 1_000_000;
  }

  @Override
  public long nanos() {
    return originNanos + world.nowNanos();
  }
}

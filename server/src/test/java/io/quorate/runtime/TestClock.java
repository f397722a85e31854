package io.quorate.runtime;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A clock that shows what a test says, which moves it by hand. */
public final class TestClock implements Clock {
  private final LongSupplier wallMillis;
  private final LongSupplier nanos;

  private TestClock(LongSupplier wallMillis, LongSupplier nanos) {
    this.wallMillis = wallMillis;
    this.nanos = nanos;
  }

  /** Returns a clock whose two times have nothing to do with each other, as on a real machine. */
  public static TestClock of(LongSupplier wallMillis, LongSupplier nanos) {
    return new TestClock(wallMillis, nanos);
  }

  /** Returns a clock that begins in 1970, and whose two times run alike. */
  public static TestClock ofNanos(LongSupplier nanos) {
    return new TestClock(() -> TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong()), nanos);
  }

  /** Returns a clock for what must not depend on the wall clock. */
  public static TestClock ofNanosOnly(LongSupplier nanos) {
    return new TestClock(
        () -> {
          throw new AssertionError("the wall clock was asked, which may jump");
        },
        nanos);
  }

  /** Returns a clock for what compares times that are of the wall clock, and of others'. */
  public static TestClock ofWallMillisOnly(LongSupplier wallMillis) {
    return new TestClock(
        wallMillis,
        () -> {
          throw new AssertionError("the monotonic clock was asked, which no other machine shares");
        });
  }

  @Override
  public long wallMillis() {
    return wallMillis.getAsLong();
  }

  @Override
  public long nanos() {
    return nanos.getAsLong();
  }
}

package io.quorate.runtime.real;

import io.quorate.runtime.Clock;

/** The machine's clock. */
public final class SystemClock implements Clock {
  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}

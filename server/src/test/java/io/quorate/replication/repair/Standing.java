package io.quorate.replication.repair;

import io.quorate.runtime.Clock;

/** Long after everything was written. */
final class Standing implements Clock {
  @Override
  public long wallMillis() {
    return 1_000_000;
  }

  @Override
  public long nanos() {
    return 0;
  }
}

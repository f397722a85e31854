package io.quorate.replication.background;

import io.quorate.runtime.Clock;
import java.util.concurrent.TimeUnit;

/** How many bytes may be brought: those of a second at once, and then as time passes. */
public final class Pace {
  private final Clock clock;
  private long bytesPerSecond;
  private double room;
  private long atNanos;

  /**
   * @param bytesPerSecond 0 for no limit
   */
  public Pace(Clock clock, long bytesPerSecond) {
    this.clock = clock;
    this.bytesPerSecond = bytesPerSecond;
    this.room = (double) bytesPerSecond;
    this.atNanos = clock.nanos();
  }

  /** Another bound from now on; 0 for none. */
  public void limit(long bytes) {
    if (bytes != bytesPerSecond) {
      bytesPerSecond = bytes;
      room = (double) bytes;
      atNanos = clock.nanos();
    }
  }

  /** Whether something may be brought now; how large it is is known when it has been read. */
  public boolean isOpen() {
    if (bytesPerSecond == 0) {
      return true;
    }
    long now = clock.nanos();
    double passed = (double) (now - atNanos) / TimeUnit.SECONDS.toNanos(1);
    atNanos = now;
    room = Math.min((double) bytesPerSecond, room + passed * bytesPerSecond);
    return room > 0;
  }

  public void took(long bytes) {
    room -= (double) bytes;
  }
}

package io.quorate.cli.backup.run;

import java.util.concurrent.TimeUnit;

/** Keeps all threads together below a number of bytes per second. */
public final class Pace {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long bytesPerSecond;

  /** From when on more may be taken; guarded by this object's monitor. */
  private long dueNanos = System.nanoTime();

  /**
   * @param bytesPerSecond 0: no limit
   */
  public Pace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until the bytes that were taken before are paid for, and takes these. */
  public void take(long bytes) throws InterruptedException {
    if (bytesPerSecond > 0) {
      TimeUnit.NANOSECONDS.sleep(waitNanos(bytes));
    }
  }

  private synchronized long waitNanos(long bytes) {
    long now = System.nanoTime();
    long waitNanos = Math.max(0, dueNanos - now);
    dueNanos = now + waitNanos + (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    return waitNanos;
  }
}

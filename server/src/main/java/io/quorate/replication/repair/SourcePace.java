package io.quorate.replication.repair;

import java.util.concurrent.TimeUnit;

/**
 * How fast a source may be asked for pages: at once again while it answers as fast as it can, and
 * with a pause as long as the answer took once it is slower than that, for then it has clients to
 * serve.
 */
final class SourcePace {
  private static final int SLOW_TIMES = 3;
  private static final long SLOW_MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);

  /** The fastest is forgotten by this share with each answer: conditions change. */
  private static final double FORGETTING = 0.01;

  private double fastestNanos = Double.MAX_VALUE;

  /** How long to wait before the next page, after one that took so long. */
  long pauseNanos(long tookNanos) {
    fastestNanos = Math.min(fastestNanos * (1 + FORGETTING), (double) tookNanos);
    boolean slow = tookNanos > fastestNanos * SLOW_TIMES + SLOW_MARGIN_NANOS;
    return slow ? Math.min(tookNanos, PAUSE_NANOS_MAX) : 0;
  }
}

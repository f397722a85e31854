package io.quorate.replication.health;

/**
 * When a replica is left alone that is live and does not cope.
 *
 * @param failuresMax questions in a row that it refused or left unanswered for long
 * @param restNanos how long it is left alone before it is tried again; longer each time that fails
 * @param outstandingMax writes that it may owe an answer to; beyond, it gets hints at once
 */
public record BreakerConfig(int failuresMax, long restNanos, int outstandingMax) {
  public static final BreakerConfig DEFAULT = new BreakerConfig(8, 1_000_000_000L, 4_096);

  public BreakerConfig {
    if (failuresMax < 1 || restNanos < 1 || outstandingMax < 1) {
      throw new IllegalArgumentException(
          "%d failures, %d ns of rest, %d outstanding: each must be at least 1"
              .formatted(failuresMax, restNanos, outstandingMax));
    }
  }
}

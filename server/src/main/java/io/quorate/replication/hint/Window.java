package io.quorate.replication.hint;

/**
 * How many deliveries to one node may be under way: more while the node answers as quickly as it
 * ever did, half as many once it takes clearly longer (additive increase, multiplicative decrease,
 * by delay as in TCP Vegas). So the node's own clients are not crowded out while it catches up.
 */
final class Window {
  private static final double FIRST = 4;

  /** Answers slower than this multiple of the fastest, plus the margin, show that it is busy. */
  private static final int SLOW_TIMES = 3;

  private static final long SLOW_MARGIN_NANOS = 2_000_000;

  /** The fastest is forgotten by this share with each answer: conditions change. */
  private static final double FORGETTING = 0.001;

  private final int max;
  private double size;
  private double fastestNanos = Double.MAX_VALUE;

  Window(int max) {
    this.max = max;
    this.size = Math.min(FIRST, max);
  }

  int size() {
    return (int) size;
  }

  void answered(long nanos) {
    fastestNanos = Math.min(fastestNanos * (1 + FORGETTING), (double) nanos);
    if (nanos > fastestNanos * SLOW_TIMES + SLOW_MARGIN_NANOS) {
      shrink();
    } else {
      size = Math.min(max, size + 1 / size);
    }
  }

  void shrink() {
    size = Math.max(1, size / 2);
  }
}

package io.quorate.raft;

/**
 * The election time in force, in ticks: the configured one, or a longer one where messages take
 * long. One for all that is measured by it, so that a leader is not given up, and does not give up,
 * sooner than its messages can be answered.
 */
final class ElectionTime {
  private final int leastTicks;
  private int ticks;

  ElectionTime(int leastTicks) {
    this.leastTicks = leastTicks;
    this.ticks = leastTicks;
  }

  /** Never shorter than the configured one. */
  void set(int wanted) {
    ticks = Math.max(leastTicks, wanted);
  }

  int ticks() {
    return ticks;
  }
}

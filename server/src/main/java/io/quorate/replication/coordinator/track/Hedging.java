package io.quorate.replication.coordinator.track;

/**
 * When a read may ask one replica more than it needs: past the recent 95th percentile of reads, and
 * within a budget, so that a slow cluster is not made slower (Dean and Barroso, <i>The Tail at
 * Scale</i>, 2013).
 */
public final class Hedging {
  private static final double QUANTILE = 0.95;

  /** Step of the estimate, as a share of it. */
  private static final double STEP = 0.05;

  private static final double BUDGET_MAX = 100;

  private final long delayNanosMin;
  private final double share;
  private double quantileNanos;

  /** Hedges that may be made; grows with every read by the share that may be. */
  private double budget;

  /**
   * @param delayNanosMin a read asks one more replica no earlier than this
   * @param share hedges per read at most, in the long run
   */
  public Hedging(long delayNanosMin, double share) {
    this.delayNanosMin = delayNanosMin;
    this.share = share;
    this.quantileNanos = (double) delayNanosMin;
    this.budget = BUDGET_MAX * Math.min(0.1, share);
  }

  /**
   * A read took so long. Moves the estimate up for slow reads and down for fast ones, in the
   * proportion that holds it at the quantile (Ma, Muthukrishnan and Sandler, <i>Frugal Streaming
   * for Estimating Quantiles</i>, 2013).
   */
  public void finished(long nanos) {
    double step = quantileNanos * STEP;
    quantileNanos += nanos > quantileNanos ? step * QUANTILE : -step * (1 - QUANTILE);
    budget = Math.min(BUDGET_MAX, budget + share);
  }

  /** Whether a read that has been under way for this long is slower than usual. */
  public boolean isDue(long waitedNanos) {
    return waitedNanos >= Math.max(quantileNanos, (double) delayNanosMin);
  }

  /** Takes one hedge from the budget, if there is one. */
  public boolean take() {
    if (budget < 1) {
      return false;
    }
    budget--;
    return true;
  }
}

package io.quorate.replication.health;

/**
 * When the next heartbeat of a node is due, from how the last ones came: an accrual failure
 * detector (Hayashibara and others, <i>The phi Accrual Failure Detector</i>, 2004). Instead of a
 * verdict it gives phi, the evidence that a node which is silent for so long will not be heard any
 * more: phi of 8 says that one silence in 10^8 lasts this long, judged by the intervals seen.
 *
 * <p>Intervals are taken to be normally distributed, with Akka's approximation of that
 * distribution's tail, least deviation and acceptable pause: a regular network would otherwise make
 * the detector call the first late heartbeat a failure.
 *
 * <p>Only heartbeats are intervals; other messages come in bursts, and would teach it to expect one
 * every few microseconds. They do show that a node lives, so silence is counted from the last
 * message of any kind.
 */
final class Arrivals {
  /** About half a minute of heartbeats at the usual distance, so that a drift is followed. */
  private static final int WINDOW = 128;

  private final LivenessConfig config;

  /** Standard deviations above the mean at which phi reaches the threshold. */
  private final double thresholdDeviations;

  /** A ring of the last intervals, in nanoseconds, with their sum and the sum of their squares. */
  private final double[] intervals = new double[WINDOW];

  private int count;
  private int next;
  private double sum;
  private double sumOfSquares;

  /** A silence of this length is suspicious; kept, so that asking costs a comparison. */
  private long patienceNanos;

  Arrivals(LivenessConfig config) {
    this.config = config;
    this.thresholdDeviations = deviationsOf(config.phiThreshold());
    forget();
  }

  /**
   * A heartbeat came so long after the one before. What is longer than any silence that is borne
   * was an outage, and says nothing of how heartbeats come.
   */
  void interval(long nanos) {
    if (nanos < 0 || nanos > config.downAfterNanos()) {
      return;
    }
    double newest = (double) nanos;
    if (count == WINDOW) {
      sum -= intervals[next];
      sumOfSquares -= intervals[next] * intervals[next];
    } else {
      count++;
    }
    intervals[next] = newest;
    next = (next + 1) % WINDOW;
    sum += newest;
    sumOfSquares += newest * newest;
    measure();
  }

  /** It may be another process, on another machine, by now: begins with what is usual. */
  void forget() {
    count = 0;
    next = 0;
    sum = 0;
    sumOfSquares = 0;
    // Akka's beginning: the configured interval, and a quarter of it as deviation.
    double usual = (double) config.heartbeatNanos();
    for (double interval : new double[] {usual * 0.75, usual * 1.25}) {
      intervals[next++] = interval;
      count++;
      sum += interval;
      sumOfSquares += interval * interval;
    }
    measure();
  }

  private void measure() {
    double silence = expectedNanos() + thresholdDeviations * deviationNanos();
    patienceNanos = (long) Math.min(silence, (double) config.downAfterNanos());
  }

  /** A longer silence is suspicious: phi is past the threshold, or the silence past all bounds. */
  long patienceNanos() {
    return patienceNanos;
  }

  double phi(long silentNanos) {
    return phi(((double) silentNanos - expectedNanos()) / deviationNanos());
  }

  private double expectedNanos() {
    return sum / count + (double) config.acceptablePauseNanos();
  }

  private double deviationNanos() {
    double mean = sum / count;
    double variance = Math.max(0, sumOfSquares / count - mean * mean);
    return Math.max((double) config.minDeviationNanos(), Math.sqrt(variance));
  }

  /** The logistic approximation of the normal distribution's tail, as evidence. */
  private static double phi(double deviations) {
    double exponential = Math.exp(-deviations * (1.5976 + 0.070566 * deviations * deviations));
    double tail = deviations > 0 ? exponential / (1 + exponential) : 1 - 1 / (1 + exponential);
    return -Math.log10(Math.max(tail, Double.MIN_NORMAL));
  }

  /** The inverse, by halving: phi only grows. */
  private static double deviationsOf(double phi) {
    double low = -40;
    double high = 40;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (phi(middle) < phi) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}

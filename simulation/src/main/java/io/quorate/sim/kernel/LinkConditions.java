package io.quorate.sim.kernel;

/**
 * What a link does to what it carries, one way.
 *
 * @param latencyMinNanos what every frame takes
 * @param latencyMeanNanos what it takes beyond that, on average; exponentially distributed
 * @param loss probability that a frame is lost
 * @param duplication probability that a frame arrives a second time, later
 * @param scatter probability that the messages of a frame travel singly, overtaking each other and
 *     other frames
 * @param slow probability that a frame takes {@code slowNanos} longer, and all behind it wait
 */
public record LinkConditions(
    long latencyMinNanos,
    long latencyMeanNanos,
    double loss,
    double duplication,
    double scatter,
    double slow,
    long slowNanos) {

  /** A rack on a good day. */
  public static final LinkConditions QUIET = new LinkConditions(50_000, 50_000, 0, 0, 0, 0, 0);

  public LinkConditions withLatency(long minNanos, long meanNanos) {
    return new LinkConditions(minNanos, meanNanos, loss, duplication, scatter, slow, slowNanos);
  }

  public LinkConditions withLoss(double probability) {
    return new LinkConditions(
        latencyMinNanos, latencyMeanNanos, probability, duplication, scatter, slow, slowNanos);
  }

  public LinkConditions withDuplication(double probability) {
    return new LinkConditions(
        latencyMinNanos, latencyMeanNanos, loss, probability, scatter, slow, slowNanos);
  }

  public LinkConditions withScatter(double probability) {
    return new LinkConditions(
        latencyMinNanos, latencyMeanNanos, loss, duplication, probability, slow, slowNanos);
  }

  public LinkConditions withLateness(double probability, long nanos) {
    return new LinkConditions(
        latencyMinNanos, latencyMeanNanos, loss, duplication, scatter, probability, nanos);
  }
}

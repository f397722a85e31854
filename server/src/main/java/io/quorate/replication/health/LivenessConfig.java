package io.quorate.replication.health;

/**
 * How nodes judge each other.
 *
 * @param heartbeatNanos between two heartbeats to one node
 * @param phiThreshold evidence (see {@link Arrivals}) from which on a silent node is suspected, and
 *     not counted on
 * @param minDeviationNanos heartbeats are taken to be at least this irregular
 * @param acceptablePauseNanos what a node may be late beyond what it usually is, as for a
 *     collection of garbage; a node that stood still itself for longer forgives others its time
 * @param downAfterNanos a node not heard for this long is down, however irregular its heartbeats
 * @param clockSkewMillisMax a clock further than this from a majority of its peers' stamps nothing
 */
public record LivenessConfig(
    long heartbeatNanos,
    double phiThreshold,
    long minDeviationNanos,
    long acceptablePauseNanos,
    long downAfterNanos,
    long clockSkewMillisMax) {
  /** A node that falls silent is suspected within a second. */
  public static final LivenessConfig DEFAULT =
      new LivenessConfig(200_000_000L, 8, 50_000_000L, 500_000_000L, 2_000_000_000L, 500);

  public LivenessConfig {
    if (heartbeatNanos <= 0
        || phiThreshold <= 0
        || minDeviationNanos <= 0
        || acceptablePauseNanos < 0
        || downAfterNanos <= heartbeatNanos
        || clockSkewMillisMax <= 0) {
      throw new IllegalArgumentException(
          "heartbeat %d ns, phi %s, deviation %d ns, pause %d ns, down after %d ns, clock skew %d"
                  .formatted(
                      heartbeatNanos,
                      phiThreshold,
                      minDeviationNanos,
                      acceptablePauseNanos,
                      downAfterNanos,
                      clockSkewMillisMax)
              + " ms: all must be positive, and a node is down later than a heartbeat");
    }
  }

  /** Nothing seen of the world for longer than this, on a lane that beats: it stood still. */
  long localPauseNanos() {
    return Math.max(acceptablePauseNanos, 2 * heartbeatNanos);
  }
}

package io.quorate.replication.health;

/**
 * How nodes judge each other.
 *
 * @param heartbeatNanos between two heartbeats to one node
 * @param suspectAfterNanos a node not heard for so long is not counted on
 * @param clockSkewMillisMax a clock further than this from a majority of its peers' stamps nothing
 */
public record LivenessConfig(long heartbeatNanos, long suspectAfterNanos, long clockSkewMillisMax) {
  public static final LivenessConfig DEFAULT =
      new LivenessConfig(200_000_000L, 1_000_000_000L, 500);

  public LivenessConfig {
    if (heartbeatNanos <= 0 || suspectAfterNanos <= heartbeatNanos || clockSkewMillisMax <= 0) {
      throw new IllegalArgumentException(
          "heartbeat "
              + heartbeatNanos
              + " ns, suspicion after "
              + suspectAfterNanos
              + " ns, clock"
              + " skew "
              + clockSkewMillisMax
              + " ms: suspicion must come later than a heartbeat");
    }
  }
}

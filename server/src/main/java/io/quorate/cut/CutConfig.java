package io.quorate.cut;

/**
 * When a cut takes its steps, and when it is given up.
 *
 * @param leadMillis how far ahead of all clocks a cut lies when it is armed again
 * @param patienceNanos how long a cut is tried before it ends without having come about
 * @param sealWaitNanos how long others are waited for once enough replicas have their images
 * @param idleMillis for how long nothing is heard of the command that reads a cut before it ends.
 *     Longer than the command asks again for a page by default (60 s), which is longer than a node
 *     takes to restart, and than there is no leader; and so short that a command that was killed is
 *     soon not in the way of others
 * @param reportNanos between two reports of a node while a cut is being made
 * @param sealedReportNanos between two reports while its images can be read
 */
public record CutConfig(
    long leadMillis,
    long patienceNanos,
    long sealWaitNanos,
    long idleMillis,
    long reportNanos,
    long sealedReportNanos) {
  public static final CutConfig DEFAULT =
      new CutConfig(1_000L, 10_000_000_000L, 500_000_000L, 90_000L, 100_000_000L, 2_000_000_000L);
}

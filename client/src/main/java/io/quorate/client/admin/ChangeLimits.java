package io.quorate.client.admin;

import org.jspecify.annotations.Nullable;

/**
 * How much of a change of the topology is done at a time. What is null stays as it is.
 *
 * @param parallel partitions on the move at the same time, 1 to 1000
 * @param bytesPerSecond that one node copies; 0: as much as clients do not feel
 * @param paused whether no further partition begins to move; those on the move go on
 * @param blockWrites whether writes wait to partitions that begin to move from now on, until they
 *     have arrived
 */
public record ChangeLimits(
    @Nullable Integer parallel,
    @Nullable Long bytesPerSecond,
    @Nullable Boolean paused,
    @Nullable Boolean blockWrites) {

  /** Nothing said. */
  public static final ChangeLimits UNCHANGED = new ChangeLimits(null, null, null, null);

  public ChangeLimits {
    if (parallel != null && parallel < 1) {
      throw new IllegalArgumentException(
          parallel + " partitions at a time: give at least 1, or pause the change");
    }
    if (bytesPerSecond != null && bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          bytesPerSecond + " bytes per second: give 0 (as much as clients do not feel) or more");
    }
  }

  /** As many partitions on the move at the same time, 1 to 1000. */
  public ChangeLimits parallel(int partitions) {
    return new ChangeLimits(partitions, bytesPerSecond, paused, blockWrites);
  }

  /** As many bytes per second that one node copies; 0: as much as clients do not feel. */
  public ChangeLimits bytesPerSecond(long bytes) {
    return new ChangeLimits(parallel, bytes, paused, blockWrites);
  }

  /** Whether no further partition begins to move. */
  public ChangeLimits paused(boolean whether) {
    return new ChangeLimits(parallel, bytesPerSecond, whether, blockWrites);
  }

  /** Whether writes wait to partitions that begin to move from now on, until they have arrived. */
  public ChangeLimits blockWrites(boolean whether) {
    return new ChangeLimits(parallel, bytesPerSecond, paused, whether);
  }
}

package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How much of a change of the topology is done at a time. What is null stays as it is. */
public final class ChangeLimits {
  /** Nothing said. */
  public static final ChangeLimits UNCHANGED = new ChangeLimits(null, null, null, null);

  private final @Nullable Integer parallel;
  private final @Nullable Long bytesPerSecond;
  private final @Nullable Boolean paused;
  private final @Nullable Boolean blockWrites;

  private ChangeLimits(
      @Nullable Integer parallel,
      @Nullable Long bytesPerSecond,
      @Nullable Boolean paused,
      @Nullable Boolean blockWrites) {
    if (parallel != null && parallel < 1) {
      throw new IllegalArgumentException(
          parallel + " partitions at a time: give at least 1, or pause the change");
    }
    if (bytesPerSecond != null && bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          bytesPerSecond + " bytes per second: give 0 (as much as clients do not feel) or more");
    }
    this.parallel = parallel;
    this.bytesPerSecond = bytesPerSecond;
    this.paused = paused;
    this.blockWrites = blockWrites;
  }

  /** Partitions on the move at the same time, 1 to 1000. */
  public @Nullable Integer parallel() {
    return parallel;
  }

  /** That one node copies; 0: as much as clients do not feel. */
  public @Nullable Long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** Whether no further partition begins to move; those on the move go on. */
  public @Nullable Boolean paused() {
    return paused;
  }

  /** Whether writes wait to partitions that begin to move from now on, until they have arrived. */
  public @Nullable Boolean blockWrites() {
    return blockWrites;
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ChangeLimits that
        && Objects.equals(parallel, that.parallel)
        && Objects.equals(bytesPerSecond, that.bytesPerSecond)
        && Objects.equals(paused, that.paused)
        && Objects.equals(blockWrites, that.blockWrites);
  }

  @Override
  public int hashCode() {
    return Objects.hash(parallel, bytesPerSecond, paused, blockWrites);
  }

  @Override
  public String toString() {
    return "ChangeLimits[parallel="
        + parallel
        + ", bytesPerSecond="
        + bytesPerSecond
        + ", paused="
        + paused
        + ", blockWrites="
        + blockWrites
        + "]";
  }
}

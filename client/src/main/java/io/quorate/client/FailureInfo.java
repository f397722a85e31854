package io.quorate.client;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of a failed operation. */
public final class FailureInfo {
  public static final FailureInfo NONE = new FailureInfo(-1, 0, List.of(), FailureCode.NONE);

  private final int partition;
  private final int replicasNeeded;
  private final List<String> replicasAnswered;
  private final FailureCode code;

  private FailureInfo(
      int partition, int replicasNeeded, List<String> replicasAnswered, FailureCode code) {
    this.partition = partition;
    this.replicasNeeded = replicasNeeded;
    this.replicasAnswered = List.copyOf(replicasAnswered);
    this.code = code;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static FailureInfo of(int partition, int replicasNeeded, List<String> replicasAnswered) {
    return new FailureInfo(partition, replicasNeeded, replicasAnswered, FailureCode.NONE);
  }

  /** Returns this with what exactly happened. */
  public FailureInfo coded(FailureCode exactly) {
    return new FailureInfo(partition, replicasNeeded, replicasAnswered, exactly);
  }

  /** Partition of the key; -1 where there is none or it is not known. */
  public int partition() {
    return partition;
  }

  /** Replicas the level asked for; 0 if not known. */
  public int replicasNeeded() {
    return replicasNeeded;
  }

  /** Ids of the replicas that answered in time. */
  public List<String> replicasAnswered() {
    return replicasAnswered;
  }

  /** What exactly happened; {@link FailureCode#NONE} where the node that was asked did not tell. */
  public FailureCode code() {
    return code;
  }

  public static FailureInfo ofPartition(int partition) {
    return partition < 0 ? NONE : of(partition, 0, List.of());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FailureInfo that
        && partition == that.partition
        && replicasNeeded == that.replicasNeeded
        && replicasAnswered.equals(that.replicasAnswered)
        && code == that.code;
  }

  @Override
  public int hashCode() {
    return Objects.hash(partition, replicasNeeded, replicasAnswered, code);
  }

  @Override
  public String toString() {
    return "FailureInfo[partition="
        + partition
        + ", replicasNeeded="
        + replicasNeeded
        + ", replicasAnswered="
        + replicasAnswered
        + (code == FailureCode.NONE ? "" : ", code=" + code)
        + "]";
  }
}

package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A partition that lost most of its replicas with nodes that were given up or readmitted. */
public final class LostPartition {
  private final int partition;
  private final long epoch;
  private final List<String> givenUp;
  private final boolean whole;

  private LostPartition(int partition, long epoch, List<String> givenUp, boolean whole) {
    this.partition = partition;
    this.epoch = epoch;
    this.givenUp = List.copyOf(givenUp);
    this.whole = whole;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static LostPartition of(int partition, long epoch, List<String> givenUp, boolean whole) {
    return new LostPartition(partition, epoch, givenUp, whole);
  }

  public int partition() {
    return partition;
  }

  /** What was first written under this one or later is not lost. */
  public long epoch() {
    return epoch;
  }

  /** Ids of its replicas that were. */
  public List<String> givenUp() {
    return givenUp;
  }

  /** Whether no replica was left. */
  public boolean whole() {
    return whole;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LostPartition that
        && partition == that.partition
        && epoch == that.epoch
        && givenUp.equals(that.givenUp)
        && whole == that.whole;
  }

  @Override
  public int hashCode() {
    return Objects.hash(partition, epoch, givenUp, whole);
  }

  @Override
  public String toString() {
    return "LostPartition[partition="
        + partition
        + ", epoch="
        + epoch
        + ", givenUp="
        + givenUp
        + ", whole="
        + whole
        + "]";
  }
}

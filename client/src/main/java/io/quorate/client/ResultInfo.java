package io.quorate.client;

import io.quorate.client.internal.text.Hex;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a result came about. */
public final class ResultInfo {
  /** Nothing is known. */
  static final ResultInfo NONE = new ResultInfo(-1, 0, new long[0], false);

  /** Of a result that did not come from the cluster. */
  static final ResultInfo OF_FALLBACK = new ResultInfo(-1, 0, new long[0], true);

  private final int partition;
  private final long epoch;
  private final long[] replicaIds;
  private final boolean potentiallyStale;

  private ResultInfo(int partition, long epoch, long[] replicaIds, boolean potentiallyStale) {
    this.partition = partition;
    this.epoch = epoch;
    this.replicaIds = replicaIds;
    this.potentiallyStale = potentiallyStale;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static ResultInfo of(
      int partition, long epoch, long[] replicaIds, boolean potentiallyStale) {
    return new ResultInfo(partition, epoch, replicaIds, potentiallyStale);
  }

  /** Partition of the key; -1 if the cluster did not answer. */
  public int partition() {
    return partition;
  }

  /** Epoch of the replica set that the answers were given under. */
  public long epoch() {
    return epoch;
  }

  /**
   * Ids of the replicas that answered before the result was sent; not copied, so leave it as it is.
   */
  public long[] replicaIds() {
    return replicaIds;
  }

  /**
   * True when the levels in use do not make a read meet every acknowledged write (R + W at most N),
   * and for what a fallback answered.
   */
  public boolean potentiallyStale() {
    return potentiallyStale;
  }

  /** The replicas that answered before the result was sent, as 16 hexadecimal digits each. */
  public List<String> replicas() {
    return Arrays.stream(replicaIds).mapToObj(Hex::of).toList();
  }

  @Override
  public String toString() {
    return "partition "
        + partition
        + " epoch "
        + epoch
        + " replicas "
        + replicas()
        + (potentiallyStale ? " potentially stale" : "");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ResultInfo that
        && partition == that.partition
        && epoch == that.epoch
        && Arrays.equals(replicaIds, that.replicaIds)
        && potentiallyStale == that.potentiallyStale;
  }

  @Override
  public int hashCode() {
    return Objects.hash(partition, epoch, Arrays.hashCode(replicaIds), potentiallyStale);
  }
}

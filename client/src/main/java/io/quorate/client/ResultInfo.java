package io.quorate.client;

import io.quorate.client.internal.text.Hex;
import java.util.Arrays;
import java.util.List;

/**
 * How a result came about.
 *
 * @param partition partition of the key; -1 if the cluster did not answer
 * @param epoch epoch of the replica set that the answers were given under
 * @param replicaIds ids of the replicas that answered before the result was sent; not copied, so
 *     leave it as it is
 * @param potentiallyStale true when the levels in use do not make a read meet every acknowledged
 *     write (R + W at most N), and for what a fallback answered
 */
public record ResultInfo(int partition, long epoch, long[] replicaIds, boolean potentiallyStale) {
  /** Of a result that did not come from the cluster. */
  static final ResultInfo OF_FALLBACK = new ResultInfo(-1, 0, new long[0], true);

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
}

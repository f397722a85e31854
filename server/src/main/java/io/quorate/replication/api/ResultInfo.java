package io.quorate.replication.api;

import io.quorate.model.NodeId;
import java.util.List;

/**
 * How a result came about.
 *
 * @param partition of the key
 * @param epoch of the replica set that the answers were given under
 * @param replicas that answered before the result was given
 * @param potentiallyStale whether the levels in use let a read miss an acknowledged write
 * @param hlc the coordinator's hybrid logical clock
 */
public record ResultInfo(
    int partition, long epoch, List<NodeId> replicas, boolean potentiallyStale, long hlc) {
  public ResultInfo {
    replicas = List.copyOf(replicas);
  }
}

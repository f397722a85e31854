package io.quorate.client.internal.engine;

import io.quorate.proto.v1.GetPlacementResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What nodes of other clusters answered in one round of questions that no node of the cluster
 * itself answered.
 *
 * <p>An address may come to lead to a node of another cluster: by a mistake in the endpoints, or
 * since another process has got the address of a node that is gone. While the other nodes are out
 * of reach for a moment, that node is the only one that answers; a client that followed it would
 * read and write the data of others. So a client follows only if more than half of all addresses
 * that it knows lead to the same other cluster, as when a cluster was recreated on the same
 * machines.
 */
final class OtherClusters {
  private final Map<Long, Integer> counts = new HashMap<>();
  private final Map<Long, GetPlacementResponse> newest = new HashMap<>();

  /** Notes what one address answered. */
  void add(GetPlacementResponse answer) {
    counts.merge(answer.getClusterId(), 1, Integer::sum);
    newest.merge(
        answer.getClusterId(),
        answer,
        (one, other) -> other.getStateVersion() > one.getStateVersion() ? other : one);
  }

  /**
   * Returns the newest placement of the cluster that more than half of the addresses lead to; null
   * if there is none such.
   */
  @Nullable GetPlacementResponse ofMoreThanHalf(int addresses) {
    for (Map.Entry<Long, Integer> each : counts.entrySet()) {
      if (2 * each.getValue() > addresses) {
        return newest.get(each.getKey());
      }
    }
    return null;
  }
}

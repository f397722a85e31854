package io.quorate.metadata.bootstrap;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is, and what it wants to be part of.
 *
 * @param address host:port of its gRPC server
 * @param weight capacity relative to other nodes; 1.0 is usual
 * @param seeds its seed list, sorted
 * @param cluster null if it has none yet
 * @param incarnation how often it has started
 * @param stateVersion of the cluster as it knew it last; 0 if it has none
 */
public record Introduction(
    NodeId node,
    String address,
    String region,
    String zone,
    double weight,
    List<String> seeds,
    @Nullable ClusterId cluster,
    int incarnation,
    long stateVersion) {
  public Introduction {
    seeds = List.copyOf(seeds);
  }
}

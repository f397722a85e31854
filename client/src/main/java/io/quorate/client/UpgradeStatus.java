package io.quorate.client;

import java.util.List;

/**
 * The version of a cluster, and the releases that its nodes run, as one node sees them.
 *
 * @param clusterVersion version at which all nodes write
 * @param highestClusterVersion highest version that the releases of all nodes work at: what the
 *     cluster's version may be raised to
 * @param nodes by id
 * @param openMillis for how long the node that was asked, since its start, has known some node
 *     whose release works at a higher version than the cluster; 0 if it knows none
 */
public record UpgradeStatus(
    int clusterVersion, int highestClusterVersion, List<Node> nodes, long openMillis) {
  public UpgradeStatus {
    nodes = List.copyOf(nodes);
  }

  /**
   * A node and its release.
   *
   * @param id 16 hexadecimal digits
   * @param address host:port of its gRPC server
   * @param state whether it answers, as the node that was asked sees it
   * @param release name of the release that it ran when it started last, such as 0.1.0
   * @param oldestClusterVersion lowest cluster version that this release works at
   * @param newestClusterVersion highest cluster version that it works at
   */
  public record Node(
      String id,
      String address,
      ClusterStatus.State state,
      String release,
      int oldestClusterVersion,
      int newestClusterVersion) {}
}

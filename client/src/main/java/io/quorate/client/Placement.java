package io.quorate.client;

import java.util.List;

/**
 * Where keys live.
 *
 * @param stateVersion grows with every change of nodes, tenants or partitions
 * @param nodes what preference lists refer to
 * @param partitions by number
 * @param tenants the tenants
 * @param clusterVersion at which the cluster works; 0: a node of release 0.1 answered, which does
 *     not say
 */
public record Placement(
    long stateVersion,
    List<Node> nodes,
    List<Partition> partitions,
    List<Tenant> tenants,
    int clusterVersion) {

  public Placement {
    nodes = List.copyOf(nodes);
    partitions = List.copyOf(partitions);
    tenants = List.copyOf(tenants);
  }

  /**
   * A node.
   *
   * @param id 16 hexadecimal digits
   * @param address host:port of its gRPC server
   */
  public record Node(String id, String address, String region, String zone) {}

  /**
   * One partition.
   *
   * @param epoch grows when the replica set changes
   * @param preferenceList positions in {@link Placement#nodes}, most preferred first; a tenant uses
   *     as many of the first as its replication factor
   */
  public record Partition(long epoch, List<Integer> preferenceList) {
    public Partition {
      preferenceList = List.copyOf(preferenceList);
    }
  }
}

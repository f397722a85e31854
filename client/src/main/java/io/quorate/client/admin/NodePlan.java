package io.quorate.client.admin;

/**
 * What it would mean for a node.
 *
 * @param id 16 hexadecimal digits
 * @param address host:port of its gRPC server
 * @param before where it stands
 * @param after where it would stand
 * @param membership what it would be to the cluster
 * @param weight capacity relative to other nodes; 1.0 is usual
 * @param replicasBefore that it has, or is to have by earlier changes
 * @param replicasAfter that it would have
 * @param arriving replicas that would be brought to it
 */
public record NodePlan(
    String id,
    String address,
    TopologyPlan.Place before,
    TopologyPlan.Place after,
    ClusterStatus.Membership membership,
    double weight,
    int replicasBefore,
    int replicasAfter,
    int arriving) {}

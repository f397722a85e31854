package io.quorate.client.admin;

/**
 * One node.
 *
 * @param id 16 hexadecimal digits
 * @param address host:port of its gRPC server
 * @param incarnation how often it has started
 * @param replicas partitions it holds a replica of, at the default replication factor
 * @param weight capacity relative to other nodes; 1.0 is usual
 * @param silentMillis since the answering node last heard from it; 0 for itself
 * @param phi evidence that it is gone, from how its heartbeats have come
 * @param lagMillis how long it has owed an answer to a write, or been owed a hint
 * @param breakerOpen whether it does not cope, so that others are asked first
 * @param hints records kept to be brought to it
 * @param repairs partitions of it that must be compared
 * @param filling partitions that it is being filled with
 * @param hintsPaused whether no hints are delivered to it, as an operator asked
 * @param membership what it is to the cluster
 * @param markedDown whether it was given up for now: changes of the topology do not wait for it
 */
public record NodeView(
    String id,
    String address,
    String region,
    String zone,
    ClusterStatus.State state,
    int incarnation,
    int replicas,
    double weight,
    long silentMillis,
    double phi,
    long lagMillis,
    boolean breakerOpen,
    long hints,
    int repairs,
    int filling,
    boolean hintsPaused,
    ClusterStatus.Membership membership,
    boolean markedDown) {}

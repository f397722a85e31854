package io.quorate.client;

import java.util.List;

/**
 * The state of the cluster as one node sees it.
 *
 * @param clusterId 16 hexadecimal digits
 * @param answeredBy id of the node that answered
 * @param nodes by id
 * @param migrations topology changes under way
 * @param partitions number of partitions
 * @param partitionsDegraded of which a replica is not live, though a majority is
 * @param partitionsUnavailable of which no majority is live
 */
public record ClusterStatus(
    String clusterId,
    String answeredBy,
    List<Node> nodes,
    Metadata metadata,
    List<Migration> migrations,
    int partitions,
    int partitionsDegraded,
    int partitionsUnavailable) {

  public ClusterStatus {
    nodes = List.copyOf(nodes);
    migrations = List.copyOf(migrations);
  }

  /** What the answering node thinks of a node. */
  public enum State {
    /** Not said, or a state that this client does not know. */
    UNKNOWN,
    /** It answers. */
    UP,
    /** It has not been heard from. */
    DOWN,
    /** It answers, but takes no writes: its clock or its disk is not in order. */
    READ_ONLY
  }

  /**
   * One node.
   *
   * @param id 16 hexadecimal digits
   * @param address host:port of its gRPC server
   * @param incarnation how often it has started
   * @param replicas partitions it holds a replica of, at the default replication factor
   * @param weight capacity relative to other nodes; 1.0 is usual
   * @param silentMillis since the answering node last heard from it; 0 for itself
   */
  public record Node(
      String id,
      String address,
      String region,
      String zone,
      State state,
      int incarnation,
      int replicas,
      double weight,
      long silentMillis) {}

  /**
   * The metadata group (Raft).
   *
   * @param leader id of the leader; empty when none is known
   * @param term current term
   * @param commitIndex highest log index known to be committed
   * @param appliedIndex highest log index the answering node has applied
   * @param voters ids of the voters
   * @param learners ids of the learners
   */
  public record Metadata(
      String leader,
      long term,
      long commitIndex,
      long appliedIndex,
      List<String> voters,
      List<String> learners) {
    public Metadata {
      voters = List.copyOf(voters);
      learners = List.copyOf(learners);
    }
  }

  /**
   * A topology change under way.
   *
   * @param stage rung of the ladder
   */
  public record Migration(int partition, String stage) {}
}

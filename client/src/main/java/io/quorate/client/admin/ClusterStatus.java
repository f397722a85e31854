package io.quorate.client.admin;

import java.util.List;

/**
 * The state of the cluster as one node sees it.
 *
 * @param clusterId 16 hexadecimal digits
 * @param answeredBy id of the node that answered
 * @param nodes by id
 * @param moves partitions on the move, by number
 * @param topologyChange the one that is under way, or was the last
 * @param partitions number of partitions
 * @param partitionsDegraded of which a replica is missing, though all tenants' levels can be
 *     reached
 * @param partitionsUnavailable of which a level of some tenant cannot be reached
 * @param report what the node that answered says of itself
 */
public record ClusterStatus(
    String clusterId,
    String answeredBy,
    List<NodeView> nodes,
    MetadataView metadata,
    List<PartitionMove> moves,
    TopologyChangeStatus topologyChange,
    int partitions,
    int partitionsDegraded,
    int partitionsUnavailable,
    SelfReport report) {

  public ClusterStatus {
    nodes = List.copyOf(nodes);
    moves = List.copyOf(moves);
  }

  /** What the answering node thinks of a node. */
  public enum State {
    /** Not said, or a state that this client does not know. */
    UNKNOWN,
    /** It answers. */
    UP,
    /** It has not been heard from. */
    DOWN,
    /** It answers, but takes no writes: its disk is not in order. */
    READ_ONLY,
    /** It is connected and silent for suspiciously long, or comes and goes: not counted on. */
    SUSPECTED
  }

  /** What a node is to the cluster. */
  public enum Membership {
    /** Not said, or something that this client does not know. */
    UNKNOWN,
    /** It owns partitions, or may be given some. */
    ACTIVE,
    /** It has lost its disk: what starts at its address takes its place. */
    READMITTING,
    /** It is given no partitions before an operator says so. */
    SPARE,
    /** It is given partitions, for the first time. */
    JOINING,
    /** What it has is given to others; then it leaves. */
    LEAVING
  }

  /** What a disk does with writes. */
  public enum Disk {
    /** Not said. */
    UNKNOWN,
    WRITABLE,
    /** Refuses them until there is space. */
    FULL,
    /** Refuses them until the node is started anew. */
    FAILED
  }

  /**
   * A partition on the move.
   *
   * @param stage how far the move is
   * @param epoch of the partition: each step has one of its own
   * @param from ids of its list before, most preferred first
   * @param to ids of the list that it goes to, or has come to
   */
  public record PartitionMove(
      int partition, Stage stage, long epoch, List<String> from, List<String> to) {
    public PartitionMove {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }

    /** How far the move of a partition is. */
    public enum Stage {
      /** Not set, or a stage that this client does not know. */
      UNKNOWN,
      /** Writes go to the replicas of both lists; the new ones are being filled. */
      DUAL_WRITE,
      /** Writes go to both lists, and the new one is read first. */
      CUTOVER,
      /** The move was cancelled after the cutover and goes back to the list before. */
      STEP_BACK,
      /** The partition has arrived; nodes that it left hand over what they hold, and delete it. */
      CLEANUP
    }
  }
}

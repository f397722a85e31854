package io.quorate.client;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    List<Node> nodes,
    Metadata metadata,
    List<PartitionMove> moves,
    TopologyChangeStatus topologyChange,
    int partitions,
    int partitionsDegraded,
    int partitionsUnavailable,
    Report report) {

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
   * What a node says of itself.
   *
   * @param software its version
   * @param waitingFor before it serves; empty: it serves
   * @param diskReason why its disk takes no writes; empty if it does
   * @param diskBytes of the file system of its data directory; 0: not known
   * @param clockSkewed whether its clock is so far off that it stamps no writes
   * @param clockAheadMillis of the median of its live peers'
   * @param stateVersion of the cluster's state that it has applied
   * @param deadLetters records that it could not deliver and keeps for an operator
   * @param hintsPaused whether it delivers no hints, since an operator has paused that
   * @param comparisons with other replicas that it begins, of one partition and replica each
   * @param comparisonsOverdue of these, that did not find the two equal, or make them so, for long
   * @param comparisonAgeMillis since the one that did so longest ago did
   * @param damagedPartitions out of service there, since its disk does not give back all of them
   * @param filling how far it is with partitions that it must be filled with
   * @param purging what it holds that is deleted, and what becomes of that
   * @param versionConflicts records of one version that met there since the node started
   * @param stampsRefused records that it refused since it started, for no clock can have shown the
   *     time they carry
   * @param recentRequests of clients that it answered in the last 10 to 20 s
   * @param recentRequestsRefused of these, refused as it is asked too much, or more than a tenant's
   *     limits
   * @param clusterSettings settings that must be equal on all nodes
   */
  public record Report(
      String software,
      String waitingFor,
      Disk disk,
      String diskReason,
      long diskBytes,
      long diskUsedBytes,
      boolean clockSkewed,
      long clockAheadMillis,
      long stateVersion,
      long deadLetters,
      boolean hintsPaused,
      int comparisons,
      int comparisonsOverdue,
      long comparisonAgeMillis,
      int damagedPartitions,
      Filling filling,
      Purging purging,
      List<VersionConflicts> versionConflicts,
      long stampsRefused,
      int recentRequests,
      int recentRequestsRefused,
      Map<String, String> clusterSettings) {
    public Report {
      versionConflicts = List.copyOf(versionConflicts);
      clusterSettings = Map.copyOf(new TreeMap<>(clusterSettings));
    }
  }

  /**
   * Records that differ and have one version, which happens only if two processes ran as one node:
   * its data directory was copied, or its machine was set back.
   *
   * @param node that they ran as
   * @param incarnation the start of it that both counted
   * @param records that met; each time one of two was lost
   */
  public record VersionConflicts(String node, int incarnation, long records) {}

  /**
   * How far a node is with the partitions of which it does not hold yet what it must.
   *
   * @param partitions that are left
   * @param totalPartitions how many there were
   * @param records that it was brought since it started
   * @param bytes of these
   * @param bytesPerSecond of late
   */
  public record Filling(
      int partitions, int totalPartitions, long records, long bytes, long bytesPerSecond) {
    public static final Filling NONE = new Filling(0, 0, 0, 0, 0);
  }

  /**
   * What becomes of what is deleted on a node.
   *
   * @param tombstones records that are deleted or will expire, as far as is known
   * @param due partitions in which some of these may be taken away by now
   * @param open partitions in which a purge round is open
   * @param overdueMillis for how long the record that has waited longest could have been taken away
   * @param purgedAgeMillis how old deletions are that stay in the partition that was purged last; 0
   *     if none ever was
   */
  public record Purging(
      long tombstones, int due, int open, long overdueMillis, long purgedAgeMillis) {
    public static final Purging NOTHING = new Purging(0, 0, 0, 0, 0);
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
   * @param phi evidence that it is gone, from how its heartbeats have come
   * @param lagMillis how long it has owed an answer to a write, or been owed a hint
   * @param breakerOpen whether it does not cope, so that others are asked first
   * @param hints records kept to be brought to it
   * @param repairs partitions of it that must be compared
   * @param filling partitions that it is being filled with
   * @param hintsPaused whether no hints are delivered to it, as an operator asked
   * @param membership what it is to the cluster
   * @param markedDown whether it was given up for now: changes of the topology do not wait for it
   * @param name that its operator gave it; empty for none, and in clusters of version 1
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
      long silentMillis,
      double phi,
      long lagMillis,
      boolean breakerOpen,
      long hints,
      int repairs,
      int filling,
      boolean hintsPaused,
      Membership membership,
      boolean markedDown,
      String name) {}

  /**
   * The metadata group (Raft).
   *
   * @param leader id of the leader; empty when none is known
   * @param term current term
   * @param commitIndex highest log index known to be committed
   * @param appliedIndex highest log index the answering node has applied
   * @param voters ids of the voters
   * @param learners ids of the learners
   * @param stuck why the answering node cannot follow what the group decides; empty if it can
   */
  public record Metadata(
      String leader,
      long term,
      long commitIndex,
      long appliedIndex,
      List<String> voters,
      List<String> learners,
      String stuck) {
    public Metadata {
      voters = List.copyOf(voters);
      learners = List.copyOf(learners);
    }
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

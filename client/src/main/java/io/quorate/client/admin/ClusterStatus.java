package io.quorate.client.admin;

import java.util.List;

/** The state of the cluster as one node sees it. */
public sealed interface ClusterStatus {
  /** 16 hexadecimal digits. */
  String clusterId();

  /** Id of the node that answered. */
  String answeredBy();

  /** By id. */
  List<NodeView> nodes();

  MetadataView metadata();

  /** Partitions on the move, by number. */
  List<PartitionMove> moves();

  /** The one that is under way, or was the last. */
  TopologyChangeStatus topologyChange();

  /** Number of partitions. */
  int partitions();

  /** Of which a replica is missing, though all tenants' levels can be reached. */
  int partitionsDegraded();

  /** Of which a level of some tenant cannot be reached. */
  int partitionsUnavailable();

  /** What the node that answered says of itself. */
  SelfReport report();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .clusterId(clusterId())
        .answeredBy(answeredBy())
        .nodes(nodes())
        .metadata(metadata())
        .moves(moves())
        .topologyChange(topologyChange())
        .partitions(partitions())
        .partitionsDegraded(partitionsDegraded())
        .partitionsUnavailable(partitionsUnavailable())
        .report(report());
  }

  /** What the answering node thinks of a node. */
  enum State {
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
  enum Membership {
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
  enum Disk {
    /** Not said. */
    UNKNOWN,
    WRITABLE,
    /** Refuses them until there is space. */
    FULL,
    /** Refuses them until the node is restarted. */
    FAILED
  }

  /** A partition on the move. */
  sealed interface PartitionMove {
    int partition();

    /** How far the move is. */
    Stage stage();

    /** Of the partition: each step has one of its own. */
    long epoch();

    /** Ids of its list before, most preferred first. */
    List<String> from();

    /** Ids of the list that it goes to, or has come to. */
    List<String> to();

    static Builder builder() {
      return new Builder();
    }

    /** Returns a builder that has all of this. */
    default Builder toBuilder() {
      return builder().partition(partition()).stage(stage()).epoch(epoch()).from(from()).to(to());
    }

    /** How far the move of a partition is. */
    enum Stage {
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

    /**
     * Each part is what the method of its name tells; what is not said is nothing, or not known.
     */
    final class Builder {
      private int partition;
      private Stage stage = Stage.UNKNOWN;
      private long epoch;
      private List<String> from = List.of();
      private List<String> to = List.of();

      private Builder() {}

      public Builder partition(int partition) {
        this.partition = partition;
        return this;
      }

      public Builder stage(Stage stage) {
        this.stage = stage;
        return this;
      }

      public Builder epoch(long epoch) {
        this.epoch = epoch;
        return this;
      }

      public Builder from(List<String> from) {
        this.from = from;
        return this;
      }

      public Builder to(List<String> to) {
        this.to = to;
        return this;
      }

      public PartitionMove build() {
        return new PartitionMoveValues(partition, stage, epoch, from, to);
      }

      private record PartitionMoveValues(
          int partition, Stage stage, long epoch, List<String> from, List<String> to)
          implements PartitionMove {
        PartitionMoveValues {
          from = List.copyOf(from);
          to = List.copyOf(to);
        }
      }
    }
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String clusterId = "";
    private String answeredBy = "";
    private List<NodeView> nodes = List.of();
    private MetadataView metadata = MetadataView.builder().build();
    private List<PartitionMove> moves = List.of();
    private TopologyChangeStatus topologyChange = TopologyChangeStatus.NONE;
    private int partitions;
    private int partitionsDegraded;
    private int partitionsUnavailable;
    private SelfReport report = SelfReport.builder().build();

    private Builder() {}

    public Builder clusterId(String clusterId) {
      this.clusterId = clusterId;
      return this;
    }

    public Builder answeredBy(String answeredBy) {
      this.answeredBy = answeredBy;
      return this;
    }

    public Builder nodes(List<NodeView> nodes) {
      this.nodes = nodes;
      return this;
    }

    public Builder metadata(MetadataView metadata) {
      this.metadata = metadata;
      return this;
    }

    public Builder moves(List<PartitionMove> moves) {
      this.moves = moves;
      return this;
    }

    public Builder topologyChange(TopologyChangeStatus topologyChange) {
      this.topologyChange = topologyChange;
      return this;
    }

    public Builder partitions(int partitions) {
      this.partitions = partitions;
      return this;
    }

    public Builder partitionsDegraded(int partitionsDegraded) {
      this.partitionsDegraded = partitionsDegraded;
      return this;
    }

    public Builder partitionsUnavailable(int partitionsUnavailable) {
      this.partitionsUnavailable = partitionsUnavailable;
      return this;
    }

    public Builder report(SelfReport report) {
      this.report = report;
      return this;
    }

    public ClusterStatus build() {
      return new ClusterStatusValues(
          clusterId,
          answeredBy,
          nodes,
          metadata,
          moves,
          topologyChange,
          partitions,
          partitionsDegraded,
          partitionsUnavailable,
          report);
    }

    private record ClusterStatusValues(
        String clusterId,
        String answeredBy,
        List<NodeView> nodes,
        MetadataView metadata,
        List<PartitionMove> moves,
        TopologyChangeStatus topologyChange,
        int partitions,
        int partitionsDegraded,
        int partitionsUnavailable,
        SelfReport report)
        implements ClusterStatus {
      ClusterStatusValues {
        nodes = List.copyOf(nodes);
        moves = List.copyOf(moves);
      }
    }
  }
}

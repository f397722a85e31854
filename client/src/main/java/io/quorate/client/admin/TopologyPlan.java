package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a change would move. Replicas are counted by the largest replication factor of any tenant;
 * where that of a tenant is to be altered, by the tenant's.
 */
public sealed interface TopologyPlan {
  /**
   * Of the cluster's state that this was planned on: a request that {@link
   * TopologyChangeOptions#expectedStateVersion expects} it is carried out as planned, or refused.
   */
  long stateVersion();

  /** The members, by id. */
  List<NodePlan> nodes();

  /** Whose preference list changes, by number. */
  List<Partition> partitions();

  /** That replicas are counted by as they are. */
  int replicationFactorBefore();

  /** That replicas are counted by as they would be; mostly the same. */
  int replicationFactor();

  /** That are brought to nodes which do not have them. */
  int replicasMoved();

  /** About how many these are; 0: not known, or none. */
  long bytes();

  /** How replicas are spread now, or where they go to. */
  Spread before();

  /** How they would be spread. */
  Spread after();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .stateVersion(stateVersion())
        .nodes(nodes())
        .partitions(partitions())
        .replicationFactorBefore(replicationFactorBefore())
        .replicationFactor(replicationFactor())
        .replicasMoved(replicasMoved())
        .bytes(bytes())
        .before(before())
        .after(after());
  }

  /** Where a node stands. */
  final class Place {
    private final String region;
    private final String zone;

    private Place(String region, String zone) {
      this.region = region;
      this.zone = zone;
    }

    /** Returns one with these parts; each is what the method of its name tells. */
    public static Place of(String region, String zone) {
      return new Place(region, zone);
    }

    public String region() {
      return region;
    }

    public String zone() {
      return zone;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Place that && region.equals(that.region) && zone.equals(that.zone);
    }

    @Override
    public int hashCode() {
      return Objects.hash(region, zone);
    }

    @Override
    public String toString() {
      return "Place[region=" + region + ", zone=" + zone + "]";
    }
  }

  /** What it would mean for a partition. */
  sealed interface Partition {
    int partition();

    /** Ids of its list, or of the one that it goes to, most preferred first. */
    List<String> before();

    /** Of the one that it would have. */
    List<String> after();

    /** Region/zone of each of {@code before}. */
    List<String> zonesBefore();

    /** Of each of {@code after}, as nodes would stand. */
    List<String> zonesAfter();

    static Builder builder() {
      return new Builder();
    }

    /** Returns a builder that has all of this. */
    default Builder toBuilder() {
      return builder()
          .partition(partition())
          .before(before())
          .after(after())
          .zonesBefore(zonesBefore())
          .zonesAfter(zonesAfter());
    }

    /**
     * Each part is what the method of its name tells; what is not said is nothing, or not known.
     */
    final class Builder {
      private int partition;
      private List<String> before = List.of();
      private List<String> after = List.of();
      private List<String> zonesBefore = List.of();
      private List<String> zonesAfter = List.of();

      private Builder() {}

      public Builder partition(int partition) {
        this.partition = partition;
        return this;
      }

      public Builder before(List<String> before) {
        this.before = before;
        return this;
      }

      public Builder after(List<String> after) {
        this.after = after;
        return this;
      }

      public Builder zonesBefore(List<String> zonesBefore) {
        this.zonesBefore = zonesBefore;
        return this;
      }

      public Builder zonesAfter(List<String> zonesAfter) {
        this.zonesAfter = zonesAfter;
        return this;
      }

      public Partition build() {
        return new PartitionValues(partition, before, after, zonesBefore, zonesAfter);
      }

      private record PartitionValues(
          int partition,
          List<String> before,
          List<String> after,
          List<String> zonesBefore,
          List<String> zonesAfter)
          implements Partition {
        PartitionValues {
          before = List.copyOf(before);
          after = List.copyOf(after);
          zonesBefore = List.copyOf(zonesBefore);
          zonesAfter = List.copyOf(zonesAfter);
        }
      }
    }
  }

  /** How replicas are spread. */
  final class Spread {
    private final int mostInOneZone;
    private final int mostInOneRegion;
    private final double loadMaxByMean;

    private Spread(int mostInOneZone, int mostInOneRegion, double loadMaxByMean) {
      this.mostInOneZone = mostInOneZone;
      this.mostInOneRegion = mostInOneRegion;
      this.loadMaxByMean = loadMaxByMean;
    }

    /** Returns one with these parts; each is what the method of its name tells. */
    public static Spread of(int mostInOneZone, int mostInOneRegion, double loadMaxByMean) {
      return new Spread(mostInOneZone, mostInOneRegion, loadMaxByMean);
    }

    /** Most replicas of one partition in the same zone. */
    public int mostInOneZone() {
      return mostInOneZone;
    }

    /** Most replicas of one partition in the same region. */
    public int mostInOneRegion() {
      return mostInOneRegion;
    }

    /** The highest load of a node by its weight, relative to the mean; 1.0 is even. */
    public double loadMaxByMean() {
      return loadMaxByMean;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Spread that
          && mostInOneZone == that.mostInOneZone
          && mostInOneRegion == that.mostInOneRegion
          && Double.compare(loadMaxByMean, that.loadMaxByMean) == 0;
    }

    @Override
    public int hashCode() {
      return Objects.hash(mostInOneZone, mostInOneRegion, loadMaxByMean);
    }

    @Override
    public String toString() {
      return "Spread[mostInOneZone="
          + mostInOneZone
          + ", mostInOneRegion="
          + mostInOneRegion
          + ", loadMaxByMean="
          + loadMaxByMean
          + "]";
    }
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private long stateVersion;
    private List<NodePlan> nodes = List.of();
    private List<Partition> partitions = List.of();
    private int replicationFactorBefore;
    private int replicationFactor;
    private int replicasMoved;
    private long bytes;
    private Spread before = Spread.of(0, 0, 0);
    private Spread after = Spread.of(0, 0, 0);

    private Builder() {}

    public Builder stateVersion(long stateVersion) {
      this.stateVersion = stateVersion;
      return this;
    }

    public Builder nodes(List<NodePlan> nodes) {
      this.nodes = nodes;
      return this;
    }

    public Builder partitions(List<Partition> partitions) {
      this.partitions = partitions;
      return this;
    }

    public Builder replicationFactorBefore(int replicationFactorBefore) {
      this.replicationFactorBefore = replicationFactorBefore;
      return this;
    }

    public Builder replicationFactor(int replicationFactor) {
      this.replicationFactor = replicationFactor;
      return this;
    }

    public Builder replicasMoved(int replicasMoved) {
      this.replicasMoved = replicasMoved;
      return this;
    }

    public Builder bytes(long bytes) {
      this.bytes = bytes;
      return this;
    }

    public Builder before(Spread before) {
      this.before = before;
      return this;
    }

    public Builder after(Spread after) {
      this.after = after;
      return this;
    }

    public TopologyPlan build() {
      return new TopologyPlanValues(
          stateVersion,
          nodes,
          partitions,
          replicationFactorBefore,
          replicationFactor,
          replicasMoved,
          bytes,
          before,
          after);
    }

    private record TopologyPlanValues(
        long stateVersion,
        List<NodePlan> nodes,
        List<Partition> partitions,
        int replicationFactorBefore,
        int replicationFactor,
        int replicasMoved,
        long bytes,
        Spread before,
        Spread after)
        implements TopologyPlan {
      TopologyPlanValues {
        nodes = List.copyOf(nodes);
        partitions = List.copyOf(partitions);
      }
    }
  }
}

package io.quorate.client.admin;

import java.util.List;

/**
 * What a change would move. Replicas are counted by the largest replication factor of any tenant;
 * where that of a tenant is to be altered, by the tenant's.
 *
 * @param stateVersion of the cluster's state that this was planned on: a request that {@link
 *     TopologyChangeOptions#expectedStateVersion expects} it is carried out as planned, or refused
 * @param nodes the members, by id
 * @param partitions whose preference list changes, by number
 * @param replicationFactorBefore that replicas are counted by as they are
 * @param replicationFactor that replicas are counted by as they would be; mostly the same
 * @param replicasMoved that are brought to nodes which do not have them
 * @param bytes about how many these are; 0: not known, or none
 * @param before how replicas are spread now, or where they go to
 * @param after how they would be spread
 */
public record TopologyPlan(
    long stateVersion,
    List<NodePlan> nodes,
    List<Partition> partitions,
    int replicationFactorBefore,
    int replicationFactor,
    int replicasMoved,
    long bytes,
    Spread before,
    Spread after) {

  public TopologyPlan {
    nodes = List.copyOf(nodes);
    partitions = List.copyOf(partitions);
  }

  /** Where a node stands. */
  public record Place(String region, String zone) {}

  /**
   * What it would mean for a partition.
   *
   * @param before ids of its list, or of the one that it goes to, most preferred first
   * @param after of the one that it would have
   * @param zonesBefore region/zone of each of {@code before}
   * @param zonesAfter of each of {@code after}, as nodes would stand
   */
  public record Partition(
      int partition,
      List<String> before,
      List<String> after,
      List<String> zonesBefore,
      List<String> zonesAfter) {
    public Partition {
      before = List.copyOf(before);
      after = List.copyOf(after);
      zonesBefore = List.copyOf(zonesBefore);
      zonesAfter = List.copyOf(zonesAfter);
    }
  }

  /**
   * How replicas are spread.
   *
   * @param mostInOneZone most replicas of one partition in the same zone
   * @param mostInOneRegion most replicas of one partition in the same region
   * @param loadMaxByMean the highest load of a node by its weight, relative to the mean; 1.0 is
   *     even
   */
  public record Spread(int mostInOneZone, int mostInOneRegion, double loadMaxByMean) {}
}

package io.quorate.cluster;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.placement.planner.Planner;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The state that a cluster begins with. A state, not a command: nothing was there before. */
public final class Genesis {
  /** State version of a genesis, and the index of the Raft snapshot that holds it. */
  public static final long STATE_VERSION = 1;

  public static final int PARTITIONS_DEFAULT = 256;

  /** Entries of a preference list, where there are enough nodes: the largest factor of a tenant. */
  public static final int LIST_LENGTH_MAX = 5;

  private static final int DEFAULT_TENANT_ID = 1;
  private static final long FIRST_EPOCH = 1;

  private Genesis() {}

  /**
   * Plans the partitions over the members and adds the default tenant.
   *
   * @param members in any order: the same members give the same state
   * @throws IllegalArgumentException if there are no members, two are alike in id or address, their
   *     releases cannot work at one version, or the number of partitions is out of range
   */
  public static ClusterState create(
      ClusterId clusterId, Collection<Member> members, int partitions) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("a cluster needs at least one node");
    }
    if (partitions < 1 || partitions > ClusterState.PARTITIONS_MAX) {
      throw new IllegalArgumentException(
          "%d partitions: give 1 to %d".formatted(partitions, ClusterState.PARTITIONS_MAX));
    }
    SortedMap<NodeId, Member> byId = new TreeMap<>();
    for (Member member : members) {
      if (byId.put(member.id(), member) != null) {
        throw new IllegalArgumentException("two nodes have the id " + member.id());
      }
    }
    int listLength = Math.min(LIST_LENGTH_MAX, byId.size());
    List<List<NodeId>> lists =
        Planner.plan(
                byId.values().stream().map(Member::forPlanner).toList(),
                partitions,
                listLength,
                List.of())
            .assignment();
    SortedMap<String, Tenant> tenants = new TreeMap<>();
    tenants.put(
        Tenant.DEFAULT_NAME,
        new Tenant(
            DEFAULT_TENANT_ID,
            Tenant.DEFAULT_NAME,
            ClusterState.defaultReplicationFactor(listLength),
            TenantSettings.NONE));
    return new ClusterState(
        clusterId,
        Upgrades.highestVersion(members),
        STATE_VERSION,
        byId,
        tenants,
        DEFAULT_TENANT_ID + 1,
        lists.stream().map(list -> new PartitionPlacement(FIRST_EPOCH, list)).toList());
  }
}

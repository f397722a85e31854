package io.quorate.cluster;

import io.quorate.access.AccessRules;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Loss;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Tenant;
import java.util.List;
import java.util.SortedMap;

/** The state after a command: as the one before, but for what is set here. */
final class NextState {
  private final ClusterState before;
  private final long index;
  private int clusterVersion;
  private SortedMap<NodeId, Member> members;
  private SortedMap<String, Tenant> tenants;
  private TenantIds tenantIds;
  private List<PartitionPlacement> partitions;
  private Change change;
  private SortedMap<Integer, Loss> losses;
  private LockKeepers locks;
  private AccessRules access;
  private JoinTokens joinTokens;
  private Cut cut;

  /**
   * @param index the place of the command in the log
   */
  NextState(ClusterState before, long index) {
    this.before = before;
    this.index = index;
    clusterVersion = before.clusterVersion();
    members = before.members();
    tenants = before.tenants();
    tenantIds = before.tenantIds();
    partitions = before.partitions();
    change = before.change();
    losses = before.losses();
    locks = before.locks();
    access = before.access();
    joinTokens = before.joinTokens();
    cut = before.cut();
  }

  NextState clusterVersion(int next) {
    clusterVersion = next;
    return this;
  }

  /** Members that are not among these have departed. */
  NextState members(SortedMap<NodeId, Member> next) {
    members = next;
    return this;
  }

  NextState tenants(SortedMap<String, Tenant> next, TenantIds ids) {
    tenants = next;
    tenantIds = ids;
    return this;
  }

  NextState partitions(List<PartitionPlacement> next) {
    partitions = next;
    return this;
  }

  NextState change(Change next) {
    change = next;
    return this;
  }

  NextState losses(SortedMap<Integer, Loss> next) {
    losses = next;
    return this;
  }

  NextState locks(LockKeepers next) {
    locks = next;
    return this;
  }

  NextState access(AccessRules next) {
    access = next;
    return this;
  }

  NextState joinTokens(JoinTokens next) {
    joinTokens = next;
    return this;
  }

  NextState cut(Cut next) {
    cut = next;
    return this;
  }

  /**
   * @throws IllegalArgumentException if the parts do not fit each other
   */
  ClusterState build() {
    return new ClusterState(
        before.clusterId(),
        clusterVersion,
        index,
        members,
        tenants,
        tenantIds,
        partitions,
        change,
        before.recoveries(),
        losses,
        before.departed().following(before.members().keySet(), members.keySet()),
        locks,
        access,
        joinTokens,
        cut);
  }
}

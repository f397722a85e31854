package io.quorate.replication.replica;

import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Factor;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Stage;
import io.quorate.placement.Tenant;
import io.quorate.version.RecordModel;
import java.util.Collection;
import java.util.Collections;

/**
 * What this node has to hold by the newest placements it has learnt. Those may be ahead of what is
 * served: a partition follows once nothing is under way of the epochs before, see {@link
 * EpochAdmission}.
 */
final class OwnedPartitions {
  private final NodeId self;
  private Placements placements;

  OwnedPartitions(NodeId self, Placements placements) {
    this.self = self;
    this.placements = placements;
  }

  void placementsChanged(Placements next) {
    placements = next;
  }

  Placements placements() {
    return placements;
  }

  NodeId self() {
    return self;
  }

  /** The model of a tenant's records. */
  RecordModel model(int tenant) {
    return placements.model(tenant);
  }

  /** Whether there is such a tenant, as far as this node has heard. */
  boolean isKnown(int tenant) {
    return placements.tenant(tenant) != null;
  }

  /** Whether each write of a tenant takes effect at most once; true if the tenant is not known. */
  boolean mayWriteOnce(int tenant) {
    return placements.tenants().mayWriteOnce(tenant);
  }

  /** Whether a tenant was dropped: nothing of it is stored any more. */
  boolean isDropped(int tenant) {
    return placements.tenants().dropped().contains(tenant);
  }

  /** Whether a tenant is closed and looked at: nothing fresh of it is stored. */
  boolean isClosedUnseen(int tenantId) {
    Tenant tenant = placements.tenant(tenantId);
    return tenant != null && tenant.isUnseenByRestore();
  }

  /** Whether a node is a member of the cluster. */
  boolean isMember(NodeId node) {
    return placements.nodes().containsKey(node);
  }

  int partitions() {
    return placements.partitions().size();
  }

  long epoch(int partition) {
    return placements.epoch(partition);
  }

  PurgeMarks purge(int partition) {
    return placements.purge(partition);
  }

  Cut cut() {
    return placements.cut();
  }

  /**
   * Whether this node owns a partition: whether it is a replica of any tenant's records in it, or
   * was one before the move that is being cleaned up.
   */
  boolean isOwner(int partition) {
    return placements.isOwner(self, partition);
  }

  /**
   * Whether it has to keep what it holds of any of some tenants in a partition: as a replica, or
   * until it has handed it over.
   */
  boolean keepsAny(int partition, Collection<Integer> tenants) {
    PartitionPlacement placement = placements.partitions().get(partition);
    for (Factor factor : placements.factors(partition)) {
      if (placement.keeps(self, factor)
          && !Collections.disjoint(placements.tenantsOf(partition, factor), tenants)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether what this replica keeps of a tenant's replaced versions reaches as far back as before,
   * though the partition moves: it was of the set before, and the next one is not smaller, so a
   * majority of that is one of the set before, too, as far as it stays. Of regions that is not
   * told.
   */
  boolean goesOn(int partition, int tenantId) {
    Tenant tenant = placements.tenant(tenantId);
    if (tenant == null || tenant.replication().isByRegion()) {
      return false;
    }
    PartitionPlacement placement = placements.partitions().get(partition);
    Factor factor = placements.factor(partition, tenant);
    if (!(placement.stage(factor) instanceof Stage.Moving sets)) {
      return !factor.isByRegion();
    }
    return !factor.isByRegion()
        && sets.old().contains(self)
        && sets.next().size() >= sets.old().size();
  }

  /**
   * Whether it has to hold one tenant's records there; true of a tenant that it does not know yet.
   */
  boolean keeps(int partition, int tenantId) {
    Tenant tenant = placements.tenant(tenantId);
    if (tenant == null) {
      return !isDropped(tenantId);
    }
    Factor factor = placements.factor(partition, tenant);
    return placements.partitions().get(partition).keeps(self, factor);
  }

  /** Whether it does not hold yet what it must of a partition. */
  boolean isFilling(int partition) {
    return placements.isFilling(self, partition);
  }

  /**
   * Whether it is a replica of a tenant's records in a partition. False only of a tenant that there
   * is: what one held that is gone is not for a purge to take.
   */
  boolean isReplica(int partition, int tenantId) {
    Tenant tenant = placements.tenant(tenantId);
    return tenant == null || placements.stage(partition, tenant).replicas().contains(self);
  }
}

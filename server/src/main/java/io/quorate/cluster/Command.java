package io.quorate.cluster;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of the cluster, as data. All that it needs is inside, so that folding it in again, on
 * another node or after a restart, gives the same state. Nothing is checked here: {@link
 * ClusterState#apply} answers bad values with a reason.
 */
public sealed interface Command {

  /** A member is up, under this incarnation and at this address. */
  record NodeStarted(
      NodeId id, String address, String region, String zone, double weight, int incarnation)
      implements Command {}

  /**
   * There shall be such a tenant. Accepted without change if there is one with equal settings.
   *
   * @param replicationFactor 0 for the cluster's default
   */
  record CreateTenant(String name, int replicationFactor, TenantSettings settings)
      implements Command {

    /** Of which nothing else is said. */
    public CreateTenant(
        String name,
        int replicationFactor,
        @Nullable Level readLevel,
        @Nullable Level writeLevel,
        long defaultTtlMillis) {
      this(name, replicationFactor, new TenantSettings(readLevel, writeLevel, defaultTtlMillis));
    }
  }

  /** A partition, at the epoch at which whoever gave the command had decided about it. */
  record AtEpoch(int partition, long epoch) {}

  /**
   * From now on no replica of these partitions takes a fresh stamp up to {@code mark}: a purge
   * round begins, or is looked at anew. Holds for those that are still at the epoch given.
   *
   * @param mark a hybrid time, not below what was promised before
   */
  record PromisePurge(List<AtEpoch> partitions, long mark) implements Command {
    public PromisePurge {
      partitions = List.copyOf(partitions);
    }
  }

  /**
   * All replicas of these partitions hold the same up to {@code mark}, which was promised: what is
   * deleted there is gone. Holds for those that are still at the epoch given.
   */
  record ConfirmPurge(List<AtEpoch> partitions, long mark) implements Command {
    public ConfirmPurge {
      partitions = List.copyOf(partitions);
    }
  }

  /** A tenant's settings shall be these. */
  record AlterTenant(String name, TenantSettings settings) implements Command {

    /** All else stays as it is. */
    public AlterTenant(
        String name,
        @Nullable Level readLevel,
        @Nullable Level writeLevel,
        @Nullable Long defaultTtlMillis) {
      this(name, new TenantSettings(readLevel, writeLevel, defaultTtlMillis));
    }
  }

  /**
   * An operator says that a member has lost its disk, and that a node which starts with an empty
   * one at its address shall take its place.
   *
   * @param acceptDataLoss even where too few other replicas are known to hold what it held
   */
  record Readmit(NodeId node, boolean acceptDataLoss) implements Command {}

  /**
   * A new node stands at the address of one that is to be readmitted, and takes its place.
   *
   * @param lost the node that was there
   * @param id the new one
   */
  record NodeReplaced(
      NodeId lost, NodeId id, String address, String region, String zone, double weight)
      implements Command {}

  /**
   * What a node holds of a partition is damaged: it is to be filled from the others.
   *
   * @param epoch of the partition, as the node found out
   */
  record Refill(NodeId node, int partition, long epoch) implements Command {}

  /** A node that was being filled holds what a majority of the other replicas held. */
  record Filled(NodeId node, List<Place> places) implements Command {
    public Filled {
      places = List.copyOf(places);
    }

    /** A partition, under the epoch that the node was compared with the others under. */
    public record Place(int partition, long epoch) {}
  }
}

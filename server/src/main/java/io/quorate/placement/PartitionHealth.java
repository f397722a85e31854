package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What can be done with a partition, by which of its replicas can be counted on. */
public enum PartitionHealth {
  /** Every replica can. */
  HEALTHY,
  /** Some are missing, and the levels of the tenant can be reached without them. */
  DEGRADED,
  /** Too many are missing to reach a level of the tenant: its requests fail fast. */
  UNAVAILABLE;

  /**
   * Judges one tenant's share of a partition, at the tenant's own levels. A replica that is being
   * filled casts no vote, so it is missing as much as one that is down.
   *
   * @param region in which levels about one region are asked for
   */
  public static PartitionHealth of(
      Placements placements, int partition, Tenant tenant, String region, Predicate<NodeId> live) {
    Stage stage = placements.stage(partition, tenant);
    List<NodeId> missing = missing(placements.partitions().get(partition), stage, live);
    if (missing.isEmpty()) {
      return HEALTHY;
    }
    boolean writes = isReachable(stage.forWrite(tenant.writeLevel().in(region)), missing);
    boolean reads = isReachable(stage.forRead(tenant.readLevel().in(region)), missing);
    return writes && reads ? DEGRADED : UNAVAILABLE;
  }

  private static List<NodeId> missing(
      PartitionPlacement partition, Stage stage, Predicate<NodeId> live) {
    List<NodeId> missing = new ArrayList<>(0);
    for (NodeId replica : stage.replicas()) {
      if (!live.test(replica) || partition.filling().contains(replica)) {
        missing.add(replica);
      }
    }
    return missing;
  }

  /**
   * Whether a region serves on its own all that is asked of it at LOCAL_QUORUM: each partition of
   * each tenant that has replicas there by region. False if there is no such tenant.
   */
  public static boolean isServedWithin(
      String region, Placements placements, Predicate<NodeId> live) {
    Level level = Level.LOCAL_QUORUM.in(region);
    List<Replication> there =
        placements.replications().stream().filter(each -> each.isIn(region)).toList();
    for (Replication replication : there) {
      for (PartitionPlacement partition : placements.partitions()) {
        Stage stage = partition.stage(partition.factor(replication, placements.regions()));
        if (!isReached(stage, level, missing(partition, stage, live))) {
          return false;
        }
      }
    }
    return !there.isEmpty();
  }

  private static boolean isReached(Stage stage, Level level, List<NodeId> missing) {
    return isReachable(stage.forWrite(level), missing)
        && (!stage.isMoving() || isReachable(stage.forRead(level), missing)); // else the same
  }

  private static boolean isReachable(Quorum quorum, List<NodeId> missing) {
    return quorum.verdict(List.of(), missing) != Verdict.UNREACHABLE;
  }

  /** The worse of two. */
  public PartitionHealth and(PartitionHealth other) {
    return compareTo(other) >= 0 ? this : other;
  }
}

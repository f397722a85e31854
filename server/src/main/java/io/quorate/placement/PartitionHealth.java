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
    List<NodeId> missing = new ArrayList<>(0);
    for (NodeId replica : stage.replicas()) {
      if (!live.test(replica)
          || placements.partitions().get(partition).filling().contains(replica)) {
        missing.add(replica);
      }
    }
    if (missing.isEmpty()) {
      return HEALTHY;
    }
    boolean writes = isReachable(stage.forWrite(tenant.writeLevel().in(region)), missing);
    boolean reads = isReachable(stage.forRead(tenant.readLevel().in(region)), missing);
    return writes && reads ? DEGRADED : UNAVAILABLE;
  }

  private static boolean isReachable(Quorum quorum, List<NodeId> missing) {
    return quorum.verdict(List.of(), missing) != Verdict.UNREACHABLE;
  }

  /** The worse of two. */
  public PartitionHealth and(PartitionHealth other) {
    return compareTo(other) >= 0 ? this : other;
  }
}

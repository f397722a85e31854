package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How many partitions are in which state; each counts as the tenant sees it that is worst off.
 *
 * @param lossy of all: those of which writes may be lost, which no operator has taken note of
 */
public record HealthCount(int healthy, int degraded, int unavailable, int lossy) {
  public static final HealthCount NONE = new HealthCount(0, 0, 0, 0);

  /** Tenants with equal replicas and levels see the same. */
  private record Demand(Replication replication, Level read, Level write) {}

  /**
   * @param region in which levels about one region are asked for
   * @param live whether a node can be counted on
   */
  public static HealthCount of(Placements placements, String region, Predicate<NodeId> live) {
    Map<Demand, Tenant> demands = new LinkedHashMap<>();
    for (Tenant tenant : placements.tenants().values()) {
      demands.putIfAbsent(
          new Demand(tenant.replication(), tenant.readLevel(), tenant.writeLevel()), tenant);
    }
    List<Tenant> different = new ArrayList<>(demands.values());
    int healthy = 0;
    int degraded = 0;
    int unavailable = 0;
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      PartitionHealth worst = PartitionHealth.HEALTHY;
      for (Tenant tenant : different) {
        worst = worst.and(PartitionHealth.of(placements, partition, tenant, region, live));
      }
      switch (worst) {
        case HEALTHY -> healthy++;
        case DEGRADED -> degraded++;
        case UNAVAILABLE -> unavailable++;
      }
    }
    return new HealthCount(healthy, degraded, unavailable, placements.lossEpochs().size());
  }
}

package io.quorate.replication.tree;

import io.quorate.placement.Factor;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether tenants have other factors than before, partition by partition: what is asked for each of
 * many partitions, of many tenants, and is mostly so for none.
 */
final class FactorsBefore {
  private final Placements before;
  private final Placements next;

  /** Whether there are other tenants than before. */
  private final boolean otherTenants;

  /** What tenants had, and have, that may come to other factors: of each different pair one. */
  private final Set<Both> doubtful = new LinkedHashSet<>();

  private record Both(Replication before, Replication next) {}

  FactorsBefore(Placements before, Placements next) {
    this.before = before;
    this.next = next;
    Map<Integer, Replication> had = byId(before);
    Map<Integer, Replication> have = byId(next);
    this.otherTenants = !had.keySet().equals(have.keySet());
    have.forEach(
        (id, now) -> {
          Replication was = had.getOrDefault(id, now);
          if (!was.equals(now) || now.isAltered()) {
            doubtful.add(new Both(was, now));
          }
        });
  }

  private static Map<Integer, Replication> byId(Placements placements) {
    Map<Integer, Replication> byId = new TreeMap<>();
    for (Tenant tenant : placements.tenants().values()) {
      byId.put(tenant.id(), tenant.replication());
    }
    return byId;
  }

  /** Whether each tenant has the factor in a partition that it had. */
  boolean areSame(int partition) {
    if (otherTenants) {
      return false;
    }
    PartitionPlacement was = before.partitions().get(partition);
    PartitionPlacement now = next.partitions().get(partition);
    for (Both each : doubtful) {
      Factor factor = was.factor(each.before(), before.regions());
      if (!factor.equals(now.factor(each.next(), next.regions()))) {
        return false;
      }
    }
    return true;
  }
}

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
import java.util.TreeSet;

/**
 * What of the tenants is otherwise than before: whether some came or went, or have other factors.
 * What is asked for each of many partitions, of many tenants, and is mostly so for none.
 */
final class TenantsBefore {
  private final Placements before;
  private final Placements next;

  private final boolean anyCame;

  /** Tenants that are not there any more. */
  private final Set<Integer> went;

  /** What tenants had, and have, that may come to other factors: of each different pair one. */
  private final Set<Both> doubtful = new LinkedHashSet<>();

  private record Both(Replication before, Replication next) {}

  TenantsBefore(Placements before, Placements next) {
    this.before = before;
    this.next = next;
    Map<Integer, Replication> had = byId(before);
    Map<Integer, Replication> have = byId(next);
    this.anyCame = !had.keySet().containsAll(have.keySet());
    this.went = new TreeSet<>(had.keySet());
    this.went.removeAll(have.keySet());
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

  /** Whether there are the same tenants as before. */
  boolean areSame() {
    return !anyCame && went.isEmpty();
  }

  /** Whether some tenant may have records here that belong in these trees now, or no more. */
  boolean concern(PartitionTrees trees) {
    return (anyCame && trees.hasUnknown()) || went.stream().anyMatch(trees::hasRecords);
  }

  /** Whether each tenant that stays has the factor in a partition that it had. */
  boolean haveSameFactors(int partition) {
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

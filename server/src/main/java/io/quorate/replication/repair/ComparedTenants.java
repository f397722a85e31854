package io.quorate.replication.repair;

import io.quorate.placement.Placements;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of a partition that have been compared with another replica, for a mark that goes
 * once all have been. What comes next is asked before each comparison: a tenant that is altered
 * meanwhile has another factor by then, and that one may have been compared without it.
 */
final class ComparedTenants {
  private final Set<Integer> ids = new TreeSet<>();

  void add(Collection<Integer> tenants) {
    ids.addAll(tenants);
  }

  /** The first of the pairs with a tenant that has not been compared; null if all have been. */
  @Nullable Pair next(List<Pair> pairs, Placements placements) {
    return pairs.stream()
        .filter(pair -> !ids.containsAll(placements.tenantsOf(pair.partition(), pair.factor())))
        .findFirst()
        .orElse(null);
  }
}

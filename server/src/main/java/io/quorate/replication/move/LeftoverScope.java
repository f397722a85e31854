package io.quorate.replication.move;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.HandOver;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What of a partition one node has not to keep. A node may be in the list and yet no replica for
 * tenants with a small factor: what it holds of theirs nobody asks for.
 *
 * @param whole all of it, of whatever tenant: it is not in the list. One that is in it may be sent
 *     records of a tenant that it does not know yet
 * @param some the tenants that it has to keep nothing of, by id; empty if it is all
 */
record LeftoverScope(boolean whole, SortedSet<Integer> some) {
  static final LeftoverScope NOTHING = new LeftoverScope(false, Collections.emptySortedSet());

  LeftoverScope {
    some = Collections.unmodifiableSortedSet(new TreeSet<>(some));
  }

  /** All that there can be. */
  static LeftoverScope of(Placements placements, int partition, NodeId self) {
    PartitionPlacement placement = placements.partitions().get(partition);
    SortedSet<Integer> some = new TreeSet<>();
    boolean whole = !placement.owners().contains(self);
    if (!whole) {
      for (Factor factor : placements.factors(partition)) {
        if (!placement.keeps(self, factor)) {
          some.addAll(placements.tenantsOf(partition, factor));
        }
      }
    }
    return new LeftoverScope(whole, some);
  }

  /**
   * Tenants that a node has ceased to keep something for. What they were is for the placements of
   * that time to say: once a factor is altered everywhere nothing tells what it was.
   */
  static SortedSet<Integer> lost(Placements before, Placements next, int partition, NodeId self) {
    SortedSet<Integer> lost = new TreeSet<>();
    for (Factor factor : before.factors(partition)) {
      if (before.partitions().get(partition).keeps(self, factor)) {
        lost.addAll(before.tenantsOf(partition, factor));
      }
    }
    for (Factor factor : next.factors(partition)) {
      if (next.partitions().get(partition).keeps(self, factor)) {
        lost.removeAll(next.tenantsOf(partition, factor));
      }
    }
    return lost;
  }

  /** Whether all of some tenants was to be handed over, and so has been if the copier is done. */
  static boolean isHandedOver(
      Placements before, int partition, NodeId self, SortedSet<Integer> ids) {
    PartitionPlacement placement = before.partitions().get(partition);
    return before.factors(partition).stream()
        .filter(factor -> !Collections.disjoint(before.tenantsOf(partition, factor), ids))
        .allMatch(factor -> HandOver.of(placement, factor, self) != null);
  }

  /**
   * What is left of this, with what was lost since.
   *
   * @param possible all that there can be now
   */
  static LeftoverScope since(
      @Nullable LeftoverScope before, SortedSet<Integer> lost, LeftoverScope possible) {
    if (possible.whole) {
      return possible;
    }
    SortedSet<Integer> some = new TreeSet<>(lost);
    if (before != null) {
      some.addAll(before.whole ? possible.some : before.some);
    }
    some.retainAll(possible.some);
    return new LeftoverScope(false, some);
  }

  boolean isNothing() {
    return equals(NOTHING);
  }

  /** Ids of the tenants that there may be something of. */
  List<Integer> tenants(Placements placements) {
    return whole
        ? placements.tenants().values().stream().map(Tenant::id).sorted().toList()
        : List.copyOf(some);
  }
}

package io.quorate.replication.move;

import io.quorate.model.NodeId;
import io.quorate.placement.HandOver;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
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
 * @param factors of the tenants that it has to keep nothing of
 */
record Foreign(boolean whole, SortedSet<Integer> factors) {
  static final Foreign NOTHING = new Foreign(false, Collections.emptySortedSet());

  Foreign {
    factors = Collections.unmodifiableSortedSet(new TreeSet<>(factors));
  }

  /** All that there can be. */
  static Foreign of(Placements placements, int partition, NodeId self) {
    PartitionPlacement placement = placements.partitions().get(partition);
    SortedSet<Integer> factors = new TreeSet<>(placements.factors());
    factors.removeIf(factor -> placement.keeps(self, factor));
    return new Foreign(!placement.owners().contains(self), factors);
  }

  /** Factors that a node has ceased to keep something for. */
  static SortedSet<Integer> lost(
      PartitionPlacement before, PartitionPlacement next, NodeId self, SortedSet<Integer> factors) {
    SortedSet<Integer> lost = new TreeSet<>(factors);
    lost.removeIf(factor -> !before.keeps(self, factor) || next.keeps(self, factor));
    return lost;
  }

  /** Whether all of some factors was to be handed over, and so has been if the copier is done. */
  static boolean isHandedOver(
      PartitionPlacement placement, NodeId self, SortedSet<Integer> factors) {
    return factors.stream().allMatch(factor -> HandOver.of(placement, factor, self) != null);
  }

  /**
   * What is left of this, with what was lost since.
   *
   * @param possible all that there can be now
   */
  static Foreign since(@Nullable Foreign before, SortedSet<Integer> lost, Foreign possible) {
    SortedSet<Integer> factors = new TreeSet<>(lost);
    if (before != null) {
      factors.addAll(before.factors);
    }
    factors.retainAll(possible.factors);
    return new Foreign(possible.whole, factors);
  }

  boolean isNothing() {
    return equals(NOTHING);
  }

  /** Ids of the tenants that there may be something of. */
  List<Integer> tenants(Placements placements) {
    SortedSet<Integer> meant = whole ? placements.factors() : factors;
    return meant.stream().flatMap(factor -> placements.tenantsOf(factor).stream()).toList();
  }
}

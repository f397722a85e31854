package io.quorate.replication.move;

import io.quorate.model.NodeId;
import io.quorate.placement.Copying;
import io.quorate.placement.Factor;
import io.quorate.placement.HandOver;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What one node has to do for a partition on the move.
 *
 * @param kind what it is
 * @param tenants for whose records, by id, by their factor
 */
record Task(Kind kind, SortedMap<Factor, List<Integer>> tenants) {
  /** What there is to do. */
  enum Kind {
    /** It is, or becomes, a replica of the set that the partition goes to. */
    COPIES,
    /** It is a replica that the partition has left. */
    HANDS_OVER,
    /** To serve the partition is enough. */
    NOTHING
  }

  static Task of(Placements placements, int partition, NodeId self) {
    PartitionPlacement placement = placements.partitions().get(partition);
    Move move = placement.move();
    if (move == null || !move.other().contains(self)) {
      return new Task(Kind.NOTHING, new TreeMap<>());
    }
    return switch (move.step()) {
      case DUAL_WRITE ->
          new Task(
              Kind.COPIES,
              tenants(
                  placements, partition, factor -> Copying.of(placement, factor, self) != null));
      case CLEANUP ->
          new Task(
              Kind.HANDS_OVER,
              tenants(
                  placements, partition, factor -> HandOver.of(placement, factor, self) != null));
      case CUTOVER, STEP_BACK -> new Task(Kind.NOTHING, new TreeMap<>());
    };
  }

  private static SortedMap<Factor, List<Integer>> tenants(
      Placements placements, int partition, Predicate<Factor> isMeant) {
    SortedMap<Factor, List<Integer>> tenants = new TreeMap<>();
    for (Factor factor : placements.factors(partition)) {
      if (isMeant.test(factor)) {
        tenants.put(factor, placements.tenantsOf(partition, factor));
      }
    }
    return tenants;
  }
}

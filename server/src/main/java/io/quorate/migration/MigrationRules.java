package io.quorate.migration;

import io.quorate.migration.MoveReport.Standing;
import io.quorate.model.NodeId;
import io.quorate.placement.Barrier;
import io.quorate.placement.Factor;
import io.quorate.placement.PartitionPlacement;
import java.util.List;
import java.util.Set;

/**
 * The decisions that the safety of a move depends on, one method each. Tests override one method
 * with a classic bug and require that the suite fails.
 */
class MigrationRules {
  /**
   * Returns the nodes that a step has to wait for, so that nothing planned before the last one
   * succeeds (docs/design/topology-change.md#barrier, docs/design/regions.md#r3).
   */
  List<NodeId> awaited(
      PartitionPlacement partition, Set<NodeId> applied, Set<NodeId> down, Set<Factor> factors) {
    return Barrier.awaited(partition, applied, down, factors);
  }

  /**
   * Whether a replica holds what the new set must hold before it is read
   * (docs/design/topology-change.md#f14).
   */
  boolean isComplete(Standing standing) {
    return standing.complete();
  }

  /** Whether an owner that is left behind may forget what it holds. */
  boolean hasHandedOver(Standing standing) {
    return standing.handedOver();
  }
}

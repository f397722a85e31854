package io.quorate.migration;

import io.quorate.migration.MoveReport.Standing;
import io.quorate.model.NodeId;
import io.quorate.placement.Barrier;
import io.quorate.placement.Factor;
import io.quorate.placement.PartitionPlacement;
import java.util.List;
import java.util.Set;

/**
 * Questions that the safety of a move hangs on, each answered in one place. Tests replace single
 * answers by classic mistakes and demand that it is noticed.
 */
class Rules {
  /** Whom a step has to wait for, so that nothing planned before the last one can end well. */
  List<NodeId> awaited(
      PartitionPlacement partition, Set<NodeId> applied, Set<NodeId> down, Set<Factor> factors) {
    return Barrier.awaited(partition, applied, down, factors);
  }

  /** Whether a replica holds what the new set must hold before it is read. */
  boolean isComplete(Standing standing) {
    return standing.complete();
  }

  /** Whether an owner that is left behind may forget what it holds. */
  boolean hasHandedOver(Standing standing) {
    return standing.handedOver();
  }
}

package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Whether enough nodes have applied a step of a move that nothing planned before it can end well
 * any more (docs/design/topology-change.md#barrier): a majority of the old set and one of the new,
 * for tenants of each factor, and all that are not marked down. A replica that has applied an epoch
 * refuses what is planned on lower ones, and has drained what it had begun under them.
 */
public final class Barrier {
  private Barrier() {}

  /**
   * The nodes that it waits for; empty if it has passed.
   *
   * @param applied the nodes that serve the partition at its present epoch
   * @param down nodes that are marked down
   * @param factors those that tenants have in it
   */
  public static List<NodeId> awaited(
      PartitionPlacement partition,
      Collection<NodeId> applied,
      Collection<NodeId> down,
      Collection<Factor> factors) {
    List<NodeId> awaited = new ArrayList<>();
    for (NodeId owner : partition.owners()) {
      boolean excused = down.contains(owner) && isMajorityWithout(partition, applied, factors);
      if (!applied.contains(owner) && !excused) {
        awaited.add(owner);
      }
    }
    return awaited;
  }

  /** Whether of each set that is in charge more than half have applied the epoch. */
  private static boolean isMajorityWithout(
      PartitionPlacement partition, Collection<NodeId> applied, Collection<Factor> factors) {
    for (Factor factor : factors) {
      if (!hasMajority(partition.ofList(factor), applied, partition)
          || (partition.isDual() && !hasMajority(partition.ofOther(factor), applied, partition))) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasMajority(
      List<NodeId> replicas, Collection<NodeId> applied, PartitionPlacement partition) {
    long counted =
        replicas.stream()
            .filter(node -> applied.contains(node) && !partition.filling().contains(node))
            .count();
    return counted > replicas.size() / 2;
  }
}

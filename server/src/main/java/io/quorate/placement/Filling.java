package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;

/**
 * From which replicas one that is being filled gets what it must hold, for the tenants of one
 * factor.
 *
 * <p>What was acknowledged lies on a majority of all N replicas, this one perhaps among them; it is
 * found on any majority of the other N - 1: the two add up to N + 1. So once this replica holds
 * what a majority of the others held, it may vote again, and no acknowledged write has a holder
 * less.
 *
 * <p>While the partition moves, this is about the set that it comes from, which every write meets
 * as long as two sets are in charge. A replica that is only of the other set has no part in that
 * set's majorities: it needs a majority of the whole of it.
 *
 * @param sources the other replicas that hold what they must, most preferred first
 * @param majority how many others must have been compared with for nothing to be lost
 */
public record Filling(List<NodeId> sources, int majority) {
  public Filling {
    sources = List.copyOf(sources);
  }

  /** Of one node. */
  public static Filling of(PartitionPlacement placement, Factor factor, NodeId node) {
    List<NodeId> others = new ArrayList<>(placement.ofList(factor));
    others.remove(node);
    int majority = others.size() / 2 + 1;
    others.removeAll(placement.filling());
    return new Filling(others, majority);
  }

  /** Whether all that was acknowledged can be had from the others. */
  public boolean losesNothing() {
    return sources.size() >= majority;
  }

  /**
   * How many of the sources must have been compared with: all that there are where an operator has
   * accepted that they are too few, and nowhere else are they.
   */
  public int needed() {
    return Math.min(majority, sources.size());
  }
}

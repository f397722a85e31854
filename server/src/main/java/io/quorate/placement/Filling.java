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
 * less. The same holds of the replicas of its region, for what was acknowledged at LOCAL_QUORUM
 * there (docs/design/regions.md#r4).
 *
 * <p>While the partition moves, this is about the set that it comes from, which every write meets
 * as long as two sets are in charge. A replica that is only of the other set has no part in that
 * set's majorities: it needs a majority of the whole of it.
 *
 * @param sources the other replicas that hold what they must, most preferred first
 * @param majorities how many others must have been compared with for nothing to be lost: of all,
 *     and of those in its region
 */
public record Filling(List<NodeId> sources, Quorum majorities) {
  public Filling {
    sources = List.copyOf(sources);
  }

  /** Of one node. */
  public static Filling of(PartitionPlacement placement, Factor factor, NodeId node) {
    Crossing crossing = Crossing.of(placement, factor);
    List<Quorum.Group> groups = new ArrayList<>();
    groups.add(others(placement, crossing.old(), "", node));
    if (crossing.oldRegions().isDivided()) {
      String region = crossing.oldRegions().of(node);
      List<NodeId> here = crossing.oldIn(region);
      if (!here.isEmpty()) {
        groups.add(others(placement, here, region, node));
      }
    }
    return new Filling(groups.getFirst().members(), new Quorum(groups));
  }

  private static Quorum.Group others(
      PartitionPlacement placement, List<NodeId> replicas, String region, NodeId node) {
    List<NodeId> others = new ArrayList<>(replicas);
    others.remove(node);
    int majority = others.size() / 2 + 1;
    return new Quorum.Group(placement.serving(others), majority, region);
  }

  /** Whether all that was acknowledged can be had from the others. */
  public boolean losesNothing() {
    return majorities.lost(List.of()).isEmpty();
  }

  /**
   * How many of the sources must have been compared with: all that there are where an operator has
   * accepted that they are too few, and nowhere else are they.
   */
  public Quorum needed() {
    return new Quorum(
        majorities.groups().stream()
            .map(
                group ->
                    new Quorum.Group(
                        group.members(),
                        Math.min(group.needed(), group.members().size()),
                        group.region()))
            .toList());
  }
}

package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a replica of the set that a partition goes to must be brought, for the tenants of one
 * factor, before that set is read (docs/design/topology-change.md#copy).
 *
 * <p>What was acknowledged before both sets were written to lies on a majority of the old one, and
 * is found on any majority of it. So a replica that was compared with that many holds it; one that
 * was of the old set itself counts as one of them. It is not enough to copy to replicas that
 * arrive: those that stay may be a majority that missed it (docs/design/topology-change.md#f4).
 *
 * <p>What was acknowledged at LOCAL_QUORUM lies on a majority of a region's replicas, which may be
 * few of all. So where the replicas of a region change, each of its new ones is compared with a
 * majority of its old ones, too; and where a region has no replicas any more, each replica of the
 * new set is (docs/design/regions.md#r4).
 *
 * <p>Replicas of a region that does not change need not be compared, if the new set is not smaller:
 * all of the regions that change hold what was acknowledged, so there are as many holders as
 * before. So a region that is away neither holds up the others nor counts as empty afterwards.
 *
 * @param needed the groups of the old set with which it must have been compared: of those that hold
 *     what they must, most preferred first
 * @param arrives whether it was not of the old set, and so holds nothing to begin with
 */
public record Copying(Quorum needed, boolean arrives) {

  /**
   * Of one node; null if nothing is to be brought to it, since its set does not change now, or the
   * replicas of its region do not and there are as many as before.
   */
  public static @Nullable Copying of(PartitionPlacement placement, Factor factor, NodeId node) {
    Move move = placement.move();
    if (move == null
        || move.step() != Move.Step.DUAL_WRITE
        || !(placement.stage(factor) instanceof Stage.Moving sets)
        || !sets.next().contains(node)) {
      return null;
    }
    Crossing crossing = Crossing.of(placement, factor);
    if (crossing.isSpared(node)) {
      return null;
    }
    List<Quorum.Group> groups = new ArrayList<>();
    groups.add(group(placement, sets.old(), Level.QUORUM.required(sets.old().size()), "", node));
    SortedMap<String, List<NodeId>> before = crossing.oldRegions().divide(sets.old());
    SortedMap<String, List<NodeId>> after = crossing.nextRegions().divide(sets.next());
    String own = crossing.nextRegions().of(node);
    for (Map.Entry<String, List<NodeId>> each : before.entrySet()) {
      String region = each.getKey();
      boolean ofOwn = region.equals(own) && crossing.changing().contains(region);
      if (ofOwn || !after.containsKey(region)) {
        List<NodeId> old = each.getValue();
        int majority = Barrier.majorityLeft(old, placement.serving(old));
        groups.add(group(placement, old, majority, region, node));
      }
    }
    return new Copying(new Quorum(groups), !sets.old().contains(node));
  }

  /** So many of some old replicas; of the others fewer by one if this node counts itself. */
  private static Quorum.Group group(
      PartitionPlacement placement, List<NodeId> old, int majority, String region, NodeId node) {
    List<NodeId> others = new ArrayList<>(placement.serving(old));
    boolean counts = others.remove(node);
    return new Quorum.Group(others, counts ? majority - 1 : majority, region);
  }

  /** The old replicas that it may be compared with, most preferred first. */
  public List<NodeId> sources() {
    Set<NodeId> sources = new LinkedHashSet<>();
    needed.groups().forEach(group -> sources.addAll(group.members()));
    return List.copyOf(sources);
  }
}

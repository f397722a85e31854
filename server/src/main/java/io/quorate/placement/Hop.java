package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One move on the way from a preference list to another that may be far away. Fewer than a majority
 * of a tenant's replicas are exchanged at a time (one of three, two of five): then the replicas
 * that stay serve both sets, and reads and writes go on with a minority down
 * (docs/design/placement.md#hops). Replicas that are more or fewer afterwards, since the factor is
 * altered, are not counted: with the same list one set is within the other, and whatever minority
 * of the smaller one is down, a majority of each is up.
 */
public final class Hop {
  private Hop() {}

  /**
   * The list to move to next; {@code target} itself once that is near enough.
   *
   * @param factors those that tenants have, and will have then; others have no effect
   */
  public static List<NodeId> toward(
      List<NodeId> from, List<NodeId> target, Collection<Factor> factors) {
    List<NodeId> reached = from;
    for (int place = 0; place < target.size(); place++) {
      List<NodeId> further = settled(reached, target, place);
      if (!isNear(from, further, factors)) {
        return reached;
      }
      reached = further;
    }
    return target;
  }

  /**
   * The list with the target's entry at {@code place}, given that it has all those before. At each
   * length it may be cut to, at most one node comes and one goes.
   */
  private static List<NodeId> settled(List<NodeId> list, List<NodeId> target, int place) {
    NodeId node = target.get(place);
    List<NodeId> next = new ArrayList<>(list);
    if (!next.remove(node)) {
      next.stream().filter(each -> !target.contains(each)).findFirst().ifPresent(next::remove);
    }
    next.add(place, node);
    return next;
  }

  /** Whether so few replicas change, for each factor, that it may be done at once. */
  static boolean isNear(List<NodeId> from, List<NodeId> to, Collection<Factor> factors) {
    for (Factor factor : factors) {
      List<NodeId> before = PartitionPlacement.prefix(from, factor.from());
      List<NodeId> after = PartitionPlacement.prefix(to, factor.to());
      int smaller = Math.min(before.size(), after.size());
      long staying = after.stream().filter(before::contains).count();
      if (smaller - staying > Math.max(1, (smaller - 1) / 2)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the replicas of every factor are the same in both lists. */
  public static boolean isSameSets(
      List<NodeId> one, List<NodeId> other, Collection<Factor> factors) {
    for (Factor factor : factors) {
      List<NodeId> first = PartitionPlacement.prefix(one, factor.from());
      List<NodeId> second = PartitionPlacement.prefix(other, factor.to());
      if (first.size() != second.size() || !first.containsAll(second)) {
        return false;
      }
    }
    return true;
  }
}

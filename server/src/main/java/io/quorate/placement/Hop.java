package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

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
    List<NodeId> stop = from;
    for (int place = 0; place < target.size(); place++) {
      List<NodeId> further = settled(reached, target, place, regions(factors));
      boolean whole = isLongEnough(further, factors);
      if (!isNear(from, further, factors) && (!stop.equals(from) || whole)) {
        // Where no list on the way has all that tenants need, the first that has is the next one;
        // and so is the first at all where one entry gives way to one of another region, so that
        // replicas of both regions change.
        return stop.equals(from) ? further : stop;
      }
      reached = further;
      stop = whole ? further : stop;
    }
    return target;
  }

  /** By which nodes are exchanged within their region, if any tenant needs that. */
  private static Regions regions(Collection<Factor> factors) {
    return factors.stream()
        .map(Factor::regions)
        .filter(Regions::isDivided)
        .findFirst()
        .orElse(Regions.UNDIVIDED);
  }

  /**
   * Whether tenants of every factor have all their replicas in a list, once it has been reached.
   */
  private static boolean isLongEnough(List<NodeId> list, Collection<Factor> factors) {
    return factors.stream()
        .allMatch(each -> !each.to().isByRegion() || each.to().fits(list, each.regions()));
  }

  /**
   * The list with the target's entry at {@code place}, given that it has all those before. At each
   * length it may be cut to, at most one node comes and one goes: one of the same region, if that
   * can be.
   */
  private static List<NodeId> settled(
      List<NodeId> list, List<NodeId> target, int place, Regions regions) {
    NodeId node = target.get(place);
    List<NodeId> next = new ArrayList<>(list);
    if (!next.remove(node)) {
      List<NodeId> going = next.stream().filter(each -> !target.contains(each)).toList();
      going.stream()
          .filter(each -> regions.of(each).equals(regions.of(node)))
          .findFirst()
          .or(() -> going.stream().findFirst())
          .ifPresent(next::remove);
    }
    next.add(place, node);
    return next;
  }

  /**
   * Whether so few replicas change, for each factor and within each region of it, that it may be
   * done at once. An alteration of a factor by region is done at once, however many it changes:
   * lists half-way have the replicas of neither factor.
   */
  static boolean isNear(List<NodeId> from, List<NodeId> to, Collection<Factor> factors) {
    for (Factor factor : factors) {
      if (factor.isAltered() && factor.isByRegion()) {
        continue;
      }
      List<NodeId> before = factor.before(from);
      List<NodeId> after = factor.after(to);
      if (!isNear(before, after)) {
        return false;
      }
      if (factor.from().isByRegion()) {
        SortedMap<String, List<NodeId>> had = factor.regions().divide(before);
        for (Map.Entry<String, List<NodeId>> has : factor.regions().divide(after).entrySet()) {
          if (!isNear(had.getOrDefault(has.getKey(), List.of()), has.getValue())) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static boolean isNear(List<NodeId> before, List<NodeId> after) {
    int smaller = Math.min(before.size(), after.size());
    long staying = after.stream().filter(before::contains).count();
    return smaller - staying <= Math.max(1, (smaller - 1) / 2);
  }

  /** Whether the replicas of every factor are the same in both lists. */
  public static boolean isSameSets(
      List<NodeId> one, List<NodeId> other, Collection<Factor> factors) {
    for (Factor factor : factors) {
      List<NodeId> first = factor.before(one);
      List<NodeId> second = factor.after(other);
      if (first.size() != second.size() || !first.containsAll(second)) {
        return false;
      }
    }
    return true;
  }
}

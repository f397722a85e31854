package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Whether enough nodes have applied a step of a move that nothing planned before it can end well
 * any more (docs/design/topology-change.md#barrier): a majority of the old set and one of the new,
 * for tenants of each factor, and all that are not marked down. A replica that has applied an epoch
 * refuses what is planned on lower ones, and has drained what it had begun under them.
 *
 * <p>In a region whose replicas change it takes a majority of these as well, of the old ones and of
 * the new ones (docs/design/regions.md#r3): a region that is cut off, and alive, would else go on
 * to acknowledge at LOCAL_QUORUM what the new set never sees.
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
    boolean excuses = true;
    for (Factor factor : factors) {
      excuses &= hasPassed(partition, factor, applied);
    }
    List<NodeId> awaited = new ArrayList<>();
    for (NodeId owner : partition.owners()) {
      boolean excused = down.contains(owner) && excuses;
      if (!applied.contains(owner) && !excused) {
        awaited.add(owner);
      }
    }
    return awaited;
  }

  /**
   * Whether a move to another set can pass its barriers, should those that are heard apply each
   * step.
   *
   * @param old the replicas that tenants of this factor have
   * @param next those that they are to have
   * @param filling those that do not hold what they must: so are replicas that were given up
   */
  public static boolean canPass(
      Factor factor,
      List<NodeId> old,
      List<NodeId> next,
      Collection<NodeId> heard,
      Collection<NodeId> filling) {
    return new Quorum(toCross(factor, old, next, filling)).isReachedBy(heard);
  }

  /**
   * Why a move cannot pass its barriers, should those that are heard apply each step: the nodes
   * that are not heard of each group of which too few are. None of groups of which enough are,
   * though some of them may be silent, too.
   */
  public static Set<NodeId> lacking(
      Factor factor,
      List<NodeId> old,
      List<NodeId> next,
      Collection<NodeId> heard,
      Collection<NodeId> filling) {
    Set<NodeId> lacking = new TreeSet<>();
    for (Quorum.Group group : toCross(factor, old, next, filling)) {
      if (!new Quorum(List.of(group)).isReachedBy(heard)) {
        lacking.addAll(group.members());
      }
    }
    lacking.removeAll(heard);
    return lacking;
  }

  /** The nodes that must apply each step of a move from one set to another. */
  private static List<Quorum.Group> toCross(
      Factor factor, List<NodeId> old, List<NodeId> next, Collection<NodeId> filling) {
    Crossing crossing = new Crossing(old, next, factor.regionsBefore(), factor.regionsAfter());
    UnaryOperator<List<NodeId>> full =
        replicas -> replicas.stream().filter(node -> !filling.contains(node)).toList();
    List<Quorum.Group> groups = new ArrayList<>();
    groups.add(new Quorum.Group(old, Level.QUORUM.required(old.size())));
    groups.add(new Quorum.Group(next, Level.QUORUM.required(next.size())));
    groups.addAll(changing(crossing, full));
    return groups;
  }

  /**
   * Whether a move to another set can pass its barriers with a node, once that holds what it must,
   * and not without it, should all others be heard.
   */
  public static boolean canPassOnlyWith(
      NodeId node, Factor factor, List<NodeId> old, List<NodeId> next, Collection<NodeId> filling) {
    Set<NodeId> all = new TreeSet<>(old);
    all.addAll(next);
    Set<NodeId> others = new TreeSet<>(all);
    others.remove(node);
    Set<NodeId> fillingBeside = new TreeSet<>(filling);
    fillingBeside.remove(node);
    return canPass(factor, old, next, all, fillingBeside)
        && !canPass(factor, old, next, others, filling);
  }

  /**
   * Whether the barriers of a partition wait for one of its replicas, or for what takes its place,
   * whichever others are up: they pass with it, once it holds what it must, and not without it.
   * Where half of the replicas is not enough, as one of two, they do. Of where the partition is
   * now, and of where it goes while it is on the move. They pass or not whatever becomes of a node
   * that is no replica in either, but further back in the list, say, or left behind.
   */
  public static boolean waitsFor(PartitionPlacement partition, Factor factor, NodeId node) {
    List<NodeId> others = new ArrayList<>(partition.owners());
    others.remove(node);
    return hasPassed(partition.filled(node), factor, partition.owners())
        && !hasPassed(partition, factor, others);
  }

  /** Whether of each group that must have applied the epoch enough have, for one factor. */
  static boolean hasPassed(
      PartitionPlacement partition, Factor factor, Collection<NodeId> applied) {
    return new Quorum(groups(Crossing.of(partition, factor), partition::serving))
        .isReachedBy(applied);
  }

  /**
   * The nodes that must have applied the epoch. Marks of nodes that are down excuse none of them.
   *
   * @param full leaves out replicas that do not hold what they must, and so count for nothing
   */
  private static List<Quorum.Group> groups(Crossing crossing, UnaryOperator<List<NodeId>> full) {
    List<Quorum.Group> groups = new ArrayList<>();
    for (List<NodeId> set : List.of(crossing.old(), crossing.next())) {
      groups.add(new Quorum.Group(full.apply(set), Level.QUORUM.required(set.size())));
    }
    groups.addAll(changing(crossing, full));
    return groups;
  }

  /** Of each region whose replicas change a majority of the old ones, and of the new ones. */
  private static List<Quorum.Group> changing(Crossing crossing, UnaryOperator<List<NodeId>> full) {
    List<Quorum.Group> groups = new ArrayList<>();
    for (String region : crossing.changing()) {
      for (List<NodeId> here : List.of(crossing.oldIn(region), crossing.nextIn(region))) {
        List<NodeId> counting = full.apply(here);
        groups.add(new Quorum.Group(counting, majorityLeft(here, counting), region));
      }
    }
    return groups;
  }

  /**
   * A majority of a region's replicas, or all that hold what they must: an operator may have given
   * up the others, which are filled from elsewhere if they ever come back, and count no more.
   */
  public static int majorityLeft(List<NodeId> replicas, List<NodeId> full) {
    return Math.min(Level.QUORUM.required(replicas.size()), full.size());
  }
}

package io.quorate.migration;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.cluster.NextHop;
import io.quorate.model.NodeId;
import io.quorate.placement.Barrier;
import io.quorate.placement.Factor;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions set out next: first those that have lost a replica, then those that a node is to
 * leave; and among equals those whose nodes have the least to do.
 */
final class StartOrder {
  private final ClusterState state;
  private final Set<NodeId> unheard;
  private final Set<Replication> replications;
  private final Regions regions;

  /** By node: moves in which it is sent a replica, and those in which it has one. */
  private final Map<NodeId, Integer> receiving = new TreeMap<>();

  private final Map<NodeId, Integer> giving = new TreeMap<>();

  /** By node that is not heard: partitions that could not get anywhere without it. */
  private final Map<NodeId, Integer> lacking = new TreeMap<>();

  private record Candidate(
      int partition, int urgency, List<NodeId> arriving, List<NodeId> sources) {}

  /**
   * @param unheard nodes that are marked down, or silent
   * @param underWay those on the ladder already
   */
  StartOrder(ClusterState state, Set<NodeId> unheard, Collection<PartitionMove> underWay) {
    this.state = state;
    this.unheard = unheard;
    this.replications = state.replications();
    this.regions = state.regions();
    underWay.forEach(climb -> count(climb.arriving(replications, regions), climb.sources()));
  }

  private void count(List<NodeId> arriving, List<NodeId> sources) {
    arriving.forEach(node -> receiving.merge(node, 1, Integer::sum));
    sources.forEach(node -> giving.merge(node, 1, Integer::sum));
  }

  /**
   * Chooses up to this many partitions. Those that could not get anywhere now are left for later.
   */
  List<Integer> choose(int most) {
    List<Candidate> candidates = new ArrayList<>();
    for (int partition : state.awaitingMove()) {
      PartitionPlacement placement = state.partitions().get(partition);
      if (placement.move() == null) {
        NextHop hop = NextHop.of(placement, state.goal(partition), replications, state);
        if (hop.isSomewhereElse(placement)) { // or it has to have a longer list first
          Set<NodeId> without = without(placement, hop);
          if (without == null) {
            candidates.add(candidate(partition, placement, hop));
          } else {
            without.forEach(node -> lacking.merge(node, 1, Integer::sum));
          }
        }
      }
    }
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < most && !candidates.isEmpty()) {
      Candidate next = candidates.stream().min(order()).orElseThrow();
      candidates.remove(next);
      chosen.add(next.partition());
      count(next.arriving(), next.sources());
    }
    return chosen;
  }

  /** In a stable order, by all that matters and then by number. */
  private Comparator<Candidate> order() {
    return Comparator.comparingInt(Candidate::urgency)
        .thenComparingInt(each -> most(receiving, each.arriving()))
        .thenComparingInt(each -> most(giving, each.sources()))
        .thenComparingInt(Candidate::partition);
  }

  private static int most(Map<NodeId, Integer> load, List<NodeId> nodes) {
    return nodes.stream().mapToInt(node -> load.getOrDefault(node, 0)).max().orElse(0);
  }

  /** As of the last choice: nodes that are not heard, and how many partitions wait for each. */
  Map<NodeId, Integer> lacking() {
    return lacking;
  }

  /**
   * A move needs a majority of both sets, and the nodes that arrive must be up for the copy.
   *
   * @return null if it has these; else the nodes that are not heard and that it lacks. None where
   *     it lacks replicas that hold what they must
   */
  private @Nullable Set<NodeId> without(PartitionPlacement placement, NextHop hop) {
    Set<NodeId> without = null;
    for (Factor factor : hop.factors()) {
      List<NodeId> before = factor.before(placement.preferenceList());
      List<NodeId> after = factor.after(hop.list());
      List<NodeId> heard = new ArrayList<>(before);
      heard.addAll(after);
      heard.removeAll(unheard);
      List<NodeId> absent =
          after.stream().filter(node -> !before.contains(node) && !heard.contains(node)).toList();
      boolean passes = Barrier.canPass(factor, before, after, heard, placement.filling());
      if (!absent.isEmpty() || !passes) {
        without = without == null ? new TreeSet<>() : without;
        without.addAll(absent);
        without.addAll(Barrier.lacking(factor, before, after, heard, placement.filling()));
      }
    }
    return without;
  }

  private Candidate candidate(int partition, PartitionPlacement placement, NextHop hop) {
    List<NodeId> list = placement.preferenceList();
    List<NodeId> arriving = PartitionMove.arriving(list, hop.list(), hop.factors());
    List<NodeId> replicas =
        hop.factors().stream().flatMap(factor -> factor.before(list).stream()).distinct().toList();
    int urgency =
        replicas.stream().anyMatch(unheard::contains)
            ? 0
            : replicas.stream().anyMatch(this::isLeaving) ? 1 : 2;
    return new Candidate(partition, urgency, arriving, replicas);
  }

  private boolean isLeaving(NodeId node) {
    Member member = state.members().get(node);
    return member == null || !member.isToOwn();
  }
}

package io.quorate.placement.planner;

import io.quorate.model.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes where partitions should live: preference lists that are spread over zones and regions,
 * load nodes by weight at every length a list may be cut to, and move as few replicas as that
 * allows.
 *
 * <p>The spread comes first, then the load within it, as near as whole replicas can be to the fair
 * shares, and among all that satisfies both, what is there stays. A list is filled place by place,
 * so that each prefix is settled before the longer ones, and a replica that stays keeps its place.
 *
 * <p>The spread is always as good as the nodes allow. Bounds of the rest, at every length a list
 * may be cut to: a node has at most 1.1 times its fair share, or that share rounded up where it is
 * so small that whole replicas allow no better. In lopsided small clusters (zones of one node
 * beside zones of five) a node may have up to a tenth more than that; {@link Plan#unevenness}
 * tells. A node that comes or goes moves its own replicas and hardly any others: at most a tenth
 * more in clusters of 200 nodes and more, and in 97 of 100 smaller ones of any shape; where whole
 * lists and several lengths leave no other way, up to half as many again.
 *
 * <p>Pure and deterministic: the same nodes, in any order, and the same current lists give the same
 * plan, on every node.
 */
public final class Planner {
  /** Longest preference list that is planned for. */
  public static final int LIST_LENGTH_MAX = 7;

  private Planner() {}

  /**
   * Plans preference lists of one length for all partitions.
   *
   * @param nodes that may have replicas; those in {@code current} and not in here lose theirs
   * @param partitions how many there are
   * @param listLength entries of each list: the largest replication factor that is to be possible;
   *     at most the number of nodes, and 7
   * @param current the lists as they are, by partition; empty when there are none yet
   * @throws IllegalArgumentException if the numbers do not fit each other
   */
  public static Plan plan(
      List<PlannerNode> nodes, int partitions, int listLength, List<List<NodeId>> current) {
    check(partitions >= 1, "no partitions");
    int lengthMax = Math.min(LIST_LENGTH_MAX, nodes.size());
    check(
        listLength >= 1 && listLength <= lengthMax,
        "lists of " + listLength + " nodes of " + nodes.size() + ": give 1 to " + lengthMax);
    check(
        current.isEmpty() || current.size() == partitions,
        current.size() + " lists for " + partitions + " partitions");
    PlannerTopology topology = new PlannerTopology(nodes, listLength);
    FairShares shares = new FairShares(topology, listLength);
    SpreadRule rule = new SpreadRule(topology, shares, listLength);
    Quotas quotas = new Quotas(topology, shares, partitions, listLength);
    int[][] before = numbered(topology, partitions, listLength, current);
    Outlook outlook = new Outlook(topology.size(), listLength, before);
    int[][] lists = new int[partitions][listLength];
    int[] settled = new int[topology.size()];
    for (int column = 0; column < listLength; column++) {
      new ColumnFiller(topology, rule, outlook, lists, before, column).fill(quotas, settled);
    }
    return Plan.of(topology, shares, named(topology, lists), current);
  }

  private static void check(boolean fact, String otherwise) {
    if (!fact) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** The current lists in the topology's numbers. */
  private static int[][] numbered(
      PlannerTopology topology, int partitions, int listLength, List<List<NodeId>> current) {
    Map<NodeId, Integer> numbers = new HashMap<>();
    for (int node = 0; node < topology.size(); node++) {
      Integer twin = numbers.put(topology.nodes.get(node).id(), node);
      check(twin == null, "two nodes have the id " + topology.nodes.get(node).id());
    }
    int[][] lists = new int[partitions][listLength];
    for (int[] list : lists) {
      Arrays.fill(list, ColumnFiller.MISSING);
    }
    for (int partition = 0; partition < current.size(); partition++) {
      List<NodeId> list = current.get(partition);
      Set<NodeId> seen = new HashSet<>();
      for (int place = 0; place < list.size(); place++) {
        check(seen.add(list.get(place)), "partition " + partition + " has a node twice: " + list);
        if (place < listLength) {
          lists[partition][place] = numbers.getOrDefault(list.get(place), ColumnFiller.NOBODY);
        }
      }
    }
    return lists;
  }

  private static List<List<NodeId>> named(PlannerTopology topology, int[][] lists) {
    return Arrays.stream(lists)
        .map(list -> Arrays.stream(list).mapToObj(node -> topology.nodes.get(node).id()).toList())
        .toList();
  }
}

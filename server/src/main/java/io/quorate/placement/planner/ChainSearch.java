package io.quorate.placement.planner;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Finds how a list gets a node, or a node gets rid of a list, such that the fewest replicas move:
 * somebody takes the list and passes another one on, and so forth, until one takes a list who is
 * short of it. The augmenting path of bipartite matching, the cheapest first (Dijkstra).
 *
 * <p>The cost of passing a list on is what {@link MoveCosts} says that it moves more than now. A
 * choice that would move less than the one made before counts as free; so the path is not always
 * the very cheapest.
 */
final class ChainSearch {
  private final PlannerTopology topology;
  private final SpreadRule rule;
  private final MoveCosts costs;
  private final int[][] lists;
  private final int[][] current;
  private final int column;
  private final RowSets rowsOf;

  /** Nodes from which no node that is short can be reached. */
  private final boolean[] hopeless;

  private final boolean[] visited;
  private final int[] distance;
  private final int[] reachedBy;
  private final PriorityQueue<Reached> queue =
      new PriorityQueue<>(Comparator.comparingInt(Reached::cost).thenComparingInt(Reached::order));

  private record Reached(int cost, int order, int node) {}

  private int reached;

  /**
   * @param lists settled in the places before {@code column}
   * @param current the lists as they were
   * @param rowsOf by node: lists in which it has this place for now
   */
  ChainSearch(
      PlannerTopology topology,
      SpreadRule rule,
      int[][] lists,
      int[][] current,
      int column,
      RowSets rowsOf) {
    this.topology = topology;
    this.rule = rule;
    this.costs = new MoveCosts(topology, current[0].length);
    this.lists = lists;
    this.current = current;
    this.column = column;
    this.rowsOf = rowsOf;
    hopeless = new boolean[topology.size()];
    visited = new boolean[topology.size()];
    distance = new int[topology.size()];
    reachedBy = new int[topology.size()];
  }

  /** Forgets which nodes reached none: others are short now. */
  void startOver() {
    Arrays.fill(hopeless, false);
  }

  /**
   * Searches for a node to take a list that no node has.
   *
   * @param shortOf by node: lists that it is short of
   * @return the last of the chain, which is short, or {@link ColumnFiller#NOBODY}
   */
  int forList(int row, int[] shortOf) {
    begin();
    reach(row, 0);
    return search(ColumnFiller.NOBODY, shortOf);
  }

  /** Searches for a node to take any list of another; gives the same as {@link #forList}. */
  int forNode(int node, int[] shortOf) {
    if (hopeless[node]) {
      return ColumnFiller.NOBODY;
    }
    begin();
    enqueue(node, 0, ColumnFiller.NOBODY);
    return search(node, shortOf);
  }

  /** The list by which the chain that was found last reached a node. */
  int listFor(int node) {
    return reachedBy[node];
  }

  private void begin() {
    queue.clear();
    reached = 0;
    System.arraycopy(hopeless, 0, visited, 0, visited.length);
    Arrays.fill(distance, Integer.MAX_VALUE);
  }

  private int search(int from, int[] shortOf) {
    while (!queue.isEmpty()) {
      Reached next = queue.remove();
      int node = next.node;
      if (visited[node]) {
        continue;
      }
      if (shortOf[node] > 0 && node != from) {
        return node;
      }
      visited[node] = true;
      for (int i = 0; i < rowsOf.size(node); i++) {
        reach(rowsOf.get(node, i), next.cost);
      }
    }
    // A node that this search reached reaches no node that is short, and no later chain
    // changes that.
    System.arraycopy(visited, 0, hopeless, 0, visited.length);
    return ColumnFiller.NOBODY;
  }

  /** Reaches all nodes that could have the list. */
  private void reach(int row, int cost) {
    rule.lookAt(lists[row], column, current[row]);
    costs.lookAt(lists[row], current[row], column);
    int holder = lists[row][column];
    int now = holder == ColumnFiller.NOBODY ? 0 : costs.of(holder);
    for (int zone = 0; zone < topology.zones(); zone++) {
      if (!rule.zoneFits(zone, false)) {
        continue;
      }
      int asNewcomer = cost + Math.max(0, costs.ofNewcomer(zone) - now);
      for (int node : topology.nodesOfZone[zone]) {
        if (!visited[node] && distance[node] > cost && rule.nodeFits(node, false)) {
          boolean member = costs.isMember(node);
          enqueue(node, member ? cost + Math.max(0, costs.of(node) - now) : asNewcomer, row);
        }
      }
    }
  }

  private void enqueue(int node, int cost, int row) {
    if (cost < distance[node]) {
      distance[node] = cost;
      reachedBy[node] = row;
      queue.add(new Reached(cost, reached++, node));
    }
  }
}

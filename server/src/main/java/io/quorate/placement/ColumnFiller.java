package io.quorate.placement;

import java.util.Arrays;

/**
 * Fills one place of all preference lists, say the second of each, so that each node gets its quota
 * and as many as possible keep who they have.
 *
 * <p>Everybody keeps first; then what is free, and what a node has beyond its quota, goes to who is
 * short of it. Where no list fits directly, a chain of lists is moved up one by one: the augmenting
 * path of bipartite matching, found breadth first and so the shortest.
 */
final class ColumnFiller {
  /** In current lists: who was here is gone. */
  static final int NOBODY = -1;

  /** In current lists: there was no such place. */
  static final int MISSING = -2;

  /** How a list gets to another node, from what costs least to what costs most. */
  private enum Way {
    /** One that lost another place of this list gets this one: nothing has to be sent. */
    RETURN,
    /** One that is not in the list, and beside whom all who come later can stay. */
    ARRIVE,
    /** One that comes later in the list moves up, and leaves a gap there. */
    PROMOTE,
    /** One beside whom somebody who comes later cannot stay. */
    ANYHOW
  }

  private final PlannerTopology topology;
  private final SpreadRule rule;
  private final Outlook outlook;
  private final int[][] lists;
  private final int[][] current;
  private final int column;

  /** By node: lists that it shall get in this column less those that it has. */
  private final int[] shortOf;

  private final int[] shortOfInZone;

  /** By node: what it shall get in this column; the measure of how short it is. */
  private final int[] wanted;

  private final int[] wantedInZone;

  private final RowSets rowsOf;
  private final boolean[] tried;

  // One search for a chain.
  private final boolean[] visited;
  private final boolean[] hopeless;
  private final int[] unvisitedInZone;
  private final int[] reachedBy;
  private final int[] queue;
  private int queued;

  /**
   * @param lists what is settled in shorter columns; this one is filled in
   * @param current what was there before, or -1 where that is gone
   */
  ColumnFiller(
      PlannerTopology topology,
      SpreadRule rule,
      Outlook outlook,
      int[][] lists,
      int[][] current,
      int column) {
    this.outlook = outlook;
    this.topology = topology;
    this.rule = rule;
    this.lists = lists;
    this.current = current;
    this.column = column;
    shortOf = new int[topology.size()];
    wanted = new int[topology.size()];
    shortOfInZone = new int[topology.zones()];
    wantedInZone = new int[topology.zones()];
    rowsOf = new RowSets(topology.size(), lists.length);
    tried = new boolean[topology.zones()];
    visited = new boolean[topology.size()];
    hopeless = new boolean[topology.size()];
    unvisitedInZone = new int[topology.zones()];
    reachedBy = new int[topology.size()];
    queue = new int[topology.size()];
  }

  /**
   * @param settled by node: how many of the shorter prefixes it is in; counted on
   */
  void fill(Quotas quotas, int[] settled) {
    int[] order = Mix.order(lists.length, column);
    int[] have = settled.clone();
    for (int row : order) {
      lists[row][column] = NOBODY;
      int node = current[row][column];
      if (node >= 0 && mayKeep(row, node)) {
        lists[row][column] = node;
        rowsOf.add(node, row);
        have[node]++;
      } else if (node >= 0 && !rule.isSettled(node)) {
        outlook.onLost(column, node);
      }
    }
    replaceTheGone(order, quotas, settled, have);
    aim(quotas.divide(column + 1, settled, have), settled, have);
    settle(order);
    for (int[] list : lists) {
      settled[list[column]]++;
    }
  }

  /**
   * Replaces who is gone by whoever fits and has room at every length: taking the one who is
   * furthest below the fair share instead may drag others of the list along.
   */
  private void replaceTheGone(int[] order, Quotas quotas, int[] settled, int[] have) {
    int[] most = new int[topology.size()];
    for (int node = 0; node < most.length; node++) {
      most[node] = have[node] + quotas.room(column + 1, node, outlook);
    }
    aim(most, settled, have);
    for (int row : order) {
      boolean gone = lists[row][column] == NOBODY && current[row][column] != MISSING;
      if (gone && (giveDirectly(row, Way.RETURN) || giveDirectly(row, Way.ARRIVE))) {
        have[lists[row][column]]++;
      }
    }
  }

  /** Sets what each node shall get. */
  private void aim(int[] quota, int[] settled, int[] have) {
    Arrays.fill(wantedInZone, 0);
    for (int node = 0; node < shortOf.length; node++) {
      wanted[node] = quota[node] - settled[node];
      wantedInZone[topology.zoneOf[node]] += wanted[node];
      addShort(node, quota[node] - have[node] - shortOf[node]);
    }
  }

  private boolean mayKeep(int row, int node) {
    rule.lookAt(lists[row], column, current[row]);
    return rule.zoneFits(topology.zoneOf[node], false) && rule.nodeFits(node, false);
  }

  /** Gives away what is free and what is too much, the ways that move least first. */
  private void settle(int[] order) {
    for (Way way : Way.values()) {
      for (int row : order) {
        if (lists[row][column] == NOBODY) {
          giveDirectly(row, way);
        }
      }
      for (int node = 0; node < shortOf.length; node++) {
        for (int i = rowsOf.size(node) - 1; i >= 0 && shortOf[node] < 0; i--) {
          giveDirectly(rowsOf.get(node, i), way);
        }
      }
    }
    giveByChains(order, true);
    giveByChains(order, false);
    for (int row : order) {
      if (lists[row][column] == NOBODY) {
        give(row, anyoneFor(row));
      }
    }
  }

  private void giveByChains(int[] order, boolean keepingLater) {
    Arrays.fill(hopeless, false);
    for (int row : order) {
      if (lists[row][column] == NOBODY) {
        giveByChain(NOBODY, row, keepingLater);
      }
    }
    for (int node = 0; node < shortOf.length; node++) {
      boolean found = true;
      while (found && shortOf[node] < 0) {
        found = giveByChain(node, NOBODY, keepingLater);
      }
    }
  }

  /** Gives a list to whoever is shortest of one and fits; false if nobody is and does. */
  private boolean giveDirectly(int row, Way way) {
    rule.lookAt(lists[row], column, current[row]);
    int node =
        switch (way) {
          case RETURN -> shortestOf(row, 0, column + 1);
          case ARRIVE -> shortestAnywhere(row, true);
          case PROMOTE -> shortestOf(row, column + 1, current[row].length);
          case ANYHOW -> shortestAnywhere(row, false);
        };
    if (node != NOBODY) {
      give(row, node);
    }
    return node != NOBODY;
  }

  /** Of those that were in the list, between two places. */
  private int shortestOf(int row, int from, int to) {
    int best = NOBODY;
    for (int place = from; place < to; place++) {
      int node = current[row][place];
      if (node >= 0
          && shortOf[node] > 0
          && (best == NOBODY || shortOf[node] > shortOf[best])
          && rule.promotionFits(node)) {
        best = node;
      }
    }
    return best;
  }

  private int shortestAnywhere(int row, boolean keepingLater) {
    Arrays.fill(tried, false);
    int node = NOBODY;
    int zone = shortestZone(row, keepingLater);
    while (zone != NOBODY && node == NOBODY) {
      tried[zone] = true;
      node = shortestIn(zone, row, keepingLater);
      zone = node == NOBODY ? shortestZone(row, keepingLater) : zone;
    }
    return node;
  }

  private int shortestZone(int row, boolean keepingLater) {
    int best = NOBODY;
    double bestNeed = 0;
    long bestTie = 0;
    for (int zone = 0; zone < tried.length; zone++) {
      if (tried[zone] || shortOfInZone[zone] == 0) {
        continue;
      }
      double need = (double) shortOfInZone[zone] / Math.max(1, wantedInZone[zone]);
      long tie = Mix.of(row, zone);
      if ((need > bestNeed || (need == bestNeed && tie > bestTie))
          && rule.zoneFits(zone, keepingLater)) {
        best = zone;
        bestNeed = need;
        bestTie = tie;
      }
    }
    return best;
  }

  private int shortestIn(int zone, int row, boolean keepingLater) {
    int best = NOBODY;
    double bestNeed = 0;
    long bestTie = Long.MIN_VALUE;
    for (int node : topology.nodesOfZone[zone]) {
      if (shortOf[node] <= 0) {
        continue;
      }
      double need = (double) shortOf[node] / Math.max(1, wanted[node]);
      long tie = Mix.of(row, node);
      if ((need > bestNeed || (need == bestNeed && tie > bestTie))
          && rule.nodeFits(node, keepingLater)) {
        best = node;
        bestNeed = need;
        bestTie = tie;
      }
    }
    return best;
  }

  /**
   * Frees a node of one list, or finds a node for a free list, by passing lists on.
   *
   * @param from who passes the first list on, or nobody if that is {@code freeRow}
   */
  private boolean giveByChain(int from, int freeRow, boolean keepingLater) {
    if (from != NOBODY && hopeless[from]) {
      return false;
    }
    System.arraycopy(hopeless, 0, visited, 0, visited.length);
    for (int zone = 0; zone < unvisitedInZone.length; zone++) {
      unvisitedInZone[zone] = 0;
      for (int node : topology.nodesOfZone[zone]) {
        unvisitedInZone[zone] += visited[node] ? 0 : 1;
      }
    }
    queued = 0;
    int last = NOBODY;
    if (from == NOBODY) {
      last = passOn(freeRow, keepingLater);
    } else {
      visited[from] = true;
      unvisitedInZone[topology.zoneOf[from]]--;
      last = passOnAll(from, keepingLater);
    }
    for (int next = 0; next < queued && last == NOBODY; next++) {
      last = passOnAll(queue[next], keepingLater);
    }
    if (last == NOBODY) {
      // Whoever this search reached reaches nobody who is short, and no later chain changes that.
      System.arraycopy(visited, 0, hopeless, 0, visited.length);
      return false;
    }
    int taker = last;
    int row;
    do {
      row = reachedBy[taker];
      int holder = lists[row][column];
      give(row, taker);
      taker = holder;
    } while (row != freeRow && taker != from);
    return true;
  }

  private int passOnAll(int node, boolean keepingLater) {
    int last = NOBODY;
    for (int i = 0; i < rowsOf.size(node) && last == NOBODY; i++) {
      last = passOn(rowsOf.get(node, i), keepingLater);
    }
    return last;
  }

  /** Reaches all who could have the list; gives one of them who is short, if there is one. */
  private int passOn(int row, boolean keepingLater) {
    rule.lookAt(lists[row], column, current[row]);
    if (keepingLater) {
      for (int node : current[row]) {
        if (node >= 0 && !visited[node] && rule.promotionFits(node)) {
          visit(node, row);
          if (shortOf[node] > 0) {
            return node;
          }
        }
      }
    }
    for (int zone = 0; zone < topology.zones(); zone++) {
      if (unvisitedInZone[zone] == 0 || !rule.zoneFits(zone, keepingLater)) {
        continue;
      }
      for (int node : topology.nodesOfZone[zone]) {
        if (!visited[node] && rule.nodeFits(node, keepingLater)) {
          visit(node, row);
          if (shortOf[node] > 0) {
            return node;
          }
        }
      }
    }
    return NOBODY;
  }

  private void visit(int node, int row) {
    visited[node] = true;
    unvisitedInZone[topology.zoneOf[node]]--;
    reachedBy[node] = row;
    queue[queued++] = node;
  }

  /** Where nobody who is short fits: who is least over. */
  private int anyoneFor(int row) {
    rule.lookAt(lists[row], column, current[row]);
    int best = NOBODY;
    boolean bestFits = false;
    for (int node = 0; node < shortOf.length; node++) {
      if (rule.isSettled(node)) {
        continue;
      }
      boolean fits = rule.zoneFits(topology.zoneOf[node], false) && rule.nodeFits(node, false);
      boolean better = best == NOBODY || (fits == bestFits && shortOf[node] > shortOf[best]);
      if (better || (fits && !bestFits)) {
        best = node;
        bestFits = fits;
      }
    }
    return best;
  }

  private void give(int row, int node) {
    int holder = lists[row][column];
    if (holder != NOBODY) {
      rowsOf.remove(holder, row);
      addShort(holder, 1);
      outlook.onLost(column, holder);
    }
    outlook.onGiven(row, column, node);
    lists[row][column] = node;
    rowsOf.add(node, row);
    addShort(node, -1);
  }

  private void addShort(int node, int by) {
    int zone = topology.zoneOf[node];
    shortOfInZone[zone] -= Math.max(0, shortOf[node]);
    shortOf[node] += by;
    shortOfInZone[zone] += Math.max(0, shortOf[node]);
  }
}

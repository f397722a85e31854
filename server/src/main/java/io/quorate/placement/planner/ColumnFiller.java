package io.quorate.placement.planner;

import io.quorate.model.Invariant;
import java.util.Arrays;

/**
 * Fills one place of all preference lists, say the second of each, so that each node gets its quota
 * and as many lists as possible keep the nodes that they have.
 *
 * <p>First, nodes keep what they have. A node that is gone is replaced by one with room, the
 * cheapest way. Then what is free, and what a node has beyond its quota, goes to a node that is
 * short: directly where a list can take one beside all others that it has, else by a {@linkplain
 * ChainSearch chain} of lists passed on.
 */
final class ColumnFiller {
  /** In current lists: the node that was here is gone. */
  static final int NOBODY = -1;

  /** In current lists: there was no such place. */
  static final int MISSING = -2;

  /** How a list gets to another node without another node moving. */
  private enum Way {
    /** One that lost another place of this list gets this one: nothing has to be sent. */
    RETURN,
    /** One that is not in the list, and beside which all that come later can stay. */
    ARRIVE
  }

  private final PlannerTopology topology;
  private final SpreadRule rule;
  private final Outlook outlook;
  private final int[][] lists;
  private final int[][] current;
  private final int column;

  /** By node: lists that it is due in this column, less those that it has. */
  private final int[] shortOf;

  private final int[] shortOfInZone;

  /** By node: what it is due in this column; the measure of how short it is. */
  private final int[] wanted;

  private final int[] wantedInZone;

  private final RowSets rowsOf;
  private final boolean[] tried;

  private final ChainSearch chains;

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
    chains = new ChainSearch(topology, rule, lists, current, column, rowsOf);
  }

  /**
   * @param settled by node: how many of the shorter prefixes it is in; counted on
   */
  void fill(Quotas quotas, int[] settled) {
    int[] order = Mix.order(lists.length, column);
    keep(order);
    aim(withRoom(quotas, settled), settled);
    replaceTheGone(order);
    aim(quotas.divide(column + 1, settled, have(settled)), settled);
    for (Way way : Way.values()) {
      giveDirectly(order, way);
    }
    giveByChains(order);
    // Where no node that is short of lists can be reached, any node that does not get too
    // many will do.
    aim(quotas.most(column + 1), settled);
    giveByChains(order);
    for (int row : order) {
      if (isFree(row)) {
        give(row, anyoneFor(row));
      }
    }
    giveByChains(order);
    for (int[] list : lists) {
      settled[list[column]]++;
    }
  }

  /** Lets each node keep what the spread allows. */
  private void keep(int[] order) {
    for (int row : order) {
      lists[row][column] = NOBODY;
      int node = current[row][column];
      if (node >= 0 && mayKeep(row, node)) {
        lists[row][column] = node;
        rowsOf.add(node, row);
      } else if (node >= 0 && !rule.isSettled(node)) {
        outlook.onLost(column, node);
      }
    }
  }

  private boolean mayKeep(int row, int node) {
    rule.lookAt(lists[row], column, current[row]);
    return !rule.isSettled(node) && rule.spreads(topology.zoneOf[node]);
  }

  /** By node: what it may have when it has room at every length. */
  private int[] withRoom(Quotas quotas, int[] settled) {
    int[] most = have(settled);
    for (int node = 0; node < most.length; node++) {
      most[node] += quotas.room(column + 1, node, outlook);
    }
    return most;
  }

  /**
   * Replaces nodes that are gone by nodes that fit and have room at every length: taking the node
   * that is furthest below its fair share instead may drag others of the list along.
   */
  private void replaceTheGone(int[] order) {
    for (int row : order) {
      if (isGone(row) && !giveDirectly(row, Way.RETURN)) {
        giveDirectly(row, Way.ARRIVE);
      }
    }
    chains.startOver();
    for (int row : order) {
      if (isGone(row)) {
        giveByChain(NOBODY, row);
      }
    }
  }

  private boolean isFree(int row) {
    return lists[row][column] == NOBODY;
  }

  /** Whether the list had a node here, and now has none. */
  private boolean isGone(int row) {
    return isFree(row) && current[row][column] != MISSING;
  }

  /** By node: prefixes that it is in, with what it has of this column. */
  private int[] have(int[] settled) {
    int[] have = settled.clone();
    for (int node = 0; node < have.length; node++) {
      have[node] += rowsOf.size(node);
    }
    return have;
  }

  /** Sets what each node is due. */
  private void aim(int[] quota, int[] settled) {
    Arrays.fill(wantedInZone, 0);
    for (int node = 0; node < shortOf.length; node++) {
      wanted[node] = quota[node] - settled[node];
      wantedInZone[topology.zoneOf[node]] += wanted[node];
      addShort(node, wanted[node] - rowsOf.size(node) - shortOf[node]);
    }
  }

  /** Gives away what is free and what is too much. */
  private void giveDirectly(int[] order, Way way) {
    for (int row : order) {
      if (isFree(row)) {
        giveDirectly(row, way);
      }
    }
    for (int node = 0; node < shortOf.length; node++) {
      for (int i = rowsOf.size(node) - 1; i >= 0 && shortOf[node] < 0; i--) {
        giveDirectly(rowsOf.get(node, i), way);
      }
    }
  }

  private void giveByChains(int[] order) {
    chains.startOver();
    for (int row : order) {
      if (isFree(row)) {
        giveByChain(NOBODY, row);
      }
    }
    for (int node = 0; node < shortOf.length; node++) {
      boolean found = true;
      while (found && shortOf[node] < 0) {
        found = giveByChain(node, NOBODY);
      }
    }
  }

  /**
   * Gives a list to the node that fits and lacks most lists; returns false if no node that fits
   * lacks one.
   */
  private boolean giveDirectly(int row, Way way) {
    rule.lookAt(lists[row], column, current[row]);
    int node =
        switch (way) {
          case RETURN -> shortestReturner(row);
          case ARRIVE -> shortestAnywhere(row);
        };
    if (node != NOBODY) {
      give(row, node);
    }
    return node != NOBODY;
  }

  private int shortestReturner(int row) {
    int best = NOBODY;
    for (int place = 0; place <= column; place++) {
      int node = current[row][place];
      if (node >= 0
          && shortOf[node] > 0
          && (best == NOBODY || shortOf[node] > shortOf[best])
          && rule.zoneFits(topology.zoneOf[node], true)
          && rule.nodeFits(node, true)) {
        best = node;
      }
    }
    return best;
  }

  private int shortestAnywhere(int row) {
    Arrays.fill(tried, false);
    int node = NOBODY;
    int zone = shortestZone(row);
    while (zone != NOBODY && node == NOBODY) {
      tried[zone] = true;
      node = shortestIn(zone, row);
      zone = node == NOBODY ? shortestZone(row) : zone;
    }
    return node;
  }

  private int shortestZone(int row) {
    int best = NOBODY;
    double bestNeed = 0;
    long bestTie = 0;
    for (int zone = 0; zone < tried.length; zone++) {
      if (tried[zone] || shortOfInZone[zone] == 0) {
        continue;
      }
      double need = (double) shortOfInZone[zone] / Math.max(1, wantedInZone[zone]);
      long tie = Mix.of(row, zone);
      if ((need > bestNeed || (need == bestNeed && tie > bestTie)) && rule.zoneFits(zone, true)) {
        best = zone;
        bestNeed = need;
        bestTie = tie;
      }
    }
    return best;
  }

  private int shortestIn(int zone, int row) {
    int best = NOBODY;
    double bestNeed = 0;
    long bestTie = Long.MIN_VALUE;
    for (int node : topology.nodesOfZone[zone]) {
      if (shortOf[node] <= 0) {
        continue;
      }
      double need = (double) shortOf[node] / Math.max(1, wanted[node]);
      long tie = Mix.of(row, node);
      if ((need > bestNeed || (need == bestNeed && tie > bestTie)) && rule.nodeFits(node, true)) {
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
  private boolean giveByChain(int from, int freeRow) {
    int taker = from == NOBODY ? chains.forList(freeRow, shortOf) : chains.forNode(from, shortOf);
    if (taker == NOBODY) {
      return false;
    }
    int row;
    do {
      row = chains.listFor(taker);
      int holder = lists[row][column];
      give(row, taker);
      taker = holder;
    } while (row != freeRow && taker != from);
    return true;
  }

  /**
   * Where nobody who is short fits: who is least over. Somebody whom the spread allows is always
   * there ({@link SpreadRule#spreads}); what the list must have in the end is only about load.
   */
  private int anyoneFor(int row) {
    rule.lookAt(lists[row], column, current[row]);
    int best = NOBODY;
    int bestRank = -1;
    for (int node = 0; node < shortOf.length; node++) {
      int zone = topology.zoneOf[node];
      if (rule.isSettled(node) || !rule.spreads(zone)) {
        continue;
      }
      int rank = rule.zoneFits(zone, false) && rule.nodeFits(node, false) ? 1 : 0;
      if (rank > bestRank || (rank == bestRank && shortOf[node] > shortOf[best])) {
        best = node;
        bestRank = rank;
      }
    }
    Invariant.hold(best != NOBODY, "no node can come next in list %s", row);
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

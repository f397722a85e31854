package io.quorate.placement.planner;

import java.util.Arrays;

/**
 * What a choice for the next place of a list moves in the end: replicas that arrive, summed over
 * all lengths that the list may be cut to, when all others who were in the list and can stay do
 * stay, in their order.
 */
final class MoveCosts {
  private final PlannerTopology topology;
  private final int listLength;
  private final int[] inZone;
  private final int[] inRegion;

  // The list that is looked at.
  private int[] list = {};
  private int[] before = {};
  private int column;

  MoveCosts(PlannerTopology topology, int listLength) {
    this.topology = topology;
    this.listLength = listLength;
    inZone = new int[topology.zones()];
    inRegion = new int[topology.regions()];
  }

  /**
   * Looks at another list.
   *
   * @param newList settled in its first {@code newColumn} places
   * @param newBefore the list as it was
   */
  void lookAt(int[] newList, int[] newBefore, int newColumn) {
    list = newList;
    before = newBefore;
    column = newColumn;
  }

  /** Whether the node was in the list before. */
  boolean isMember(int node) {
    return isAmong(before, listLength, node);
  }

  /** Moves if this node comes next. */
  int of(int node) {
    return moves(node, topology.zoneOf[node]);
  }

  /** Moves if a node of the zone comes next that was not in the list before. */
  int ofNewcomer(int zone) {
    return moves(ColumnFiller.NOBODY, zone);
  }

  private int moves(int next, int zone) {
    Arrays.fill(inZone, 0);
    Arrays.fill(inRegion, 0);
    for (int place = 0; place < column; place++) {
      count(topology.zoneOf[list[place]]);
    }
    count(zone);
    // Bits by place in the list before: whether that one is in the new list.
    int stays = 0;
    for (int place = 0; place < listLength; place++) {
      int node = before[place];
      if (node >= 0 && (node == next || isAmong(list, column, node))) {
        stays |= 1 << place;
      }
    }
    int moves = arrived(stays, column + 1);
    for (int length = column + 2; length <= listLength; length++) {
      stays |= firstThatCanStay(stays, length);
      moves += arrived(stays, length);
    }
    return moves;
  }

  /** Of those not yet in the new list, the first that may be its last entry at this length. */
  private int firstThatCanStay(int stays, int length) {
    for (int place = 0; place < listLength; place++) {
      int node = before[place];
      if (node >= 0 && (stays & (1 << place)) == 0 && fits(topology.zoneOf[node], length)) {
        count(topology.zoneOf[node]);
        return 1 << place;
      }
    }
    return 0;
  }

  private boolean fits(int zone, int length) {
    return inZone[zone] < topology.zoneCap[length]
        && inRegion[topology.regionOfZone[zone]] < topology.regionCap[length];
  }

  private void count(int zone) {
    inZone[zone]++;
    inRegion[topology.regionOfZone[zone]]++;
  }

  /** Entries of the list cut to this length that were not in it when it was cut to that before. */
  private static int arrived(int stays, int length) {
    return length - Integer.bitCount(stays & ((1 << length) - 1));
  }

  private static boolean isAmong(int[] nodes, int length, int node) {
    for (int place = 0; place < length; place++) {
      if (nodes[place] == node) {
        return true;
      }
    }
    return false;
  }
}

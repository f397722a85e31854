package io.quorate.placement.planner;

/**
 * Which nodes may come next in a preference list, so that every prefix is spread over zones and
 * regions, this one and the longer ones to come.
 *
 * <p>Two things decide: a zone or region that is full takes no more, and a list that still lacks
 * places which it must have in the end has to take one of those while there is room. (With four
 * zones, two of them so big that each list of three needs both, a list must not begin with the two
 * small ones.)
 */
final class SpreadRule {
  private static final double ROUNDING = 1e-6;

  private final PlannerTopology topology;
  private final int listLength;

  /** By prefix length: entries that every list has in a region, a zone, on a node. */
  private final int[][] mustOfRegion;

  private final int[][] mustOfZone;
  private final boolean[][] mustOfNode;
  private final boolean someNodeIsAMust;

  // The list that is looked at: what its prefix has, and what is expected to follow.
  private int[] list = {};
  private int filled;
  private int[] later = {};
  private boolean urgent;
  private final int[] inZone;
  private final int[] inRegion;

  SpreadRule(PlannerTopology topology, FairShares shares, int listLength) {
    this.topology = topology;
    this.listLength = listLength;
    mustOfRegion = new int[listLength + 1][topology.regions()];
    mustOfZone = new int[listLength + 1][topology.zones()];
    mustOfNode = new boolean[listLength + 1][topology.size()];
    boolean someNode = false;
    for (int length = 1; length <= listLength; length++) {
      for (int region = 0; region < topology.regions(); region++) {
        mustOfRegion[length][region] = (int) (shares.ofRegion(length, region) + ROUNDING);
      }
      for (int zone = 0; zone < topology.zones(); zone++) {
        mustOfZone[length][zone] = (int) (shares.ofZone(length, zone) + ROUNDING);
      }
      for (int node = 0; node < topology.size(); node++) {
        mustOfNode[length][node] = shares.ofNode(length, node) + ROUNDING >= 1;
        someNode |= mustOfNode[length][node];
      }
    }
    someNodeIsAMust = someNode;
    inZone = new int[topology.zones()];
    inRegion = new int[topology.regions()];
  }

  /**
   * Looks at another list.
   *
   * @param newList of which the first {@code newFilled} entries are settled
   * @param newLater the list as it is now, whose entries after the next one would be kept
   */
  void lookAt(int[] newList, int newFilled, int[] newLater) {
    for (int i = 0; i < filled; i++) {
      count(list[i], -1);
    }
    list = newList;
    filled = newFilled;
    later = newLater;
    for (int i = 0; i < filled; i++) {
      count(list[i], 1);
    }
    urgent = false;
    for (int length = filled + 1; length <= listLength; length++) {
      urgent |= lacking(length) > length - filled - 1;
    }
  }

  private void count(int node, int by) {
    inZone[topology.zoneOf[node]] += by;
    inRegion[topology.regionOf(node)] += by;
  }

  /**
   * Whether the zone and its region still take one, as far as the spread alone is concerned.
   *
   * <p>There is always such a zone with a node that is not in the list: at each length the prefixes
   * that keep within the caps are the independent sets of a laminar matroid (nodes within zones
   * within regions), whose rank is at least that length since the caps were chosen so; caps do not
   * fall with the length, so a good prefix is independent at the next length too, and any
   * independent set smaller than the rank can be extended.
   */
  boolean spreads(int zone) {
    return inZone[zone] < topology.zoneCap[filled + 1]
        && inRegion[topology.regionOfZone[zone]] < topology.regionCap[filled + 1];
  }

  /**
   * Whether a node of the zone may come next.
   *
   * @param keepingLater whether all entries after it must be able to stay
   */
  boolean zoneFits(int zone, boolean keepingLater) {
    int region = topology.regionOfZone[zone];
    int zoneNow = inZone[zone] + 1;
    int regionNow = inRegion[region] + 1;
    for (int length = filled + 1; length <= listLength; length++) {
      if (zoneNow > topology.zoneCap[length] || regionNow > topology.regionCap[length]) {
        return false;
      }
      if (!keepingLater) {
        break;
      }
      int next = length < later.length ? later[length] : -1;
      if (next >= 0 && !isSettled(next)) {
        zoneNow += topology.zoneOf[next] == zone ? 1 : 0;
        regionNow += topology.regionOf(next) == region ? 1 : 0;
      }
    }
    return !urgent || someNodeIsAMust || relieves(topology.nodesOfZone[zone][0]);
  }

  /** Whether this node, whose zone fits, may come next. */
  boolean nodeFits(int node, boolean keepingLater) {
    if (isSettled(node)) {
      return false;
    }
    if (keepingLater) {
      for (int i = filled + 1; i < later.length; i++) {
        if (later[i] == node) {
          return false;
        }
      }
    }
    return !urgent || !someNodeIsAMust || relieves(node);
  }

  /** Whether the node is in the list already. */
  boolean isSettled(int node) {
    for (int i = 0; i < filled; i++) {
      if (list[i] == node) {
        return true;
      }
    }
    return false;
  }

  /** Whether the list can still get all that it must have when this node comes next. */
  private boolean relieves(int node) {
    count(node, 1);
    int there = list[filled];
    list[filled++] = node;
    boolean relieves = true;
    for (int length = filled; length <= listLength; length++) {
      relieves &= lacking(length) <= length - filled;
    }
    list[--filled] = there;
    count(node, -1);
    return relieves;
  }

  /** Entries that a prefix of this length must have, and the list does not have yet. */
  private int lacking(int length) {
    int sum = 0;
    for (int region = 0; region < topology.regions(); region++) {
      int inZones = 0;
      for (int zone : topology.zonesOfRegion[region]) {
        int onNodes = someNodeIsAMust ? lackingNodes(length, zone) : 0;
        inZones += Math.max(onNodes, mustOfZone[length][zone] - inZone[zone]);
      }
      sum += Math.max(inZones, mustOfRegion[length][region] - inRegion[region]);
    }
    return sum;
  }

  private int lackingNodes(int length, int zone) {
    int lacking = 0;
    for (int node : topology.nodesOfZone[zone]) {
      lacking += mustOfNode[length][node] && !isSettled(node) ? 1 : 0;
    }
    return lacking;
  }
}

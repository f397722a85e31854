package io.quorate.placement.planner;

/**
 * Whole numbers near the fair shares: in how many lists, cut to one length, each node is to be.
 * Regions, the zones in them and the nodes in those are divided one inside the other.
 *
 * <p>What is there already stays as long as it is near enough, for else each new node would make
 * all others trade replicas for the sake of the last percent. Near enough is: at most {@value
 * #SLACK} of the fair share away from it, or that share rounded down or up, and for a zone or a
 * region no more than is near enough for its nodes together. What has to be given or taken beyond
 * that, goes to or comes from the node furthest from its fair share.
 */
final class Quotas {
  /** All that the planner's bound on the load allows: less would move more and promise the same. */
  static final double SLACK = 0.1;

  /** Shares come from a bisection: what is that near to a whole number is meant to be one. */
  private static final double ROUNDING = 1e-6;

  private final PlannerTopology topology;
  private final FairShares shares;
  private final int lists;
  private final int listLength;

  /** One of those among which an amount is divided. */
  private static final class Part {
    final double exact;
    final int low;
    final int high;
    final int fair;
    final int have;
    final int least;

    /**
     * @param share of each list, fair
     * @param capacity most that one list may have of it
     * @param least what shorter prefixes gave it, which cannot be taken back
     * @param most what its own parts may have together: ten nodes that may have 8.8 have 80, not 88
     */
    Part(double share, int lists, boolean isNode, int capacity, int have, int least, int most) {
      this.exact = share * lists;
      this.have = have;
      this.least = least;
      int down = (int) Math.floor(exact + ROUNDING);
      int up = (int) Math.ceil(exact - ROUNDING);
      int nearBelow = (int) Math.floor(exact * (1 - SLACK));
      int nearAbove = (int) Math.floor(exact * (1 + SLACK));
      this.low = Math.max(least, nearBelow);
      this.high =
          Math.max(low, Math.min(Math.min(lists * capacity, most), Math.max(up, nearAbove)));
      this.fair = isNode ? Math.clamp(down, low, high) : low;
    }

    /** What it has, if that is near enough. */
    int start() {
      return have < low ? fair : Math.min(have, high);
    }
  }

  Quotas(PlannerTopology topology, FairShares shares, int lists, int listLength) {
    this.listLength = listLength;
    this.topology = topology;
    this.shares = shares;
    this.lists = lists;
  }

  /** By node: lists, cut to {@code length}, that are not too many for it. */
  int[] most(int length) {
    int[] most = new int[topology.size()];
    for (int node = 0; node < most.length; node++) {
      most[node] = ofNode(length, node, 0, 0).high;
    }
    return most;
  }

  /** How many more lists, cut to {@code length} or longer, are not too many for a node. */
  int room(int length, int node, Outlook outlook) {
    int room = Integer.MAX_VALUE;
    for (int longer = length; longer <= listLength; longer++) {
      int most = ofNode(longer, node, 0, 0).high;
      room = Math.min(room, most - outlook.count(longer, node));
    }
    return Math.max(0, room);
  }

  /**
   * Divides all entries of the lists cut to {@code length}.
   *
   * @param least by node: entries in the prefixes shorter by one, which are settled
   * @param have by node: those, and entries that it could keep
   * @return by node: entries that it is to have
   */
  int[] divide(int length, int[] least, int[] have) {
    Part[] nodes = new Part[topology.size()];
    for (int node = 0; node < nodes.length; node++) {
      nodes[node] = ofNode(length, node, have[node], least[node]);
    }
    Part[] zones = new Part[topology.zones()];
    for (int zone = 0; zone < zones.length; zone++) {
      zones[zone] =
          whole(
              shares.ofZone(length, zone),
              topology.zoneCap[length],
              nodes,
              topology.nodesOfZone[zone]);
    }
    Part[] regions = new Part[topology.regions()];
    for (int region = 0; region < regions.length; region++) {
      regions[region] =
          whole(
              shares.ofRegion(length, region),
              topology.regionCap[length],
              zones,
              topology.zonesOfRegion[region]);
    }
    int[] ofRegion = divide(lists * length, regions);
    int[] ofZone = new int[zones.length];
    for (int region = 0; region < regions.length; region++) {
      divide(ofRegion[region], zones, topology.zonesOfRegion[region], ofZone);
    }
    int[] quota = new int[nodes.length];
    for (int zone = 0; zone < zones.length; zone++) {
      divide(ofZone[zone], nodes, topology.nodesOfZone[zone], quota);
    }
    return quota;
  }

  private Part ofNode(int length, int node, int have, int least) {
    return new Part(shares.ofNode(length, node), lists, true, 1, have, least, Integer.MAX_VALUE);
  }

  /** The zone or region that consists of these members. */
  private Part whole(double share, int capacity, Part[] parts, int[] members) {
    int have = 0;
    int least = 0;
    int most = 0;
    for (int member : members) {
      have += parts[member].have;
      least += parts[member].least;
      most += parts[member].high;
    }
    return new Part(share, lists, false, capacity, have, least, most);
  }

  /** Divides an amount among these members; puts what each gets where it belongs. */
  private static void divide(int amount, Part[] parts, int[] members, int[] given) {
    Part[] here = new Part[members.length];
    for (int i = 0; i < here.length; i++) {
      here[i] = parts[members[i]];
    }
    int[] givenHere = divide(amount, here);
    for (int i = 0; i < here.length; i++) {
      given[members[i]] = givenHere[i];
    }
  }

  private static int[] divide(int amount, Part[] parts) {
    int[] given = new int[parts.length];
    int rest = amount;
    for (int i = 0; i < parts.length; i++) {
      given[i] = parts[i].start();
      rest -= given[i];
    }
    while (rest != 0) {
      int step = Integer.signum(rest);
      given[furthest(parts, given, step)] += step;
      rest -= step;
    }
    return given;
  }

  /**
   * Returns the node furthest below its fair share, or above it; within the bounds if that can be.
   */
  private static int furthest(Part[] parts, int[] given, int step) {
    int best = -1;
    boolean bestIsWithin = false;
    double bestDistance = 0;
    for (int i = 0; i < parts.length; i++) {
      int next = given[i] + step;
      boolean within = next >= parts[i].low && next <= parts[i].high;
      double distance = (parts[i].exact - given[i]) * step;
      boolean further = within == bestIsWithin && distance > bestDistance + ROUNDING;
      if (next >= parts[i].least && (best < 0 || (within && !bestIsWithin) || further)) {
        best = i;
        bestIsWithin = within;
        bestDistance = distance;
      }
    }
    return best;
  }
}

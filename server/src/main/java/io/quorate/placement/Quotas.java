package io.quorate.placement;

/**
 * Whole numbers near the fair shares: how many lists, cut to one length, each node shall be in.
 * Regions, the zones in them and the nodes in those are divided one inside the other.
 *
 * <p>What is there already stays as long as it is near enough, for else each new node would make
 * all others trade replicas for the sake of the last percent. Near enough is: at most {@value
 * #SLACK} of the fair share away from it, or that share rounded down or up. What has to be given or
 * taken beyond that, goes to or comes from who is furthest from the fair share.
 */
final class Quotas {
  static final double SLACK = 0.05;

  /** A node with less than its share harms nobody, so there is more slack below. */
  private static final double NODE_SLACK_BELOW = 0.1;

  /** Shares come from a bisection: what is that near to a whole number is meant to be one. */
  private static final double ROUNDING = 1e-6;

  private final PlannerTopology topology;
  private final FairShares shares;
  private final int lists;
  private final int listLength;

  /** One of those among whom an amount is divided. */
  private static final class Part {
    final double exact;
    final int low;
    final int high;
    final int fair;
    final int have;
    final int least;

    /**
     * @param share of each list, fair
     * @param least what shorter prefixes gave it, which cannot be taken back
     */
    Part(double share, int lists, boolean isNode, int have, int least) {
      this.exact = share * lists;
      this.have = have;
      this.least = least;
      int down = (int) Math.floor(exact + ROUNDING);
      int up = (int) Math.ceil(exact - ROUNDING);
      // A share of 1.02 for each list means that every list has one: slack ends there.
      int mustHave = lists * (int) Math.floor(share + ROUNDING);
      int mayHave = lists * (int) Math.ceil(share - ROUNDING);
      int nearBelow = (int) Math.floor(exact * (1 - (isNode ? NODE_SLACK_BELOW : SLACK)));
      int nearAbove = (int) Math.floor(exact * (1 + SLACK));
      this.low = Math.max(least, Math.max(mustHave, nearBelow));
      this.high = Math.max(low, Math.min(mayHave, Math.max(up, nearAbove)));
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

  /** How many more lists, cut to {@code length} or longer, are not too many for a node. */
  int room(int length, int node, Outlook outlook) {
    int room = Integer.MAX_VALUE;
    for (int longer = length; longer <= listLength; longer++) {
      int most = new Part(shares.ofNode(longer, node), lists, true, 0, 0).high;
      room = Math.min(room, most - outlook.count(longer, node));
    }
    return Math.max(0, room);
  }

  /**
   * Divides all entries of the lists cut to {@code length}.
   *
   * @param least by node: entries in the prefixes shorter by one, which are settled
   * @param have by node: those, and entries that it could keep
   * @return by node: entries that it shall have
   */
  int[] divide(int length, int[] least, int[] have) {
    Part[] regions = new Part[topology.regions()];
    for (int region = 0; region < regions.length; region++) {
      int leastHere = 0;
      int haveHere = 0;
      for (int zone : topology.zonesOfRegion[region]) {
        leastHere += sum(topology.nodesOfZone[zone], least);
        haveHere += sum(topology.nodesOfZone[zone], have);
      }
      regions[region] =
          new Part(shares.ofRegion(length, region), lists, false, haveHere, leastHere);
    }
    int[] ofRegion = divide(lists * length, regions);
    int[] quota = new int[topology.size()];
    for (int region = 0; region < regions.length; region++) {
      int[] zonesHere = topology.zonesOfRegion[region];
      Part[] zones = new Part[zonesHere.length];
      for (int z = 0; z < zones.length; z++) {
        int[] nodesHere = topology.nodesOfZone[zonesHere[z]];
        zones[z] =
            new Part(
                shares.ofZone(length, zonesHere[z]),
                lists,
                false,
                sum(nodesHere, have),
                sum(nodesHere, least));
      }
      int[] ofZone = divide(ofRegion[region], zones);
      for (int z = 0; z < zones.length; z++) {
        divideInZone(length, topology.nodesOfZone[zonesHere[z]], ofZone[z], least, have, quota);
      }
    }
    return quota;
  }

  private void divideInZone(
      int length, int[] nodesHere, int amount, int[] least, int[] have, int[] quota) {
    Part[] nodes = new Part[nodesHere.length];
    for (int n = 0; n < nodes.length; n++) {
      int node = nodesHere[n];
      nodes[n] = new Part(shares.ofNode(length, node), lists, true, have[node], least[node]);
    }
    int[] ofNode = divide(amount, nodes);
    for (int n = 0; n < nodes.length; n++) {
      quota[nodesHere[n]] = ofNode[n];
    }
  }

  private static int sum(int[] indices, int[] numbers) {
    int sum = 0;
    for (int index : indices) {
      sum += numbers[index];
    }
    return sum;
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

  /** Who is furthest below the fair share, or above it; within the bounds if that can be. */
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

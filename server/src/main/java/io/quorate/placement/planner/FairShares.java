package io.quorate.placement.planner;

import java.util.function.DoubleUnaryOperator;

/**
 * How much of the load each node should have, for each prefix length: in proportion to its weight,
 * as far as the spread over zones and regions allows.
 *
 * <p>Think of water: each node is a vessel as wide as its weight, and all are filled to one level,
 * but a node takes at most one entry of each list, and a zone and a region at most as many as the
 * spread allows; what does not fit there raises the level of the others. A longer prefix never
 * gives a node less than a shorter one, since it contains it.
 */
final class FairShares {
  private static final int HALVINGS = 80;

  private final PlannerTopology topology;

  /** By prefix length and node: entries per list, from 0 to 1. */
  private final double[][] ofNode;

  FairShares(PlannerTopology topology, int listLength) {
    this.topology = topology;
    this.ofNode = new double[listLength + 1][topology.size()];
    for (int length = 1; length <= listLength; length++) {
      fill(length);
    }
  }

  /** Entries per list, from 0 to 1, of lists cut to {@code length}. */
  double ofNode(int length, int node) {
    return ofNode[length][node];
  }

  double ofZone(int length, int zone) {
    double sum = 0;
    for (int node : topology.nodesOfZone[zone]) {
      sum += ofNode[length][node];
    }
    return sum;
  }

  double ofRegion(int length, int region) {
    double sum = 0;
    for (int zone : topology.zonesOfRegion[region]) {
      sum += ofZone(length, zone);
    }
    return sum;
  }

  private void fill(int length) {
    double everywhere = levelFor(length, level -> allAt(length, level));
    for (int region = 0; region < topology.regions(); region++) {
      int r = region;
      double inRegion =
          levelFor(regionAt(length, r, everywhere), level -> zonesAt(length, r, level));
      for (int zone : topology.zonesOfRegion[region]) {
        double inZone =
            levelFor(zoneAt(length, zone, inRegion), level -> nodesAt(length, zone, level));
        for (int node : topology.nodesOfZone[zone]) {
          ofNode[length][node] = nodeAt(length, node, inZone);
        }
      }
    }
  }

  /** The level at which {@code amountAt} gives the amount; it must not fall as the level rises. */
  private static double levelFor(double amount, DoubleUnaryOperator amountAt) {
    double low = 0;
    double high = 1 / PlannerNode.WEIGHT_MIN;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (amountAt.applyAsDouble(middle) < amount) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private double allAt(int length, double level) {
    double sum = 0;
    for (int region = 0; region < topology.regions(); region++) {
      sum += regionAt(length, region, level);
    }
    return sum;
  }

  private double regionAt(int length, int region, double level) {
    return Math.min(topology.regionCap[length], zonesAt(length, region, level));
  }

  private double zonesAt(int length, int region, double level) {
    double sum = 0;
    for (int zone : topology.zonesOfRegion[region]) {
      sum += zoneAt(length, zone, level);
    }
    return sum;
  }

  private double zoneAt(int length, int zone, double level) {
    return Math.min(topology.zoneCap[length], nodesAt(length, zone, level));
  }

  private double nodesAt(int length, int zone, double level) {
    double sum = 0;
    for (int node : topology.nodesOfZone[zone]) {
      sum += nodeAt(length, node, level);
    }
    return sum;
  }

  private double nodeAt(int length, int node, double level) {
    double byWeight = Math.min(1, level * topology.nodes.get(node).weight());
    return Math.max(byWeight, ofNode[length - 1][node]);
  }
}

package io.quorate.placement.planner;

import io.quorate.model.NodeId;

/**
 * A node as the planner sees it.
 *
 * @param region where it stands; zones of equal name in two regions are different zones
 * @param weight its share of the load relative to other nodes; 1.0 is usual
 */
public record PlannerNode(NodeId id, String region, String zone, double weight) {
  public static final double WEIGHT_MIN = 0.01;
  public static final double WEIGHT_MAX = 100;

  public PlannerNode {
    checkWeight(weight);
  }

  /**
   * Checks a weight.
   *
   * @throws IllegalArgumentException if it is out of range; the message says what is allowed
   */
  public static void checkWeight(double weight) {
    if (!(weight >= WEIGHT_MIN && weight <= WEIGHT_MAX)) { // so that NaN is refused, too
      throw new IllegalArgumentException(
          "weight " + weight + ": give " + WEIGHT_MIN + " to " + WEIGHT_MAX);
    }
  }
}

package io.quorate.cluster;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.PlannerNode;

/**
 * A node that belongs to the cluster.
 *
 * @param address host:port of its gRPC server, as the others reach it
 * @param region where it stands; zones of equal name in two regions are different zones
 * @param weight capacity relative to other nodes; 1.0 is usual
 * @param incarnation how often it has started; only grows
 */
public record Member(
    NodeId id,
    String address,
    String region,
    String zone,
    double weight,
    int incarnation,
    State state) {

  /** How far a node has come in joining or leaving. */
  public enum State {
    /** It owns partitions, or may be given some. */
    ACTIVE
  }

  /** A refused value is refused with the message of the exception. */
  public Member {
    Names.checkAddress(address);
    Names.check("region", region);
    Names.check("zone", zone);
    PlannerNode.checkWeight(weight);
    if (incarnation < 0) {
      throw new IllegalArgumentException("incarnation " + incarnation + ": it counts from 0");
    }
  }

  Member started(String newAddress, double newWeight, int newIncarnation) {
    return new Member(id, newAddress, region, zone, newWeight, newIncarnation, state);
  }

  PlannerNode forPlanner() {
    return new PlannerNode(id, region, zone, weight);
  }

  Placements.Member forPlacements() {
    return new Placements.Member(id, address, region, zone);
  }
}

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
    ACTIVE,
    /** It lost its disk: a new node at its address takes its place. */
    READMITTING,
    /** The same, though writes that only it held may be lost: an operator has accepted that. */
    READMITTING_DESPITE_LOSS
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
    // One that starts with its own data is not lost, whatever an operator believed before.
    State next = newIncarnation == incarnation ? state : State.ACTIVE;
    return new Member(id, newAddress, region, zone, newWeight, newIncarnation, next);
  }

  Member in(State next) {
    return new Member(id, address, region, zone, weight, incarnation, next);
  }

  PlannerNode forPlanner() {
    return new PlannerNode(id, region, zone, weight);
  }

  Placements.Member forPlacements() {
    return new Placements.Member(id, address, region, zone);
  }
}

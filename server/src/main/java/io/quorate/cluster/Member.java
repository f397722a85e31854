package io.quorate.cluster;

import io.quorate.cluster.Command.NodeStarted;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Placements;
import io.quorate.placement.planner.PlannerNode;

/**
 * A node that belongs to the cluster.
 *
 * @param address host:port of its gRPC server, as the others reach it
 * @param region where it stands; zones of equal name in two regions are different zones
 * @param weight capacity relative to other nodes; 1.0 is usual
 * @param incarnation how often it has started; only grows
 * @param release that it runs, as it said in that start
 * @param down whether it has been given up for now: a change of the topology does not wait for it.
 *     Lifted once it has caught up with all that was decided
 * @param name that its operator gave it, for people; empty for none, as in clusters of version 1
 */
public record Member(
    NodeId id,
    String address,
    String region,
    String zone,
    double weight,
    int incarnation,
    Release release,
    State state,
    boolean down,
    String name) {

  /** The cluster version from which on the cluster knows names of nodes. */
  public static final int NAMED_FROM_VERSION = 2;

  /** One that is not marked down, and has no name. */
  public Member(
      NodeId id,
      String address,
      String region,
      String zone,
      double weight,
      int incarnation,
      Release release,
      State state) {
    this(id, address, region, zone, weight, incarnation, release, state, false, "");
  }

  /** How far a node has come in joining or leaving. */
  public enum State {
    /** It owns partitions, or may be given some. */
    ACTIVE,
    /** It lost its disk: a new node at its address takes its place. */
    READMITTING,
    /** The same, though writes that only it held may be lost: an operator has accepted that. */
    READMITTING_DESPITE_LOSS,
    /** It belongs to the cluster, and is given no partitions before an operator says so. */
    SPARE,
    /** It is given partitions, for the first time. */
    JOINING,
    /** What it has is given to others; then it leaves. */
    LEAVING
  }

  /** A refused value is refused with the message of the exception. */
  public Member {
    Names.checkAddress(address);
    Names.check("region", region);
    Names.check("zone", zone);
    Names.checkIfGiven("name", name);
    PlannerNode.checkWeight(weight);
    if (incarnation < 0) {
      throw new IllegalArgumentException("incarnation " + incarnation + ": it counts from 0");
    }
  }

  /**
   * Checks what a node says of where it is.
   *
   * @throws IllegalArgumentException if no member may have this address
   */
  public static void checkAddress(String address) {
    Names.checkAddress(address);
  }

  Member started(NodeStarted start) {
    // One that starts with its own data is not lost, whatever an operator believed before.
    State next = start.incarnation() > incarnation && isToBeReadmitted() ? State.ACTIVE : state;
    // What the same start told of itself before the cluster knew names comes without one.
    boolean keepsName = start.incarnation() == incarnation && start.name().isEmpty();
    return new Member(
        id,
        start.address(),
        region,
        zone,
        start.weight(),
        start.incarnation(),
        start.release(),
        next,
        down,
        keepsName ? name : start.name());
  }

  private Member named(String newName) {
    return new Member(
        id, address, region, zone, weight, incarnation, release, state, down, newName);
  }

  /** Whether this is what the other is, under whatever name. */
  boolean isAlike(Member other) {
    return named("").equals(other.named(""));
  }

  Member in(State next) {
    return new Member(id, address, region, zone, weight, incarnation, release, next, down, name);
  }

  Member marked(boolean nowDown) {
    return new Member(
        id, address, region, zone, weight, incarnation, release, state, nowDown, name);
  }

  Member standingIn(String newRegion, String newZone) {
    return new Member(
        id, address, newRegion, newZone, weight, incarnation, release, state, down, name);
  }

  /** Whether a node with an empty disk may take its place. */
  public boolean isToBeReadmitted() {
    return state == State.READMITTING || state == State.READMITTING_DESPITE_LOSS;
  }

  /** Whether it is to have replicas. */
  public boolean isToOwn() {
    return state != State.SPARE && state != State.LEAVING;
  }

  PlannerNode forPlanner() {
    return new PlannerNode(id, region, zone, weight);
  }

  Placements.Member forPlacements() {
    return new Placements.Member(id, address, region, zone, incarnation);
  }
}

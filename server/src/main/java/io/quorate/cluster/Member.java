package io.quorate.cluster;

import io.quorate.cluster.Command.NodeStarted;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Placements;
import io.quorate.placement.planner.PlannerNode;
import org.jspecify.annotations.Nullable;

/**
 * A node that belongs to the cluster.
 *
 * @param address host:port under which the other nodes reach it
 * @param region where it stands; zones of equal name in two regions are different zones
 * @param weight capacity relative to other nodes; 1.0 is usual
 * @param incarnation how often it has started; only grows
 * @param release that it runs, as it said in that start
 * @param down whether it has been given up for now: a change of the topology does not wait for it.
 *     Lifted once it has caught up with all that was decided
 * @param name that its operator gave it, for people; empty for none, as in clusters of version 1
 * @param clientAddress host:port under which clients reach it, if that is another than its address;
 *     empty if not, as in clusters of version 1
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
    String name,
    String clientAddress) {

  /** The cluster version from which on the cluster knows names of nodes. */
  public static final int NAMED_FROM_VERSION = 2;

  /**
   * The cluster version from which on spares that are readmitted stay spares, and nodes that are to
   * leave are not readmitted.
   */
  public static final int SPARES_READMITTED_FROM_VERSION = 2;

  /** The cluster version from which on nodes may have an address of their own for clients. */
  public static final int CLIENT_ADDRESS_FROM_VERSION = 2;

  /** One that clients reach as the other nodes do. */
  public Member(
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
    this(id, address, region, zone, weight, incarnation, release, state, down, name, "");
  }

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
    /** It lost its disk as a spare: a new node at its address takes its place, as a spare. */
    READMITTING_SPARE,
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
    if (!clientAddress.isEmpty()) {
      Names.checkAddress(clientAddress);
    }
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
    boolean comesBack = start.incarnation() > incarnation && isToBeReadmitted();
    // What the same start told of itself before the cluster knew names comes without one.
    boolean keepsName = start.incarnation() == incarnation && start.name().isEmpty();
    boolean keepsClientAddress =
        start.incarnation() == incarnation && start.clientAddress().isEmpty();
    return new Member(
        id,
        start.address(),
        region,
        zone,
        start.weight(),
        start.incarnation(),
        start.release(),
        comesBack ? readmitted() : state,
        down,
        keepsName ? name : start.name(),
        keepsClientAddress ? clientAddress : start.clientAddress());
  }

  /** Without what the first cluster version lacks, and the same start may tell later. */
  private Member plain() {
    return new Member(id, address, region, zone, weight, incarnation, release, state, down, "", "");
  }

  /** Whether this is what the other is, under whatever name, and wherever clients reach it. */
  boolean isAlike(Member other) {
    return plain().equals(other.plain());
  }

  Member in(State next) {
    return new Member(
        id, address, region, zone, weight, incarnation, release, next, down, name, clientAddress);
  }

  Member marked(boolean nowDown) {
    return new Member(
        id,
        address,
        region,
        zone,
        weight,
        incarnation,
        release,
        state,
        nowDown,
        name,
        clientAddress);
  }

  Member standingIn(String newRegion, String newZone) {
    return new Member(
        id,
        address,
        newRegion,
        newZone,
        weight,
        incarnation,
        release,
        state,
        down,
        name,
        clientAddress);
  }

  /** Returns the host:port under which clients and operators reach it. */
  public String addressForClients() {
    return clientAddress.isEmpty() ? address : clientAddress;
  }

  /** Returns the one of its addresses that the other has, too; null if they share none. */
  @Nullable String addressSharedWith(Member other) {
    if (address.equals(other.address) || address.equals(other.clientAddress)) {
      return address;
    }
    return !clientAddress.isEmpty()
            && (clientAddress.equals(other.address) || clientAddress.equals(other.clientAddress))
        ? clientAddress
        : null;
  }

  /** Whether a node with an empty disk may take its place. */
  public boolean isToBeReadmitted() {
    return state == State.READMITTING
        || state == State.READMITTING_DESPITE_LOSS
        || state == State.READMITTING_SPARE;
  }

  /** What it is once it is readmitted, or has come back with its data. */
  State readmitted() {
    return state == State.READMITTING_SPARE ? State.SPARE : State.ACTIVE;
  }

  /** Whether it is to have no replicas before an operator says so. */
  public boolean isSpare() {
    return state == State.SPARE || state == State.READMITTING_SPARE;
  }

  /** Whether it is to have replicas. */
  public boolean isToOwn() {
    return !isSpare() && state != State.LEAVING;
  }

  PlannerNode forPlanner() {
    return new PlannerNode(id, region, zone, weight);
  }

  Placements.Member forPlacements() {
    return new Placements.Member(id, address, region, zone, incarnation);
  }
}

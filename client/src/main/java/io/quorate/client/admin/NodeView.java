package io.quorate.client.admin;

/** One node. */
public sealed interface NodeView {
  /** 16 hexadecimal digits. */
  String id();

  /** Host:port of its gRPC server. */
  String address();

  String region();

  String zone();

  ClusterStatus.State state();

  /** How often it has started. */
  int incarnation();

  /** Partitions it holds a replica of, at the default replication factor. */
  int replicas();

  /** Capacity relative to other nodes; 1.0 is usual. */
  double weight();

  /** Since the answering node last heard from it; 0 for itself. */
  long silentMillis();

  /** Evidence that it is gone, from how its heartbeats have come. */
  double phi();

  /** How long it has owed an answer to a write, or been owed a hint. */
  long lagMillis();

  /** Whether it does not cope, so that others are asked first. */
  boolean breakerOpen();

  /** Records kept to be brought to it. */
  long hints();

  /** Partitions of it that must be compared. */
  int repairs();

  /** Partitions that it is being filled with. */
  int filling();

  /** Whether no hints are delivered to it, as an operator asked. */
  boolean hintsPaused();

  /** What it is to the cluster. */
  ClusterStatus.Membership membership();

  /** Whether it was given up for now: changes of the topology do not wait for it. */
  boolean markedDown();

  /** That its operator gave it; empty for none, and in clusters of version 1. */
  String name();

  /** Host:port under which other nodes reach it, if that is another one; empty if not. */
  String peerAddress();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .id(id())
        .address(address())
        .region(region())
        .zone(zone())
        .state(state())
        .incarnation(incarnation())
        .replicas(replicas())
        .weight(weight())
        .silentMillis(silentMillis())
        .phi(phi())
        .lagMillis(lagMillis())
        .breakerOpen(breakerOpen())
        .hints(hints())
        .repairs(repairs())
        .filling(filling())
        .hintsPaused(hintsPaused())
        .membership(membership())
        .markedDown(markedDown())
        .name(name())
        .peerAddress(peerAddress());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String id = "";
    private String address = "";
    private String region = "";
    private String zone = "";
    private ClusterStatus.State state = ClusterStatus.State.UNKNOWN;
    private int incarnation;
    private int replicas;
    private double weight;
    private long silentMillis;
    private double phi;
    private long lagMillis;
    private boolean breakerOpen;
    private long hints;
    private int repairs;
    private int filling;
    private boolean hintsPaused;
    private ClusterStatus.Membership membership = ClusterStatus.Membership.UNKNOWN;
    private boolean markedDown;
    private String name = "";
    private String peerAddress = "";

    private Builder() {}

    public Builder id(String id) {
      this.id = id;
      return this;
    }

    public Builder address(String address) {
      this.address = address;
      return this;
    }

    public Builder region(String region) {
      this.region = region;
      return this;
    }

    public Builder zone(String zone) {
      this.zone = zone;
      return this;
    }

    public Builder state(ClusterStatus.State state) {
      this.state = state;
      return this;
    }

    public Builder incarnation(int incarnation) {
      this.incarnation = incarnation;
      return this;
    }

    public Builder replicas(int replicas) {
      this.replicas = replicas;
      return this;
    }

    public Builder weight(double weight) {
      this.weight = weight;
      return this;
    }

    public Builder silentMillis(long silentMillis) {
      this.silentMillis = silentMillis;
      return this;
    }

    public Builder phi(double phi) {
      this.phi = phi;
      return this;
    }

    public Builder lagMillis(long lagMillis) {
      this.lagMillis = lagMillis;
      return this;
    }

    public Builder breakerOpen(boolean breakerOpen) {
      this.breakerOpen = breakerOpen;
      return this;
    }

    public Builder hints(long hints) {
      this.hints = hints;
      return this;
    }

    public Builder repairs(int repairs) {
      this.repairs = repairs;
      return this;
    }

    public Builder filling(int filling) {
      this.filling = filling;
      return this;
    }

    public Builder hintsPaused(boolean hintsPaused) {
      this.hintsPaused = hintsPaused;
      return this;
    }

    public Builder membership(ClusterStatus.Membership membership) {
      this.membership = membership;
      return this;
    }

    public Builder name(String name) {
      this.name = name;
      return this;
    }

    public Builder peerAddress(String peerAddress) {
      this.peerAddress = peerAddress;
      return this;
    }

    public Builder markedDown(boolean markedDown) {
      this.markedDown = markedDown;
      return this;
    }

    public NodeView build() {
      return new NodeViewValues(
          id,
          address,
          region,
          zone,
          state,
          incarnation,
          replicas,
          weight,
          silentMillis,
          phi,
          lagMillis,
          breakerOpen,
          hints,
          repairs,
          filling,
          hintsPaused,
          membership,
          markedDown,
          name,
          peerAddress);
    }

    private record NodeViewValues(
        String id,
        String address,
        String region,
        String zone,
        ClusterStatus.State state,
        int incarnation,
        int replicas,
        double weight,
        long silentMillis,
        double phi,
        long lagMillis,
        boolean breakerOpen,
        long hints,
        int repairs,
        int filling,
        boolean hintsPaused,
        ClusterStatus.Membership membership,
        boolean markedDown,
        String name,
        String peerAddress)
        implements NodeView {}
  }
}

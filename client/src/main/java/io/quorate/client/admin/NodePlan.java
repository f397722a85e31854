package io.quorate.client.admin;

/** What it would mean for a node. */
public sealed interface NodePlan {
  /** 16 hexadecimal digits. */
  String id();

  /** Host:port of its gRPC server. */
  String address();

  /** Where it stands. */
  TopologyPlan.Place before();

  /** Where it would stand. */
  TopologyPlan.Place after();

  /** What it would be to the cluster. */
  ClusterStatus.Membership membership();

  /** Capacity relative to other nodes; 1.0 is usual. */
  double weight();

  /** That it has, or is to have by earlier changes. */
  int replicasBefore();

  /** That it would have. */
  int replicasAfter();

  /** Replicas that would be brought to it. */
  int arriving();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .id(id())
        .address(address())
        .before(before())
        .after(after())
        .membership(membership())
        .weight(weight())
        .replicasBefore(replicasBefore())
        .replicasAfter(replicasAfter())
        .arriving(arriving());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String id = "";
    private String address = "";
    private TopologyPlan.Place before = TopologyPlan.Place.of("", "");
    private TopologyPlan.Place after = TopologyPlan.Place.of("", "");
    private ClusterStatus.Membership membership = ClusterStatus.Membership.UNKNOWN;
    private double weight;
    private int replicasBefore;
    private int replicasAfter;
    private int arriving;

    private Builder() {}

    public Builder id(String id) {
      this.id = id;
      return this;
    }

    public Builder address(String address) {
      this.address = address;
      return this;
    }

    public Builder before(TopologyPlan.Place before) {
      this.before = before;
      return this;
    }

    public Builder after(TopologyPlan.Place after) {
      this.after = after;
      return this;
    }

    public Builder membership(ClusterStatus.Membership membership) {
      this.membership = membership;
      return this;
    }

    public Builder weight(double weight) {
      this.weight = weight;
      return this;
    }

    public Builder replicasBefore(int replicasBefore) {
      this.replicasBefore = replicasBefore;
      return this;
    }

    public Builder replicasAfter(int replicasAfter) {
      this.replicasAfter = replicasAfter;
      return this;
    }

    public Builder arriving(int arriving) {
      this.arriving = arriving;
      return this;
    }

    public NodePlan build() {
      return new NodePlanValues(
          id, address, before, after, membership, weight, replicasBefore, replicasAfter, arriving);
    }

    private record NodePlanValues(
        String id,
        String address,
        TopologyPlan.Place before,
        TopologyPlan.Place after,
        ClusterStatus.Membership membership,
        double weight,
        int replicasBefore,
        int replicasAfter,
        int arriving)
        implements NodePlan {}
  }
}

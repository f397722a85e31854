package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where keys live. */
public final class Placement {
  private final String clusterId;
  private final long stateVersion;
  private final List<Node> nodes;
  private final List<Partition> partitions;
  private final List<Tenant> tenants;
  private final int clusterVersion;

  private Placement(
      String clusterId,
      long stateVersion,
      List<Node> nodes,
      List<Partition> partitions,
      List<Tenant> tenants,
      int clusterVersion) {
    this.clusterId = clusterId;
    this.stateVersion = stateVersion;
    this.nodes = List.copyOf(nodes);
    this.partitions = List.copyOf(partitions);
    this.tenants = List.copyOf(tenants);
    this.clusterVersion = clusterVersion;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static Placement of(
      String clusterId,
      long stateVersion,
      List<Node> nodes,
      List<Partition> partitions,
      List<Tenant> tenants,
      int clusterVersion) {
    return new Placement(clusterId, stateVersion, nodes, partitions, tenants, clusterVersion);
  }

  /** Id of the cluster, as {@link ClusterStatus#clusterId} has it. */
  public String clusterId() {
    return clusterId;
  }

  /** Grows with every change of nodes, tenants or partitions. */
  public long stateVersion() {
    return stateVersion;
  }

  /** What preference lists refer to. */
  public List<Node> nodes() {
    return nodes;
  }

  /** By number. */
  public List<Partition> partitions() {
    return partitions;
  }

  /** The tenants. */
  public List<Tenant> tenants() {
    return tenants;
  }

  /** At which the cluster works; 0: a node of release 0.1 answered, which does not say. */
  public int clusterVersion() {
    return clusterVersion;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Placement that
        && clusterId.equals(that.clusterId)
        && stateVersion == that.stateVersion
        && nodes.equals(that.nodes)
        && partitions.equals(that.partitions)
        && tenants.equals(that.tenants)
        && clusterVersion == that.clusterVersion;
  }

  @Override
  public int hashCode() {
    return Objects.hash(clusterId, stateVersion, nodes, partitions, tenants, clusterVersion);
  }

  @Override
  public String toString() {
    return "Placement[clusterId="
        + clusterId
        + ", stateVersion="
        + stateVersion
        + ", nodes="
        + nodes
        + ", partitions="
        + partitions
        + ", tenants="
        + tenants
        + ", clusterVersion="
        + clusterVersion
        + "]";
  }

  /** A node. */
  public static final class Node {
    private final String id;
    private final String address;
    private final String region;
    private final String zone;
    private final String name;

    private Node(String id, String address, String region, String zone, String name) {
      this.id = id;
      this.address = address;
      this.region = region;
      this.zone = zone;
      this.name = name;
    }

    /** Returns one without a name; each part is what the method of its name tells. */
    public static Node of(String id, String address, String region, String zone) {
      return of(id, address, region, zone, "");
    }

    /** Returns one with these parts; each is what the method of its name tells. */
    public static Node of(String id, String address, String region, String zone, String name) {
      return new Node(id, address, region, zone, name);
    }

    /** 16 hexadecimal digits. */
    public String id() {
      return id;
    }

    /** Host:port of its gRPC server. */
    public String address() {
      return address;
    }

    public String region() {
      return region;
    }

    public String zone() {
      return zone;
    }

    /** That the operator gave it; empty: none, or a node of release 0.1 answered. */
    public String name() {
      return name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Node that
          && id.equals(that.id)
          && address.equals(that.address)
          && region.equals(that.region)
          && zone.equals(that.zone)
          && name.equals(that.name);
    }

    @Override
    public int hashCode() {
      return Objects.hash(id, address, region, zone, name);
    }

    @Override
    public String toString() {
      return "Node[id="
          + id
          + ", address="
          + address
          + ", region="
          + region
          + ", zone="
          + zone
          + ", name="
          + name
          + "]";
    }
  }

  /** One partition. */
  public static final class Partition {
    private final long epoch;
    private final List<Integer> preferenceList;

    private Partition(long epoch, List<Integer> preferenceList) {
      this.epoch = epoch;
      this.preferenceList = List.copyOf(preferenceList);
    }

    /** Returns one with these parts; each is what the method of its name tells. */
    public static Partition of(long epoch, List<Integer> preferenceList) {
      return new Partition(epoch, preferenceList);
    }

    /** Grows when the replica set changes. */
    public long epoch() {
      return epoch;
    }

    /**
     * Positions in {@link Placement#nodes}, most preferred first; a tenant uses as many of the
     * first as its replication factor.
     */
    public List<Integer> preferenceList() {
      return preferenceList;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Partition that
          && epoch == that.epoch
          && preferenceList.equals(that.preferenceList);
    }

    @Override
    public int hashCode() {
      return Objects.hash(epoch, preferenceList);
    }

    @Override
    public String toString() {
      return "Partition[epoch=" + epoch + ", preferenceList=" + preferenceList + "]";
    }
  }
}

package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The version of a cluster, and the releases that its nodes run, as one node sees them. */
public final class UpgradeStatus {
  private final int clusterVersion;
  private final int highestClusterVersion;
  private final List<Node> nodes;
  private final long openMillis;

  private UpgradeStatus(
      int clusterVersion, int highestClusterVersion, List<Node> nodes, long openMillis) {
    this.clusterVersion = clusterVersion;
    this.highestClusterVersion = highestClusterVersion;
    this.nodes = List.copyOf(nodes);
    this.openMillis = openMillis;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static UpgradeStatus of(
      int clusterVersion, int highestClusterVersion, List<Node> nodes, long openMillis) {
    return new UpgradeStatus(clusterVersion, highestClusterVersion, nodes, openMillis);
  }

  /** Version at which all nodes write. */
  public int clusterVersion() {
    return clusterVersion;
  }

  /**
   * Highest version that the releases of all nodes work at: what the cluster's version may be
   * raised to.
   */
  public int highestClusterVersion() {
    return highestClusterVersion;
  }

  /** By id. */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * For how long the node that was asked, since its start, has known some node whose release works
   * at a higher version than the cluster; 0 if it knows none.
   */
  public long openMillis() {
    return openMillis;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UpgradeStatus that
        && clusterVersion == that.clusterVersion
        && highestClusterVersion == that.highestClusterVersion
        && nodes.equals(that.nodes)
        && openMillis == that.openMillis;
  }

  @Override
  public int hashCode() {
    return Objects.hash(clusterVersion, highestClusterVersion, nodes, openMillis);
  }

  @Override
  public String toString() {
    return "UpgradeStatus[clusterVersion="
        + clusterVersion
        + ", highestClusterVersion="
        + highestClusterVersion
        + ", nodes="
        + nodes
        + ", openMillis="
        + openMillis
        + "]";
  }

  /** A node and its release. */
  public sealed interface Node {
    /** 16 hexadecimal digits. */
    String id();

    /** Host:port of its gRPC server. */
    String address();

    /** Whether it answers, as the node that was asked sees it. */
    ClusterStatus.State state();

    /** Name of the release that it ran when it started last, such as 0.1.0. */
    String release();

    /** Lowest cluster version that this release works at. */
    int oldestClusterVersion();

    /** Highest cluster version that it works at. */
    int newestClusterVersion();

    static Builder builder() {
      return new Builder();
    }

    /** Returns a builder that has all of this. */
    default Builder toBuilder() {
      return builder()
          .id(id())
          .address(address())
          .state(state())
          .release(release())
          .oldestClusterVersion(oldestClusterVersion())
          .newestClusterVersion(newestClusterVersion());
    }

    /**
     * Each part is what the method of its name tells; what is not said is nothing, or not known.
     */
    final class Builder {
      private String id = "";
      private String address = "";
      private ClusterStatus.State state = ClusterStatus.State.UNKNOWN;
      private String release = "";
      private int oldestClusterVersion;
      private int newestClusterVersion;

      private Builder() {}

      public Builder id(String id) {
        this.id = id;
        return this;
      }

      public Builder address(String address) {
        this.address = address;
        return this;
      }

      public Builder state(ClusterStatus.State state) {
        this.state = state;
        return this;
      }

      public Builder release(String release) {
        this.release = release;
        return this;
      }

      public Builder oldestClusterVersion(int oldestClusterVersion) {
        this.oldestClusterVersion = oldestClusterVersion;
        return this;
      }

      public Builder newestClusterVersion(int newestClusterVersion) {
        this.newestClusterVersion = newestClusterVersion;
        return this;
      }

      public Node build() {
        return new NodeValues(
            id, address, state, release, oldestClusterVersion, newestClusterVersion);
      }

      private record NodeValues(
          String id,
          String address,
          ClusterStatus.State state,
          String release,
          int oldestClusterVersion,
          int newestClusterVersion)
          implements Node {}
    }
  }
}

package io.quorate.metadata.bootstrap;

import io.quorate.cluster.JoinTokenText;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a node, and what it wants to be part of.
 *
 * @param address host:port of its gRPC server
 * @param weight capacity relative to other nodes; 1.0 is usual
 * @param seeds its seed list, sorted
 * @param cluster null if it has none yet
 * @param incarnation how often it has started
 * @param stateVersion of the cluster as it knew it last; 0 if it has none
 * @param joining whether it asks to be taken into a cluster that runs
 * @param joins the cluster that it asks to be taken into; null while it looks for one. It is named,
 *     so that a node whose seeds are of two clusters becomes a member of neither
 * @param release that it runs
 * @param token with which it asks to be taken in; null for none
 * @param clientAddress host:port under which clients reach it, if that is another than its address;
 *     empty if not, and from nodes of release 0.1
 * @param diskMark the mark of its disk ({@link DiskMarks}); {@link DiskMarks#NOT_TOLD} from nodes
 *     of release 0.1
 */
public record Introduction(
    NodeId node,
    String address,
    String region,
    String zone,
    double weight,
    List<String> seeds,
    @Nullable ClusterId cluster,
    int incarnation,
    long stateVersion,
    Joining joining,
    @Nullable ClusterId joins,
    Release release,
    @Nullable JoinTokenText token,
    String clientAddress,
    long diskMark) {
  public Introduction {
    seeds = List.copyOf(seeds);
  }

  private static final int SEEDS_MAX = 1_000;

  /**
   * Returns why no cluster takes a node that says this of itself, as a sentence; null if one may.
   * What is told here is kept by all members, and part of their messages.
   */
  @Nullable String refusal() {
    try {
      var unused = new Member(node, address, region, zone, weight, 0, release, Member.State.SPARE);
      if (!clientAddress.isEmpty()) {
        Member.checkAddress(clientAddress);
      }
    } catch (IllegalArgumentException refused) {
      return String.valueOf(refused.getMessage());
    }
    return seeds.size() > SEEDS_MAX
        ? "it names %d seeds: name %d at most".formatted(seeds.size(), SEEDS_MAX)
        : null;
  }

  /**
   * Returns the address of this node that another has, too, at least one of them for clients; null
   * if there is none.
   */
  @Nullable String sharedForClients(String otherAddress, String otherClientAddress) {
    if (!clientAddress.isEmpty()
        && (clientAddress.equals(otherAddress) || clientAddress.equals(otherClientAddress))) {
      return clientAddress;
    }
    return address.equals(otherClientAddress) ? address : null;
  }

  /** Of a node that does not ask to be taken in, and that clients reach as the other nodes do. */
  public Introduction(
      NodeId node,
      String address,
      String region,
      String zone,
      double weight,
      List<String> seeds,
      @Nullable ClusterId cluster,
      int incarnation,
      long stateVersion,
      Release release) {
    this(
        node,
        address,
        region,
        zone,
        weight,
        seeds,
        cluster,
        incarnation,
        stateVersion,
        Joining.NO,
        null,
        release,
        null,
        "",
        DiskMarks.NOT_TOLD);
  }

  /** Returns this without a token, which not everyone who reads it may know. */
  public Introduction withoutToken() {
    return new Introduction(
        node,
        address,
        region,
        zone,
        weight,
        seeds,
        cluster,
        incarnation,
        stateVersion,
        joining,
        joins,
        release,
        null,
        clientAddress,
        diskMark);
  }
}

package io.quorate.metadata.bootstrap;

import io.quorate.cluster.JoinTokenText;
import io.quorate.model.Release;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator said about one node and the cluster it is to be part of.
 *
 * @param address host:port under which the others reach it
 * @param weight capacity relative to other nodes; 1.0 is usual
 * @param seeds sorted; addresses of all nodes that form the cluster, this one's among them, or of
 *     members of the cluster that it is to join
 * @param partitions of the cluster, if this node forms it
 * @param joining whether it asks to be taken into a cluster that runs
 * @param release that the node runs
 * @param name that people call the node by; empty for none
 * @param tokens of which new nodes it asks for a join token
 * @param token that it shows itself to join; null for none
 * @param clientAddress under which clients reach it, if that is another than its address; empty if
 *     not
 */
public record BootstrapConfig(
    String address,
    String region,
    String zone,
    double weight,
    List<String> seeds,
    int partitions,
    Joining joining,
    Release release,
    String name,
    JoinTokenDemand tokens,
    @Nullable JoinTokenText token,
    String clientAddress) {
  public BootstrapConfig {
    seeds = seeds.stream().distinct().sorted().toList();
  }

  /** Of a node without a name that forms a cluster with its seeds. */
  public BootstrapConfig(
      String address,
      String region,
      String zone,
      double weight,
      List<String> seeds,
      int partitions,
      Release release) {
    this(address, region, zone, weight, seeds, partitions, Joining.NO, release, "");
  }

  /** Of a node that knows nothing of join tokens. */
  public BootstrapConfig(
      String address,
      String region,
      String zone,
      double weight,
      List<String> seeds,
      int partitions,
      Joining joining,
      Release release,
      String name) {
    this(
        address,
        region,
        zone,
        weight,
        seeds,
        partitions,
        joining,
        release,
        name,
        JoinTokenDemand.NEVER,
        null,
        "");
  }

  /** The one seed that forms the cluster: a single one, so there is at most one genesis. */
  String former() {
    return seeds.get(0);
  }

  /** Whether this node is the one that forms the cluster. */
  boolean isFormer() {
    return !asksToJoin() && former().equals(address);
  }

  boolean asksToJoin() {
    return joining != Joining.NO;
  }
}

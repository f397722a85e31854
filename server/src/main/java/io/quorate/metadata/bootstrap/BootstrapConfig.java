package io.quorate.metadata.bootstrap;

import io.quorate.model.Release;
import java.util.List;

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
    String name) {
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

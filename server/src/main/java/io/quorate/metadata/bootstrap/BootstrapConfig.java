package io.quorate.metadata.bootstrap;

import java.util.List;

/**
 * What an operator said about one node and the cluster it is to be part of.
 *
 * @param address host:port under which the others reach it
 * @param weight capacity relative to other nodes; 1.0 is usual
 * @param seeds addresses of all nodes that form the cluster, sorted, this one's among them
 * @param partitions of the cluster, if this node forms it
 */
public record BootstrapConfig(
    String address, String region, String zone, double weight, List<String> seeds, int partitions) {
  public BootstrapConfig {
    seeds = seeds.stream().distinct().sorted().toList();
  }

  /** The one seed that forms the cluster: a single one, so there is at most one genesis. */
  String former() {
    return seeds.get(0);
  }
}

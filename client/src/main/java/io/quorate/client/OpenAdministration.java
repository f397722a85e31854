package io.quorate.client;

/** The administration of an open client. */
final class OpenAdministration implements Administration {
  private final AsyncCluster cluster;
  private final DirectNodes nodes;
  private final Waiting waiting;

  OpenAdministration(AsyncCluster cluster, DirectNodes nodes, Waiting waiting) {
    this.cluster = cluster;
    this.nodes = nodes;
    this.waiting = waiting;
  }

  @Override
  public Cluster cluster() {
    return new BlockingCluster(cluster, waiting);
  }

  @Override
  public AsyncCluster asyncCluster() {
    return cluster;
  }

  @Override
  public NodeMaintenance maintenance(String address) {
    return new BlockingNodeMaintenance(asyncMaintenance(address), waiting);
  }

  @Override
  public AsyncNodeMaintenance asyncMaintenance(String address) {
    return nodes.maintenance(address);
  }
}

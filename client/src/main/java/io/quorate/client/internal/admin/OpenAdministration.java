package io.quorate.client.internal.admin;

import io.quorate.client.admin.Access;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.AsyncAccess;
import io.quorate.client.admin.AsyncCluster;
import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.admin.Backups;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.NodeMaintenance;
import io.quorate.client.internal.engine.Waiting;

/** The administration of an open client. */
public final class OpenAdministration implements Administration {
  private final AsyncCluster cluster;
  private final AsyncAccess access;
  private final Backups backups;
  private final DirectNodes nodes;
  private final Waiting waiting;

  public OpenAdministration(
      AsyncCluster cluster,
      AsyncAccess access,
      Backups backups,
      DirectNodes nodes,
      Waiting waiting) {
    this.backups = backups;
    this.cluster = cluster;
    this.access = access;
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
  public Access access() {
    return new BlockingAccess(access, waiting);
  }

  @Override
  public AsyncAccess asyncAccess() {
    return access;
  }

  @Override
  public Backups backups() {
    return backups;
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

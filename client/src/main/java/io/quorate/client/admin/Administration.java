package io.quorate.client.admin;

import io.quorate.client.QuorateClient;

/**
 * What operators ask of a cluster, with a client: its state, its tenants, its topology, upgrades,
 * the maintenance of single nodes, backups, and who may do what.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Cluster cluster = Administration.of(client).cluster();
 *   TenantChange created =
 *       cluster.createTenant("sessions", TenantSettings.DEFAULT.defaultTtl(Duration.ofHours(1)));
 *   System.out.println(created.tenant().name() + ", " + cluster.status().nodes().size() + " nodes");
 * }
 * }</pre>
 */
public interface Administration {
  /** Returns the administration of the client's cluster. It ends with the client. */
  static Administration of(QuorateClient client) {
    return client.as(Administration.class);
  }

  /** Looks at the cluster and changes it, and waits for the answer. */
  Cluster cluster();

  /** Looks at the cluster and changes it without blocking. */
  AsyncCluster asyncCluster();

  /** Looks at users, roles and grants, changes them, and waits for the answer. */
  Access access();

  /** Looks at users, roles and grants and changes them without blocking. */
  AsyncAccess asyncAccess();

  /** Reads what backups keep and brings it back, and waits for the answer. */
  Backups backups();

  /**
   * Looks after one node, and waits for the answer.
   *
   * @param address host:port, as {@link NodeView#address} says it
   */
  NodeMaintenance maintenance(String address);

  /**
   * Looks after one node without blocking.
   *
   * @param address host:port, as {@link NodeView#address} says it
   */
  AsyncNodeMaintenance asyncMaintenance(String address);
}

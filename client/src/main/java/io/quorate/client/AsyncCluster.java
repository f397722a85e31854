package io.quorate.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Looks at the cluster and changes its tenants, without blocking. Any node answers: nodes are asked
 * one after the other until one does or the client's timeout is over. Futures complete on the
 * client's event loop and fail with a {@link QuorateException}.
 */
public interface AsyncCluster {
  /** The nodes, their states, and the metadata group, as the node that answers sees them. */
  CompletableFuture<ClusterStatus> status();

  /**
   * The same as one node sees it, with its report of itself; no other node answers in its place.
   *
   * @param address host:port of its gRPC server
   */
  CompletableFuture<ClusterStatus> statusOf(String address);

  /** Where keys live. */
  CompletableFuture<Placement> placement();

  /** The tenants, by name. */
  CompletableFuture<List<Tenant>> tenants();

  /** Creates a tenant. Creating it again with the same settings succeeds. */
  CompletableFuture<TenantChange> createTenant(String name, TenantSettings settings);

  /** Changes a tenant's defaults; what {@code settings} does not say stays as it is. */
  CompletableFuture<TenantChange> alterTenant(String name, TenantSettings settings);

  /**
   * Says that a member has lost its disk: a node that stands at its address with an empty one takes
   * its place, and is filled from the others before it counts. Saying it again succeeds.
   *
   * @param node id or address
   * @param acceptDataLoss even where too few other replicas are known to hold what it held
   * @param thoughLive even though it answers
   */
  CompletableFuture<Readmission> readmit(String node, boolean acceptDataLoss, boolean thoughLive);
}

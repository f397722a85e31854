package io.quorate.client;

import java.util.List;

/**
 * Looks at the cluster and changes its tenants, and waits for the answer: the blocking face of
 * {@link AsyncCluster}.
 */
public final class Cluster {
  private final AsyncCluster async;
  private final Waiting waiting;

  Cluster(AsyncCluster async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  /** The nodes, their states, and the metadata group, as the node that answers sees them. */
  public ClusterStatus status() {
    return waiting.forRead(async.status());
  }

  /**
   * The same as one node sees it, with its report of itself; no other node answers in its place.
   *
   * @param address host:port of its gRPC server
   */
  public ClusterStatus statusOf(String address) {
    return waiting.forRead(async.statusOf(address));
  }

  /** Where keys live. */
  public Placement placement() {
    return waiting.forRead(async.placement());
  }

  /** The tenants, by name. */
  public List<Tenant> tenants() {
    return waiting.forRead(async.tenants());
  }

  /** Creates a tenant. Creating it again with the same settings succeeds. */
  public TenantChange createTenant(String name, TenantSettings settings) {
    return waiting.forWrite(async.createTenant(name, settings));
  }

  /** Changes a tenant's defaults; what {@code settings} does not say stays as it is. */
  public TenantChange alterTenant(String name, TenantSettings settings) {
    return waiting.forWrite(async.alterTenant(name, settings));
  }

  /**
   * Says that a member has lost its disk: a node that stands at its address with an empty one takes
   * its place, and is filled from the others before it counts. Saying it again succeeds.
   *
   * @param node id or address
   * @param acceptDataLoss even where too few other replicas are known to hold what it held
   * @param thoughLive even though it answers
   */
  public Readmission readmit(String node, boolean acceptDataLoss, boolean thoughLive) {
    return waiting.forWrite(async.readmit(node, acceptDataLoss, thoughLive));
  }
}

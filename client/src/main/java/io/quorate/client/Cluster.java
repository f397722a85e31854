package io.quorate.client;

import java.util.List;

/**
 * Looks at the cluster and changes its tenants and its topology, and waits for the answer: the
 * blocking face of {@link AsyncCluster}.
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

  /**
   * What a wish would move, as things are now. Changes nothing.
   *
   * @throws InvalidRequestException the wish cannot be granted; the message says why
   */
  public TopologyPlan planTopology(TopologyWish wish) {
    return waiting.forRead(async.planTopology(wish));
  }

  /**
   * Says what the topology shall become. Returns once that is agreed on; it goes on by itself from
   * then on, see {@link ClusterStatus#change}. Saying it again succeeds.
   *
   * @return how it stands
   * @throws InvalidRequestException the wish cannot be granted, and changed nothing
   * @throws UnavailableException no node could pass it on: nothing was changed
   * @throws OutcomeUnknownException it may have taken effect; saying it again does no harm
   */
  public TopologyChange changeTopology(TopologyWish wish) {
    return waiting.forWrite(async.changeTopology(wish));
  }

  /**
   * Nothing more shall move: partitions that can go back go back, those that have arrived clean up,
   * and what has not set out stays. Nodes that were to leave or join stay members.
   *
   * @return how it stands
   * @throws InvalidRequestException nothing is on the move
   * @throws UnavailableException no node could pass it on: nothing was changed
   * @throws OutcomeUnknownException it may have taken effect; saying it again does no harm
   */
  public TopologyChange cancelChange() {
    return waiting.forWrite(async.cancelChange());
  }

  /**
   * Says how much of a change is done at a time, this one and later ones; or pauses it.
   *
   * @param limits what is null in it stays as it is
   * @return how the change stands, with its limits
   * @throws InvalidRequestException a limit is out of range
   * @throws UnavailableException no node could pass it on: nothing was changed
   * @throws OutcomeUnknownException it may have taken effect; saying it again does no harm
   */
  public TopologyChange limitChange(ChangeLimits limits) {
    return waiting.forWrite(async.limitChange(limits));
  }
}

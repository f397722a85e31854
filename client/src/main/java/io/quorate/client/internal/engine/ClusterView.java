package io.quorate.client.internal.engine;

import io.quorate.client.Level;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.RequestBounds;
import io.quorate.proto.v1.RequestId;
import io.quorate.proto.v1.Tenant;
import org.jspecify.annotations.Nullable;

/**
 * What this client knows of its cluster: where keys live, how much the nodes take, and the
 * cluster's clock. The connections and {@link PlacementWatch} look here for what to ask and to
 * send. Owned by the loop.
 */
public final class ClusterView {
  private final String region;
  private final Session session;
  private final StampClock stamps = new StampClock();

  /** Null until a node was met. */
  private @Nullable RouteTable table;

  private Bounds bounds = Bounds.DEFAULT;

  /** At which the cluster works; 0: no node has said so. */
  private int clusterVersion;

  /**
   * @param session keeps the highest clock heard, which names requests, too
   */
  public ClusterView(Session session) {
    this(session, "");
  }

  /**
   * @param region in which the client is; empty: it does not say
   */
  public ClusterView(Session session, String region) {
    this.region = region;
    this.session = session;
  }

  @Nullable RouteTable table() {
    return table;
  }

  void follow(RouteTable next) {
    table = next;
  }

  /**
   * Adds a tenant that the table does not have yet. One that it has may have been altered since,
   * and is not told again. Ids rise.
   */
  void learn(Tenant created) {
    if (table == null) {
      return;
    }
    Tenant known = table.tenant(created.getName());
    if (known == null || known.getId() < created.getId()) {
      table = table.with(created);
    }
  }

  /** Whether a node that tells this id belongs to another cluster than this client uses. */
  boolean isOfAnotherCluster(long clusterId) {
    return table != null && table.isOfAnotherCluster(clusterId);
  }

  /** Asks for what is not known yet of where keys live. */
  GetPlacementRequest placementQuestion() {
    return RouteTable.question(table);
  }

  /** How much the nodes take. */
  Bounds bounds() {
    return bounds;
  }

  /** A node told how much it takes. */
  void onBounds(RequestBounds said) {
    bounds = Bounds.of(said);
  }

  /** A node told the version at which the cluster works, which never falls. */
  void onClusterVersion(int told) {
    clusterVersion = Math.max(clusterVersion, told);
  }

  /** Another cluster is followed from now on. */
  void onOtherClusterVersion(int told) {
    clusterVersion = told;
  }

  /** Whether all nodes know what came with a version of the cluster, and take it. */
  boolean isAtVersion(int version) {
    return clusterVersion >= version;
  }

  /** The clock of the node at an address. */
  ToldClock clockOf(String address) {
    return stamps.of(address);
  }

  /** A node told its clock. */
  void onClock(long hlc) {
    session.onHeard(hlc);
  }

  /**
   * The model of a call's tenant, if the call does not suit it; null if it does, or as long as the
   * tenant is not known.
   */
  Tenant.@Nullable Model wrongModel(Call<?> call) {
    Tenant tenant = table == null ? null : table.tenant(call.tenant);
    return tenant == null || call.face().suits(tenant) ? null : Face.modelOf(tenant);
  }

  /** Whether a write cannot be stamped until its tenant's settings are told. */
  boolean lacksDefaultTtl(Call<?> call) {
    return call.once
        && call instanceof Call.Write<?> write
        && !write.isStamped()
        && write.takesDefaultTtl()
        && (table == null || table.tenant(call.tenant) == null);
  }

  /**
   * Stamps a write that takes effect at most once, unless it is stamped. It stays without a stamp
   * as long as too little is known for one: then a node refuses it, and tells above which time a
   * stamp can succeed.
   */
  void stamp(Call<?> call, long nowNanos) {
    if (!(call instanceof Call.Write<?> write) || write.isStamped()) {
      return;
    }
    RouteTable known = table;
    Tenant tenant = known == null ? null : known.tenant(call.tenant);
    if (tenant == null && write.takesDefaultTtl()) {
      return;
    }
    long hlc = stamps.next(write.aboveHlc(), call.tooLow, nowNanos);
    if (hlc != 0) {
      write.stamp(
          hlc,
          known == null ? 0 : known.epoch(call.partition),
          tenant == null ? 0 : tenant.getDefaultTtlMs());
    }
  }

  /** Gives a time above what was heard, and above another one; 0: no node has told its clock. */
  long hlcAbove(long above, long nowNanos) {
    return stamps.nextAbove(above, session.heardHlc(), nowNanos);
  }

  /** Whether a node has told its clock. */
  boolean knowsClock() {
    return session.heardHlc() != 0;
  }

  /** Names a write. */
  RequestId nextRequest() {
    return session.nextRequest();
  }

  /** The region whose nodes the client prefers; empty: it prefers none. */
  String region() {
    return region;
  }

  /**
   * Whether a call asks about this client's region alone, by its level, so that a node of another
   * region would answer another question. Of a tenant that is not replicated by region, or that has
   * no replicas in this one, any node answers the same.
   */
  boolean isAboutRegion(Call<?> call, Tenant tenant) {
    boolean replicatedHere =
        !region.isEmpty()
            && tenant.getReplicasByRegionList().stream()
                .anyMatch(each -> each.getRegion().equals(region) && each.getReplicas() > 0);
    Level level = replicatedHere ? call.levelOf(tenant) : null;
    return Level.LOCAL_QUORUM.equals(level) || Level.LOCAL_ONE.equals(level);
  }
}

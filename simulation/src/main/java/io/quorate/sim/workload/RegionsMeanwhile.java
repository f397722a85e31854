package io.quorate.sim.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.cluster.ClusterState;
import io.quorate.model.Key;
import io.quorate.placement.Tenant;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimRegions;
import org.jspecify.annotations.Nullable;

/**
 * What one call on a key meets of regions, from its beginning to its end; nothing where all nodes
 * stand in one.
 *
 * @param changing whether replicas of the key changed in some region when it began
 * @param lost whether a region had been lost for good before
 */
record RegionsMeanwhile(
    SimCluster cluster,
    @Nullable SimRegions regions,
    String tenant,
    Key key,
    long beganNanos,
    boolean changing,
    boolean lost) {

  static RegionsMeanwhile begin(SimCluster cluster, Tenant tenant, String name) {
    SimRegions regions = cluster.regions();
    Key key = new Key(tenant.id(), name.getBytes(UTF_8));
    return new RegionsMeanwhile(
        cluster,
        regions,
        tenant.name(),
        key,
        cluster.world().nowNanos(),
        regions != null && isChanging(regions, tenant.name(), key),
        regions != null && regions.lost() != null);
  }

  private static boolean isChanging(SimRegions regions, String tenant, Key key) {
    ClusterState state = regions.newest();
    Tenant now = state == null ? null : state.tenants().get(tenant);
    return state != null
        && now != null
        && !regions
            .changing(state, state.partitions().get(key.partition(state.partitions().size())), now)
            .isEmpty();
  }

  /** Counts what it met; it ended well just now. */
  void counts(String what) {
    if (regions == null) {
      return;
    }
    if (isAnyAway(regions)) {
      cluster.windows().enter(what + " while a region is away");
    }
    if (changing && isChanging(regions, tenant, key)) {
      cluster.windows().enter(what + " while replicas in a region change");
    }
    if (lost) {
      cluster.windows().enter(what + " after a region was lost");
    }
  }

  /** Whether a region with replicas of the tenant was away all the time, and is not lost. */
  private boolean isAnyAway(SimRegions known) {
    ClusterState state = known.newest();
    Tenant now = state == null ? null : state.tenants().get(tenant);
    long nanos = cluster.world().nowNanos() - beganNanos;
    return now != null
        && known.names().stream()
            .filter(region -> !region.equals(known.lost()) && known.isAway(region, nanos))
            .anyMatch(
                region ->
                    now.replication().all().stream()
                        .allMatch(factor -> factor.byRegion().containsKey(region)));
  }
}

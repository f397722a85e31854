package io.quorate.sim.cluster;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What operators ask for of one tenant that is replicated by region: other numbers of replicas in
 * its regions, also none.
 */
final class ReplicaWishes {
  private static final int REPLICAS_MAX = 3;

  /** How often a tenant beside the first is altered when operators ask for something. */
  private static final double NOW_AND_THEN = 0.2;

  private final String tenant;
  private final SimRegions regions;

  /** Fewest replicas in a region that has any. */
  private final int replicasMin;

  private final SimRandom random;

  ReplicaWishes(String tenant, SimRegions regions, int replicasMin, SimRandom random) {
    this.tenant = tenant;
    this.regions = regions;
    this.replicasMin = replicasMin;
    this.random = random;
  }

  /** Whether the tenant exists. */
  boolean isIn(ClusterState state) {
    return state.tenants().containsKey(tenant);
  }

  /** Returns another number of replicas in one region, in some of the calls; null in the others. */
  @Nullable Command nowAndThen(ClusterState state) {
    return random.chance(NOW_AND_THEN) ? alter(state) : null;
  }

  /** Returns another number of replicas in one region; null if there is none. */
  @Nullable Command alter(ClusterState state) {
    Tenant now = state.tenants().get(tenant);
    if (now == null || !now.replication().goal().isByRegion()) {
      return null;
    }
    SortedMap<String, Integer> next = new TreeMap<>(now.replication().goal().byRegion());
    String region = random.pick(regions.names());
    int nodes =
        (int)
            state.members().values().stream()
                .filter(member -> member.state() == Member.State.ACTIVE)
                .filter(member -> state.regions().of(member.id()).equals(region))
                .count();
    int most = Math.min(REPLICAS_MAX, nodes);
    if (next.containsKey(region) && next.size() > 2 && random.chance(0.3)) {
      next.remove(region);
    } else if (most >= replicasMin) {
      next.put(region, (int) random.between(replicasMin, most));
    }
    ReplicationFactor wanted = ReplicationFactor.byRegion(next);
    return wanted.equals(now.replication().goal()) ? null : altered(wanted);
  }

  private Command altered(ReplicationFactor wanted) {
    return new Command.AlterTenant(tenant, TenantSettings.NONE, wanted);
  }

  /** Returns what has the tenant leave a region; null if it has no replicas there in the end. */
  @Nullable Command leave(ClusterState state, String region) {
    SortedMap<String, Integer> next = new TreeMap<>(goal(state).byRegion());
    return next.remove(region) == null ? null : altered(ReplicationFactor.byRegion(next));
  }

  /** Whether the tenant has replicas in a region in the end. */
  boolean hasReplicas(ClusterState state, String region) {
    return isIn(state) && goal(state).byRegion().containsKey(region);
  }

  /** Whether most replicas of each partition are elsewhere, and nothing is being altered. */
  boolean keepsMajorityWithout(ClusterState state, String region) {
    Tenant now = state.tenants().get(tenant);
    if (now == null || now.replication().isAltered()) {
      return false;
    }
    ReplicationFactor factor = now.replication().goal();
    int there = factor.byRegion().getOrDefault(region, 0);
    return factor.byRegion().size() > 1 && 2 * there < factor.replicas();
  }

  private Tenant present(ClusterState state) {
    return Objects.requireNonNull(state.tenants().get(tenant), tenant);
  }

  private ReplicationFactor goal(ClusterState state) {
    return present(state).replication().goal();
  }

  /** Whether a dead node counts among the tenant's replicas of any partition. */
  boolean waitsFor(ClusterState state, Set<NodeId> dead) {
    return state.partitions().stream().anyMatch(each -> waitsFor(state, each, dead));
  }

  private boolean waitsFor(ClusterState state, PartitionPlacement partition, Set<NodeId> dead) {
    Tenant now = present(state);
    Move move = partition.move();
    List<NodeId> replicas =
        new ArrayList<>(
            now.replication()
                .at(partition.alteredThrough())
                .of(partition.preferenceList(), state.regions()));
    if (move != null) {
      replicas.addAll(
          now.replication().at(move.alteredThrough()).of(move.other(), state.regions()));
    }
    return replicas.stream()
        .anyMatch(node -> dead.contains(node) && !partition.filling().contains(node));
  }
}

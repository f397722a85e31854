package io.quorate.cluster;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.model.NodeId;
import io.quorate.model.Quoted;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How tenants come to other settings. Most hold at once. Another replication factor is a wish, as
 * any change of the topology is: partitions come to it one by one, by the same ladder, and the
 * tenant has the new one when all have. It may be altered again meanwhile; partitions go from what
 * they have to what was wished for last.
 */
final class Alterations {
  /** Wishes of one tenant that some partitions have come through and others have not. */
  static final int PENDING_MAX = 16;

  private Alterations() {}

  static Decision alter(ClusterState state, AlterTenant alter, long index) {
    String name = alter.name().isEmpty() ? Tenant.DEFAULT_NAME : alter.name();
    Tenant known = state.tenants().get(name);
    if (known == null) {
      return new Rejected(
          RefusalKind.UNKNOWN_TENANT,
          "tenant %s does not exist: create it first".formatted(Quoted.of(name)));
    }
    TenantRules.checkKept(known, alter.settings());
    return alter(state, known, known.with(alter.settings()), alter.replicationFactor(), index);
  }

  /**
   * A tenant comes to other settings.
   *
   * @param settled the tenant, with all of them but its replicas
   * @param factor unsaid if it keeps its replicas
   */
  static Decision alter(
      ClusterState state, Tenant known, Tenant settled, ReplicationFactor factor, long index) {
    Tenant wanted = settled;
    boolean altered = factor.isSaid() && !factor.equals(known.replication().goal());
    if (altered) {
      String refusal = refusal(state, known, factor);
      if (refusal != null) {
        return new Rejected(refusal);
      }
      wanted = wanted.with(wanted.replication().altered(index, factor));
    }
    TenantRules.check(wanted);
    List<String> warnings = TenantRules.warnings(wanted);
    if (wanted.equals(known)) {
      return new Accepted(state, warnings);
    }
    ClusterState next = state.withTenant(wanted, index);
    return new Accepted(altered ? wished(next, factor, index) : next, warnings);
  }

  /** Why a tenant cannot come to another factor; null if it can. */
  static @Nullable String refusal(ClusterState state, Tenant tenant, ReplicationFactor factor) {
    int nodes = state.ownersToBe().size();
    if (factor.isByRegion()) {
      String lacking = ListNeeds.of(List.of(factor)).lacking(state.ownersToBe());
      if (lacking != null) {
        return "tenant '%s': replication factor %s: %s. Give fewer, or add nodes there first"
            .formatted(tenant.name(), factor, lacking);
      }
    } else if (factor.replicas() < 1 || factor.replicas() > nodes) {
      return ("tenant '%s': replication factor %d: there are %d nodes that may have replicas, and"
              + " each has one at most. Give 1 to %d, or add nodes first")
          .formatted(tenant.name(), factor.replicas(), nodes, nodes);
    }
    if (tenant.replication().alterations().size() == PENDING_MAX) {
      return ("tenant '%s' was altered %d times since its partitions last had all one replication"
              + " factor: wait until some have come through")
          .formatted(tenant.name(), PENDING_MAX);
    }
    return null;
  }

  /**
   * After all was called off: partitions that had come through to fewer replicas than their tenants
   * have again need more nodes.
   */
  static ClusterState calledOff(ClusterState state, long index) {
    return wished(state, state.replications().stream().map(Replication::goal).toList(), index);
  }

  /** A tenant is to have this factor in all partitions. */
  static ClusterState wished(ClusterState state, ReplicationFactor factor, long index) {
    return wished(state, List.of(factor), index);
  }

  /**
   * Where lists are too short they are planned again; else partitions can set out at once. A plan
   * that is still to come is made again, too: it may be under way, for the replicas that tenants
   * were to have before.
   */
  private static ClusterState wished(
      ClusterState state, List<ReplicationFactor> factors, long index) {
    ClusterState next = settled(state, index);
    Regions regions = regions(state);
    boolean longEnough = !plansAgain(state);
    for (int number = 0; number < next.partitions().size(); number++) {
      List<NodeId> goal = next.goal(number);
      longEnough &= factors.stream().allMatch(factor -> factor.fits(goal, regions));
    }
    return longEnough ? counted(next, index) : next.with(next.change().wished(index), index);
  }

  /** Whether tenants that need other lists make a plan void that is still to come. */
  static boolean plansAgain(ClusterState state) {
    return state.change().needsPlan() && state.clusterVersion() >= TenantRules.REGIONS_FROM_VERSION;
  }

  /** Whether a tenant with this factor could have all its replicas at once. */
  static boolean isEverywhere(ClusterState state, ReplicationFactor factor) {
    if (!factor.isByRegion()) {
      return true; // or it is refused
    }
    Regions regions = regions(state);
    for (int number = 0; number < state.partitions().size(); number++) {
      PartitionPlacement partition = state.partitions().get(number);
      Move move = partition.move();
      if (!factor.fits(partition.preferenceList(), regions)
          || (move != null && move.isDual() && !factor.fits(move.other(), regions))
          || !factor.fits(state.goal(number), regions)) {
        return false;
      }
    }
    return true;
  }

  /** Of all members, whether or not a tenant is replicated by region yet. */
  private static Regions regions(ClusterState state) {
    SortedMap<NodeId, String> regions = new TreeMap<>();
    state.members().forEach((id, member) -> regions.put(id, member.region()));
    return Regions.of(regions);
  }

  /** What is planned is what is to move now. */
  static ClusterState counted(ClusterState state, long index) {
    return state.with(state.change().planned(state.yetToArrive().size()), index);
  }

  /** Tenants are to have again what they had before they were altered. */
  static ClusterState takenBack(ClusterState state, long index) {
    SortedMap<String, Tenant> tenants = new TreeMap<>(state.tenants());
    tenants.replaceAll(
        (name, tenant) -> {
          Replication now = tenant.replication();
          return now.goal().equals(now.factor())
              ? tenant
              : tenant.with(now.altered(index, now.factor()));
        });
    return tenants.equals(state.tenants()) ? state : state.withTenants(tenants, index);
  }

  /**
   * Of each tenant only what some partition still has, or comes from, or is to have. What is so in
   * all is what the tenant has.
   */
  static ClusterState settled(ClusterState state, long index) {
    if (state.replications().stream().noneMatch(Replication::isAltered)) {
      return state;
    }
    SortedSet<Long> through = new TreeSet<>();
    for (PartitionPlacement partition : state.partitions()) {
      Move move = partition.move();
      through.add(partition.alteredThrough());
      if (move != null) {
        through.add(move.alteredThrough());
      }
    }
    SortedMap<String, Tenant> tenants = new TreeMap<>(state.tenants());
    tenants.replaceAll((name, tenant) -> tenant.with(tenant.replication().settled(through)));
    return tenants.equals(state.tenants()) ? state : state.withTenants(tenants, index);
  }
}

package io.quorate.cli.doctor;

import io.quorate.client.Level;
import io.quorate.client.admin.ClusterStatus.Membership;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What tenants are set to that their users may not want. */
final class TenantRules {
  private static final int REPLICAS_USUAL = 3;

  private TenantRules() {}

  /** What is said of tenants below is not all then. */
  static List<Finding> unknown(Observations seen) {
    return seen.tenants() == null
        ? List.of(
            Finding.warning(
                "tenants-unknown",
                "tenants",
                "No node said which tenants there are, so none is looked at.",
                "Run this again; if it stays, look at the nodes that are down."))
        : List.of();
  }

  static List<Finding> levels(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (Tenant tenant : seen.knownTenants()) {
      int replicas = tenant.replicationFactor();
      int read = required(tenant.readLevel(), replicas);
      int write = required(tenant.writeLevel(), replicas);
      if (tenant.replicasByRegion().isEmpty() && read + write <= replicas) {
        found.add(
            Finding.warning(
                "tenant-may-miss",
                "tenant " + tenant.name(),
                "Its reads ask %d and its writes %d of %d replicas, so reads can miss acknowledged"
                        .formatted(read, write, replicas)
                    + " writes.",
                "If that is not wanted: quorate tenant alter "
                    + tenant.name()
                    + " --read-level QUORUM --write-level QUORUM"));
      }
    }
    return found;
  }

  /** Whether reads or writes ask all replicas of a key; tenants by region are left out. */
  static boolean needsAll(Tenant tenant) {
    int replicas = tenant.replicationFactor();
    return tenant.replicasByRegion().isEmpty()
        && Math.max(required(tenant.readLevel(), replicas), required(tenant.writeLevel(), replicas))
            >= replicas;
  }

  private static int required(@Nullable Level level, int replicas) {
    if (level instanceof Level.Count count) {
      return count.replicas();
    }
    return level instanceof Level.Named named
        ? switch (named) {
          case ONE, LOCAL_ONE -> 1;
          case TWO -> 2;
          case QUORUM, LOCAL_QUORUM, EACH_QUORUM -> replicas / 2 + 1;
          case ALL -> replicas;
        }
        : replicas / 2 + 1;
  }

  /** One copy: the loss of a node is the loss of data. */
  static List<Finding> single(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (Tenant tenant : seen.knownTenants()) {
      if (tenant.replicationFactor() == 1 && places(seen).size() > 1) {
        found.add(
            Finding.warning(
                "tenant-single-replica",
                "tenant " + tenant.name(),
                "Each of its keys lives on one node only: with that node it is away, or lost.",
                "Give it more: quorate tenant alter "
                    + tenant.name()
                    + " --rf "
                    + Math.min(places(seen).size(), REPLICAS_USUAL)));
      }
    }
    return found;
  }

  /** Also of one whose restore was given up: it waits, and clients wait for it. */
  static List<Finding> restored(Observations seen) {
    return seen.knownTenants().stream()
        .filter(Tenant::isBeingRestored)
        .map(
            tenant ->
                Finding.warning(
                    "tenant-being-restored",
                    "tenant " + tenant.name(),
                    "It is being restored from a backup, and refuses clients until it has all of"
                        + " it. What was deleted since it began is not purged meanwhile.",
                    "Let the restore end; one that was stopped goes on with the same command, see"
                        + " quorate restore. To give it up: quorate backup give-up-restore "
                        + tenant.name()
                        + " --yes"))
        .toList();
  }

  /** Replicas that must share a zone. */
  static List<Finding> zones(Observations seen) {
    Set<String> all = new TreeSet<>();
    Map<String, Set<String>> byRegion = new TreeMap<>();
    for (NodeView node : places(seen)) {
      all.add(node.region() + "/" + node.zone());
      byRegion.computeIfAbsent(node.region(), unused -> new TreeSet<>()).add(node.zone());
    }
    List<Finding> found = new ArrayList<>();
    for (Tenant tenant : seen.knownTenants()) {
      if (tenant.replicasByRegion().isEmpty()) {
        shared(tenant, tenant.replicationFactor(), all.size(), "").ifPresent(found::add);
      } else {
        tenant
            .replicasByRegion()
            .forEach(
                (region, replicas) ->
                    shared(
                            tenant,
                            replicas,
                            byRegion.getOrDefault(region, Set.of()).size(),
                            " of region " + region)
                        .ifPresent(found::add));
      }
    }
    return found;
  }

  /** Nodes of one zone say nothing of zones. */
  private static Optional<Finding> shared(Tenant tenant, int replicas, int zones, String where) {
    return replicas > zones && zones > 1
        ? Optional.of(
            Finding.warning(
                "tenant-zones",
                "tenant " + tenant.name(),
                "It has %d replicas and the nodes%s that may have any stand in %d zones: the loss of"
                        .formatted(replicas, where, zones)
                    + " one zone can take several replicas of a key.",
                "Let nodes stand in more zones (node.zone)."))
        : Optional.empty();
  }

  /** The members that may have replicas. */
  private static List<NodeView> places(Observations seen) {
    return seen.members().stream()
        .filter(node -> node.membership() != Membership.SPARE)
        .filter(node -> node.membership() != Membership.LEAVING)
        .toList();
  }
}

package io.quorate.sim.program;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.Member;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Placements of a cluster that never changes: partition p begins at node p and goes round. */
public final class FixedPlacements {
  public static final int PARTITIONS = Program.PARTITIONS;

  private FixedPlacements() {}

  public static Placements of(int nodes, int replicationFactor) {
    List<PartitionPlacement> partitions = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<NodeId> owners = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        owners.add(ReplicationProgram.idOf((partition + i) % nodes));
      }
      partitions.add(new PartitionPlacement(1, owners));
    }
    return of(1, nodes, replicationFactor, partitions);
  }

  /** Placements of one epoch in which all partitions have the same replicas, by their indexes. */
  public static Placements of(int nodes, long epoch, List<Integer> replicas) {
    List<NodeId> owners = replicas.stream().map(ReplicationProgram::idOf).toList();
    List<PartitionPlacement> partitions =
        Collections.nCopies(PARTITIONS, new PartitionPlacement(epoch, owners));
    return of(epoch, nodes, replicas.size(), partitions);
  }

  /** Returns this with one more tenant. */
  public static Placements and(Placements placements, Tenant other) {
    Map<String, Tenant> tenants = new TreeMap<>(placements.tenants());
    tenants.put(other.name(), other);
    return new Placements(
        placements.stateVersion(), placements.nodes(), tenants, placements.partitions());
  }

  /**
   * Returns this with nodes in regions, and the first tenant replicated by region: with the
   * replicas that it has.
   *
   * @param regions nodes of each, by their indexes
   */
  public static Placements byRegion(Placements placements, List<List<Integer>> regions) {
    Map<NodeId, Member> members = new TreeMap<>(placements.nodes());
    for (int region = 0; region < regions.size(); region++) {
      for (int index : regions.get(region)) {
        String name = "r" + region;
        members.computeIfPresent(
            ReplicationProgram.idOf(index),
            (id, each) -> new Member(id, each.address(), name, each.zone(), each.incarnation()));
      }
    }
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (NodeId replica : placements.partitions().getFirst().preferenceList()) {
      counts.merge(Objects.requireNonNull(members.get(replica)).region(), 1, Integer::sum);
    }
    Map<String, Tenant> tenants = new TreeMap<>(placements.tenants());
    tenants.replaceAll(
        (name, tenant) -> tenant.with(Replication.of(ReplicationFactor.byRegion(counts))));
    return new Placements(placements.stateVersion(), members, tenants, placements.partitions());
  }

  private static Placements of(
      long version, int nodes, int replicationFactor, List<PartitionPlacement> partitions) {
    var tenant =
        new Tenant(1, Tenant.DEFAULT_NAME, replicationFactor, Level.QUORUM, Level.QUORUM, 0);
    Map<NodeId, Member> members = new TreeMap<>();
    for (int i = 0; i < nodes; i++) {
      NodeId id = ReplicationProgram.idOf(i);
      members.put(id, new Member(id, "node" + i + ":7400", "r", "z" + i, 1));
    }
    return new Placements(version, members, Map.of(tenant.name(), tenant), partitions);
  }
}

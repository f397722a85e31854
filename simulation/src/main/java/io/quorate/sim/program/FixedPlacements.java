package io.quorate.sim.program;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.Member;
import io.quorate.placement.Tenant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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

package io.quorate.cut;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Quorum;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import io.quorate.placement.Stage;
import io.quorate.placement.Tenant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which nodes are replicas of which partition, for the tenants of a cut, and how many of them a
 * backup asks: of each tenant's as many as it does without a cut.
 */
final class CutReplicas {
  /** Of one partition. */
  record Of(SortedSet<NodeId> replicas, List<Quorum> quorums) {}

  private final List<Of> partitions = new ArrayList<>();
  private final SortedMap<NodeId, BitSet> byNode = new TreeMap<>();

  CutReplicas(Placements placements) {
    Set<Replication> replications = new LinkedHashSet<>();
    for (int id : placements.cut().tenants()) {
      Tenant tenant = placements.tenant(id);
      if (tenant != null) {
        replications.add(tenant.replication());
      }
    }
    Regions regions = placements.regions();
    for (PartitionPlacement placement : placements.partitions()) {
      add(placement, replications, regions);
    }
  }

  private void add(PartitionPlacement placement, Set<Replication> replications, Regions regions) {
    SortedSet<NodeId> replicas = new TreeSet<>();
    List<Quorum> quorums = new ArrayList<>();
    for (Replication each : replications) {
      Stage stage = placement.stage(placement.factor(each, regions));
      replicas.addAll(stage.replicas());
      quorums.add(stage.forRead(level(each)));
    }
    for (NodeId node : replicas) {
      byNode.computeIfAbsent(node, none -> new BitSet()).set(partitions.size());
    }
    partitions.add(new Of(replicas, quorums));
  }

  /** As backups read without a cut. */
  private static Level level(Replication replication) {
    return replication.goal().isByRegion() ? Level.EACH_QUORUM : Level.QUORUM;
  }

  int partitions() {
    return partitions.size();
  }

  Of of(int partition) {
    return partitions.get(partition);
  }

  /** Nodes that are replicas of some partition, but for these. */
  SortedSet<NodeId> nodesWithout(Set<NodeId> others) {
    SortedSet<NodeId> nodes = new TreeSet<>(byNode.keySet());
    nodes.removeAll(others);
    return nodes;
  }

  /** Whether a set of partitions has all of which a node is a replica. */
  boolean isAllOf(NodeId node, BitSet said) {
    BitSet lacking = (BitSet) byNode.getOrDefault(node, new BitSet()).clone();
    lacking.andNot(said);
    return lacking.isEmpty();
  }
}

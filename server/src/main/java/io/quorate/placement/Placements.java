package io.quorate.placement;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.version.RecordModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where everything lives, at one moment: what coordinators and replicas know of the cluster. A
 * value, published by {@code metadata} at every change.
 *
 * @param clusterVersion at which all nodes write: see {@link Release}
 * @param stateVersion grows with every change; the index of the last command folded in
 * @param nodes all members of the cluster, by id
 * @param tenants by name
 * @param partitions by number
 * @param copyBytesPerSecond how much one node copies of partitions on the move; 0: as much as
 *     clients do not feel
 * @param lossEpochs by partition that lost enough replicas for writes to be gone, of which no
 *     operator has taken note yet: what was first written under that epoch or later is not
 * @param cut the newest moment of which a backup was to be taken
 */
public record Placements(
    int clusterVersion,
    long stateVersion,
    Nodes nodes,
    Tenants tenants,
    List<PartitionPlacement> partitions,
    long copyBytesPerSecond,
    Map<Integer, Long> lossEpochs,
    Cut cut) {

  /**
   * A node as other nodes and clients need to know it.
   *
   * @param address host:port of its gRPC server
   * @param incarnation the start in which it said so
   */
  public record Member(NodeId id, String address, String region, String zone, int incarnation) {}

  public Placements {
    partitions = List.copyOf(partitions);
    lossEpochs = ordered(lossEpochs);
  }

  public Placements(
      int clusterVersion,
      long stateVersion,
      Map<NodeId, Member> nodes,
      Map<String, Tenant> tenants,
      List<PartitionPlacement> partitions,
      long copyBytesPerSecond,
      Map<Integer, Long> lossEpochs) {
    this(
        clusterVersion,
        stateVersion,
        Nodes.of(nodes),
        Tenants.of(tenants),
        partitions,
        copyBytesPerSecond,
        lossEpochs,
        Cut.NONE);
  }

  /** Of a cluster at the newest version, in which nothing is lost. */
  public Placements(
      long stateVersion,
      Map<NodeId, Member> nodes,
      Map<String, Tenant> tenants,
      List<PartitionPlacement> partitions,
      long copyBytesPerSecond) {
    this(
        Release.NEWEST_VERSION,
        stateVersion,
        nodes,
        tenants,
        partitions,
        copyBytesPerSecond,
        Map.of());
  }

  /** The plain case: what is copied is bounded by what clients feel. */
  public Placements(
      long stateVersion,
      Map<NodeId, Member> nodes,
      Map<String, Tenant> tenants,
      List<PartitionPlacement> partitions) {
    this(stateVersion, nodes, tenants, partitions, 0);
  }

  /**
   * A copy that is walked through in the order of its keys: {@code Map.copyOf} would give another
   * order in each process, and a simulation that does not replay.
   */
  private static <K extends Comparable<K>, V> Map<K, V> ordered(Map<K, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(new TreeMap<>(map)));
  }

  public @Nullable Tenant tenant(String name) {
    return tenants.get(name.isEmpty() ? Tenant.DEFAULT_NAME : name);
  }

  /** The tenant with this id, which is part of every stored key; null if there is none. */
  public @Nullable Tenant tenant(int id) {
    return tenants.withId(id);
  }

  /**
   * Returns the model of a tenant's records. A replica may be sent the first records of a tenant
   * before it learns of the tenant, and a peer may name a tenant that there is not: such records
   * are of the model that their format tells.
   */
  public RecordModel model(int tenantId) {
    Tenant tenant = tenant(tenantId);
    return tenant == null ? RecordModel.BY_FORMAT : tenant.model();
  }

  public long epoch(int partition) {
    return partitions.get(partition).epoch();
  }

  /**
   * The epoch from which on what is written to a partition is known not to be lost, if an operator
   * has given up, or readmitted, more of its replicas than a majority can spare, so that other
   * writes may be, and taken no note yet; 0 if not.
   */
  public long lossEpoch(int partition) {
    return lossEpochs.getOrDefault(partition, 0L);
  }

  public PurgeMarks purge(int partition) {
    return partitions.get(partition).purge();
  }

  /**
   * Partitions that are placed otherwise than before, ascending. A change of the cluster is mostly
   * one of very few: a follower that keeps something for each partition looks at these, and at all
   * partitions only if a tenant's setting that matters to it has changed.
   */
  public List<Integer> changedSince(Placements before) {
    Invariant.hold(
        before.partitions.size() == partitions.size(),
        "%d partitions were %d",
        partitions.size(),
        before.partitions.size());
    List<Integer> changed = new ArrayList<>();
    for (int partition = 0; partition < partitions.size(); partition++) {
      if (!partitions.get(partition).equals(before.partitions.get(partition))) {
        changed.add(partition);
      }
    }
    return changed;
  }

  /** The numbers of all partitions, ascending. */
  public List<Integer> all() {
    return IntStream.range(0, partitions.size()).boxed().toList();
  }

  /** The replicas of one tenant's share of a partition, and what is asked of them. */
  public Stage stage(int partition, Tenant tenant) {
    return partitions.get(partition).stage(factor(partition, tenant));
  }

  /** Whether a node does not yet hold what it must of a partition. */
  public boolean isFilling(NodeId node, int partition) {
    return partitions.get(partition).filling().contains(node);
  }

  /** In which region a node stands; empty if it is no member. */
  public String regionOf(NodeId node) {
    return nodes.regions().of(node);
  }

  /** Whether two nodes stand in one region, whether or not a tenant is replicated by region. */
  public boolean isNear(NodeId one, NodeId other) {
    return regionOf(one).equals(regionOf(other));
  }

  /** Where nodes stand, as far as tenants are replicated by region. */
  public Regions regions() {
    return tenants.areByRegion() ? nodes.regions() : Regions.UNDIVIDED;
  }

  /** The different ones that tenants have: mostly few, however many tenants there are. */
  public Set<Replication> replications() {
    return tenants.replications();
  }

  /** The factors that tenants have in a partition. */
  public SortedSet<Factor> factors(int partition) {
    return partitions.get(partition).factors(replications(), regions());
  }

  /** The one that a tenant has in a partition. */
  public Factor factor(int partition, Tenant tenant) {
    return partitions.get(partition).factor(tenant.replication(), regions());
  }

  /** Ids of the tenants that have a factor in a partition, ascending. */
  public List<Integer> tenantsOf(int partition, Factor factor) {
    return tenants.values().stream()
        .filter(tenant -> factor(partition, tenant).equals(factor))
        .map(Tenant::id)
        .sorted()
        .toList();
  }

  /**
   * The replicas of a partition for tenants of one factor, most preferred first; those of both sets
   * while it moves.
   */
  public List<NodeId> replicas(int partition, Factor factor) {
    return partitions.get(partition).replicas(factor);
  }

  /** All that are replicas of a partition for some tenant, most preferred first. */
  public List<NodeId> replicasOfAny(int partition) {
    PartitionPlacement placement = partitions.get(partition);
    List<NodeId> all = new ArrayList<>();
    for (Factor factor : factors(partition)) {
      for (NodeId node : placement.replicas(factor)) {
        if (!all.contains(node)) {
          all.add(node);
        }
      }
    }
    return all;
  }

  /**
   * Returns the other replicas of those tenants that a node is a replica for, most preferred first;
   * empty if it is one for no tenant. Where tenants are replicated by region, another node may be a
   * replica of the same partition and share no tenant with it.
   */
  public List<NodeId> otherReplicas(NodeId node, int partition) {
    Set<NodeId> others = new LinkedHashSet<>();
    for (Factor factor : factors(partition)) {
      List<NodeId> replicas = replicas(partition, factor);
      if (replicas.contains(node)) {
        others.addAll(replicas);
      }
    }
    others.remove(node);
    return List.copyOf(others);
  }

  /** Whether a node may hold something of a partition that others ask for. */
  public boolean isOwner(NodeId node, int partition) {
    return partitions.get(partition).owners().contains(node);
  }

  /** The partitions of which a node may hold something that others ask for. */
  public List<Integer> ownedBy(NodeId node) {
    return all().stream().filter(partition -> isOwner(node, partition)).toList();
  }
}

package io.quorate.client.internal.engine;

import io.quorate.hash.PartitionHash;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PartitionChange;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.RegionReplicas;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where keys live, as last heard, in the shape that routing needs. Immutable. */
final class RouteTable {
  /** What a cluster has at most. */
  private static final int PARTITIONS_MAX = 65_536;

  private final long clusterId;
  private final long stateVersion;

  /** By position: ids of nodes, their addresses, and their regions. */
  private final long[] nodes;

  private final List<String> addresses;
  private final List<String> regions;
  private final int[][] preferenceLists;
  private final long[] epochs;
  private final Map<String, Tenant> tenants;

  private RouteTable(
      long clusterId,
      long stateVersion,
      long[] nodes,
      List<String> addresses,
      List<String> regions,
      int[][] preferenceLists,
      long[] epochs,
      Map<String, Tenant> tenants) {
    this.clusterId = clusterId;
    this.stateVersion = stateVersion;
    this.nodes = nodes;
    this.addresses = addresses;
    this.regions = regions;
    this.preferenceLists = preferenceLists;
    this.epochs = epochs;
    this.tenants = tenants;
  }

  static RouteTable of(GetPlacementResponse placement) {
    List<String> addresses = new ArrayList<>();
    for (PlacementNode node : placement.getNodesList()) {
      addresses.add(node.getAddress());
    }
    int[][] preferenceLists = new int[placement.getPartitionsCount()][];
    long[] epochs = new long[placement.getPartitionsCount()];
    for (int i = 0; i < epochs.length; i++) {
      PartitionPlacement partition = placement.getPartitions(i);
      epochs[i] = partition.getEpoch();
      preferenceLists[i] =
          partition.getPreferenceListList().stream()
              .mapToInt(Integer::intValue)
              .filter(position -> position >= 0 && position < addresses.size())
              .toArray();
    }
    Map<String, Tenant> tenants = new HashMap<>();
    for (Tenant tenant : placement.getTenantsList()) {
      tenants.put(tenant.getName(), tenant);
    }
    return new RouteTable(
        placement.getClusterId(),
        placement.getStateVersion(),
        placement.getNodesList().stream().mapToLong(PlacementNode::getId).toArray(),
        List.copyOf(addresses),
        placement.getNodesList().stream().map(PlacementNode::getRegion).toList(),
        preferenceLists,
        epochs,
        tenants);
  }

  /**
   * Applies an update, all of its parts.
   *
   * @param known what is known; null if nothing is
   * @return what is known then; {@code known} itself if the update tells nothing new
   * @throws IllegalArgumentException if the update does not fit what is known, or itself
   */
  static RouteTable with(@Nullable RouteTable known, List<WatchPlacementResponse> parts) {
    WatchPlacementResponse update = parts.get(0);
    if (known != null && known.isOfAnotherCluster(update.getClusterId())) {
      throw new IllegalArgumentException("an update of another cluster");
    }
    if (known != null && update.getStateVersion() <= known.stateVersion) {
      return known.inCluster(update.getClusterId());
    }
    boolean complete = update.getBaseStateVersion() == 0;
    if (complete) {
      RouteTable next = applied(nothing(update), parts);
      return known == null ? next : next.inCluster(known.clusterId);
    }
    if (known == null || known.stateVersion < update.getBaseStateVersion()) {
      throw new IllegalArgumentException(
          "an update on version "
              + update.getBaseStateVersion()
              + ", and "
              + (known == null ? "none" : known.stateVersion)
              + " is known");
    }
    if (update.getPartitionCount() != known.epochs.length) {
      throw new IllegalArgumentException("an update of another number of partitions");
    }
    return applied(known, parts).inCluster(update.getClusterId());
  }

  /**
   * Takes an answer in.
   *
   * @param known what is known, of the same cluster; null if nothing is
   * @return what is known then; {@code known} itself if the answer tells nothing new
   */
  static @Nullable RouteTable with(@Nullable RouteTable known, GetPlacementResponse answer) {
    if (answer.getPartitionsCount() == 0) {
      return known == null ? null : known.inCluster(answer.getClusterId());
    }
    if (known == null) {
      return of(answer);
    }
    return answer.getStateVersion() > known.stateVersion
        ? of(answer).inCluster(known.clusterId)
        : known.inCluster(answer.getClusterId());
  }

  /** Returns this for a cluster whose id was not known: older nodes do not tell it, and say 0. */
  private RouteTable inCluster(long told) {
    return clusterId != 0 || told == 0
        ? this
        : new RouteTable(
            told, stateVersion, nodes, addresses, regions, preferenceLists, epochs, tenants);
  }

  private static RouteTable nothing(WatchPlacementResponse update) {
    int partitions = update.getPartitionCount();
    if (partitions < 0 || partitions > PARTITIONS_MAX) {
      throw new IllegalArgumentException("an update of " + partitions + " partitions");
    }
    int[][] lists = new int[partitions][];
    Arrays.fill(lists, new int[0]);
    return new RouteTable(
        update.getClusterId(),
        0,
        new long[0],
        List.of(),
        List.of(),
        lists,
        new long[partitions],
        Map.of());
  }

  private static RouteTable applied(RouteTable before, List<WatchPlacementResponse> parts) {
    RouteTable at = before.withNodes(parts);
    Map<Long, Integer> positions = new HashMap<>();
    for (int i = 0; i < at.nodes.length; i++) {
      positions.put(at.nodes[i], i);
    }
    int[][] lists = at.preferenceLists.clone();
    long[] epochs = at.epochs.clone();
    Map<String, Tenant> tenants = new HashMap<>(at.tenants);
    for (WatchPlacementResponse part : parts) {
      part.getRemovedTenantsList().forEach(tenants::remove);
      part.getTenantsList().forEach(tenant -> tenants.put(tenant.getName(), tenant));
      for (PartitionChange change : part.getPartitionsList()) {
        int partition = change.getPartition();
        if (partition < 0 || partition >= epochs.length) {
          throw new IllegalArgumentException("an update of partition " + partition);
        }
        epochs[partition] = change.getEpoch();
        if (change.getPreferenceListCount() > 0) {
          lists[partition] = list(change, part, positions);
        }
      }
    }
    return new RouteTable(
        at.clusterId,
        parts.get(0).getStateVersion(),
        at.nodes,
        at.addresses,
        at.regions,
        lists,
        epochs,
        tenants);
  }

  /** Nodes that have no address here are left out, as long as they have none. */
  private static int[] list(
      PartitionChange change, WatchPlacementResponse part, Map<Long, Integer> positions) {
    return change.getPreferenceListList().stream()
        .filter(listed -> listed >= 0 && listed < part.getListedNodesCount())
        .map(part::getListedNodes)
        .filter(positions::containsKey)
        .mapToInt(positions::get)
        .toArray();
  }

  /** Returns this with the nodes that are there after an update, and lists that name these. */
  private RouteTable withNodes(List<WatchPlacementResponse> parts) {
    Map<Long, String> after = new LinkedHashMap<>();
    Map<Long, String> places = new HashMap<>();
    for (int i = 0; i < nodes.length; i++) {
      after.put(nodes[i], addresses.get(i));
      places.put(nodes[i], regions.get(i));
    }
    for (WatchPlacementResponse part : parts) {
      part.getRemovedNodesList().forEach(after::remove);
      for (PlacementNode node : part.getNodesList()) {
        after.put(node.getId(), node.getAddress());
        places.put(node.getId(), node.getRegion());
      }
    }
    long[] ids = after.keySet().stream().mapToLong(Long::longValue).toArray();
    List<String> regionsAfter = after.keySet().stream().map(places::get).toList();
    if (Arrays.equals(ids, nodes)
        && addresses.equals(List.copyOf(after.values()))
        && regions.equals(regionsAfter)) {
      return this;
    }
    int[] moved = new int[nodes.length];
    boolean any = false;
    for (int i = 0; i < moved.length; i++) {
      moved[i] = position(ids, nodes[i]);
      any |= moved[i] != i;
    }
    int[][] lists = preferenceLists;
    if (any) {
      lists = preferenceLists.clone();
      for (int i = 0; i < lists.length; i++) {
        lists[i] =
            Arrays.stream(lists[i]).map(node -> moved[node]).filter(node -> node >= 0).toArray();
      }
    }
    return new RouteTable(
        clusterId,
        stateVersion,
        ids,
        List.copyOf(after.values()),
        regionsAfter,
        lists,
        epochs,
        tenants);
  }

  private static int position(long[] ids, long id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }

  /** Returns this with one more tenant. */
  RouteTable with(Tenant tenant) {
    Map<String, Tenant> more = new HashMap<>(tenants);
    more.put(tenant.getName(), tenant);
    return new RouteTable(
        clusterId, stateVersion, nodes, addresses, regions, preferenceLists, epochs, more);
  }

  /** The question for what has changed since, or for all if nothing is known. */
  static GetPlacementRequest question(@Nullable RouteTable known) {
    return known == null
        ? GetPlacementRequest.getDefaultInstance()
        : GetPlacementRequest.newBuilder()
            .setKnownClusterId(known.clusterId)
            .setKnownStateVersion(known.stateVersion)
            .build();
  }

  /** Whether a node that tells this id belongs to another cluster; 0: the node tells no id. */
  boolean isOfAnotherCluster(long told) {
    return told != 0 && clusterId != 0 && told != clusterId;
  }

  long clusterId() {
    return clusterId;
  }

  long stateVersion() {
    return stateVersion;
  }

  List<String> addresses() {
    return addresses;
  }

  @Nullable Tenant tenant(String name) {
    return tenants.get(name);
  }

  /** Returns the partition of a key; -1 while the placement is not known. */
  int partition(Tenant tenant, byte[] key) {
    return epochs.length == 0
        ? -1
        : PartitionHash.partition(tenant.getId(), key, preferenceLists.length);
  }

  /** Positions in {@link #addresses}, most preferred first. */
  int[] preferenceList(int partition) {
    return preferenceLists[partition];
  }

  /**
   * Returns the replicas of a tenant's keys, as positions in {@link #addresses}: those in a region
   * first, then the others, most preferred first. While the tenant is altered, those that are
   * replicas before and afterwards.
   *
   * @param region of the client; empty: it prefers none
   */
  int[] replicas(Tenant tenant, int partition, String region) {
    int[] list = preferenceLists[partition];
    int[] now = chosen(list, tenant.getReplicationFactor(), tenant.getReplicasByRegionList());
    if (tenant.getNextReplicationFactor() != 0) {
      int[] next =
          chosen(list, tenant.getNextReplicationFactor(), tenant.getNextReplicasByRegionList());
      int[] both = Arrays.stream(now).filter(node -> contains(next, node)).toArray();
      now = both.length == 0 ? now : both;
    }
    return region.isEmpty() ? now : ownFirst(now, region);
  }

  /** The first entries of a list, or the first of each region. */
  private int[] chosen(int[] list, int replicas, List<RegionReplicas> byRegion) {
    if (byRegion.isEmpty()) {
      return replicas < list.length ? Arrays.copyOf(list, replicas) : list;
    }
    Map<String, Integer> left = new HashMap<>();
    byRegion.forEach(each -> left.put(each.getRegion(), each.getReplicas()));
    return Arrays.stream(list)
        .filter(node -> left.merge(regions.get(node), -1, Integer::sum) >= 0)
        .toArray();
  }

  private static boolean contains(int[] nodes, int node) {
    return Arrays.stream(nodes).anyMatch(each -> each == node);
  }

  private int[] ownFirst(int[] nodes, String region) {
    int[] ordered = new int[nodes.length];
    int own = 0;
    for (int node : nodes) {
      if (regions.get(node).equals(region)) {
        ordered[own++] = node;
      }
    }
    for (int node : nodes) {
      if (!regions.get(node).equals(region)) {
        ordered[own++] = node;
      }
    }
    return ordered;
  }

  /** How many of some nodes are in a region: none if it is empty. */
  int countIn(int[] nodes, String region) {
    int count = 0;
    for (int node : nodes) {
      count += isIn(node, region) ? 1 : 0;
    }
    return count;
  }

  /**
   * Returns the regions that there are, if a client is said to be in another one; none if it is in
   * one of them, or in no region.
   *
   * @param region of the client; empty: it does not say
   */
  SortedSet<String> regionsWithout(String region) {
    return region.isEmpty() || regions.contains(region)
        ? Collections.emptySortedSet()
        : new TreeSet<>(regions);
  }

  /** Whether a node is in a region. None is in an empty one. */
  boolean isIn(int node, String region) {
    return !region.isEmpty() && regions.get(node).equals(region);
  }

  /** The epoch of a partition; 0 if it is not known. */
  long epoch(int partition) {
    return partition >= 0 && partition < epochs.length ? epochs[partition] : 0;
  }

  /** Whether an answer given under {@code epoch} shows that this table is old. */
  boolean outdatedBy(int partition, long epoch) {
    return partition < epochs.length && epoch > epochs[partition];
  }
}

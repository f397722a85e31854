package io.quorate.transport.client;

import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PartitionChange;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a caller of WatchPlacement makes of the messages, by the rules of the proto file alone; an
 * update that does not fit what it knows is an error.
 */
public final class WatchedPlacement {
  private long clusterId;
  private long stateVersion;
  private final Map<Long, PlacementNode> nodes = new TreeMap<>();
  private final Map<Integer, Partition> partitions = new TreeMap<>();
  private final Map<String, Tenant> tenants = new TreeMap<>();
  private final List<WatchPlacementResponse> parts = new ArrayList<>();
  private int messages;
  private long bytes;

  /** A partition, with the ids of nodes. */
  public record Partition(long epoch, List<Long> preferenceList) {}

  /** All that is known. */
  public record Table(
      Map<Long, PlacementNode> nodes,
      Map<Integer, Partition> partitions,
      Map<String, Tenant> tenants) {}

  public long clusterId() {
    return clusterId;
  }

  public long stateVersion() {
    return stateVersion;
  }

  public int messages() {
    return messages;
  }

  public long bytes() {
    return bytes;
  }

  public Table table() {
    return new Table(new TreeMap<>(nodes), new TreeMap<>(partitions), new TreeMap<>(tenants));
  }

  /** Returns the table of a complete answer. */
  public static Table table(GetPlacementResponse placement) {
    Map<Long, PlacementNode> nodes = new TreeMap<>();
    placement.getNodesList().forEach(node -> nodes.put(node.getId(), node));
    Map<Integer, Partition> partitions = new TreeMap<>();
    for (PartitionPlacement each : placement.getPartitionsList()) {
      List<Long> list =
          each.getPreferenceListList().stream()
              .map(position -> placement.getNodes(position).getId())
              .toList();
      partitions.put(partitions.size(), new Partition(each.getEpoch(), list));
    }
    Map<String, Tenant> tenants = new TreeMap<>();
    placement.getTenantsList().forEach(tenant -> tenants.put(tenant.getName(), tenant));
    return new Table(nodes, partitions, tenants);
  }

  /** Takes a message; what it is a part of is applied with the last part. */
  public void onMessage(WatchPlacementResponse part) {
    messages++;
    bytes += part.getSerializedSize();
    if (!parts.isEmpty() && parts.getFirst().getStateVersion() != part.getStateVersion()) {
      parts.clear();
    }
    parts.add(part);
    if (!part.getMore()) {
      List<WatchPlacementResponse> all = List.copyOf(parts);
      parts.clear();
      apply(all);
    }
  }

  private void apply(List<WatchPlacementResponse> update) {
    WatchPlacementResponse first = update.getFirst();
    boolean sameCluster = first.getClusterId() == clusterId;
    if (sameCluster && first.getStateVersion() <= stateVersion) {
      return;
    }
    if (first.getBaseStateVersion() == 0) {
      nodes.clear();
      partitions.clear();
      tenants.clear();
    } else if (!sameCluster || first.getBaseStateVersion() > stateVersion) {
      throw new AssertionError("missed something before version " + first.getBaseStateVersion());
    }
    clusterId = first.getClusterId();
    stateVersion = first.getStateVersion();
    update.forEach(this::applyPart);
    if (partitions.size() != first.getPartitionCount()) {
      throw new AssertionError(partitions.size() + " partitions: " + first.getPartitionCount());
    }
  }

  private void applyPart(WatchPlacementResponse part) {
    part.getRemovedNodesList().forEach(nodes::remove);
    part.getNodesList().forEach(node -> nodes.put(node.getId(), node));
    part.getRemovedTenantsList().forEach(tenants::remove);
    part.getTenantsList().forEach(tenant -> tenants.put(tenant.getName(), tenant));
    for (PartitionChange change : part.getPartitionsList()) {
      List<Long> list =
          change.getPreferenceListCount() == 0
              ? Objects.requireNonNull(partitions.get(change.getPartition())).preferenceList()
              : change.getPreferenceListList().stream().map(part::getListedNodes).toList();
      partitions.put(change.getPartition(), new Partition(change.getEpoch(), list));
    }
  }
}

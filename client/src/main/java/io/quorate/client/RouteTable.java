package io.quorate.client;

import io.quorate.hash.PartitionHash;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where keys live, as last heard, in the shape that routing needs. Immutable. */
final class RouteTable {
  private final long stateVersion;
  private final List<String> addresses;
  private final int[][] preferenceLists;
  private final long[] epochs;
  private final Map<String, Tenant> tenants;

  private RouteTable(
      long stateVersion,
      List<String> addresses,
      int[][] preferenceLists,
      long[] epochs,
      Map<String, Tenant> tenants) {
    this.stateVersion = stateVersion;
    this.addresses = addresses;
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
        placement.getStateVersion(), List.copyOf(addresses), preferenceLists, epochs, tenants);
  }

  /** The same, with a tenant more. */
  RouteTable with(Tenant tenant) {
    Map<String, Tenant> more = new HashMap<>(tenants);
    more.put(tenant.getName(), tenant);
    return new RouteTable(stateVersion, addresses, preferenceLists, epochs, more);
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

  /** Whether an answer given under {@code epoch} shows that this table is old. */
  boolean outdatedBy(int partition, long epoch) {
    return partition < epochs.length && epoch > epochs[partition];
  }
}

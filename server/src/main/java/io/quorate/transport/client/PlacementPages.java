package io.quorate.transport.client;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Tenant;
import io.quorate.proto.v1.PartitionChange;
import io.quorate.proto.v1.WatchPlacementResponse;
import io.quorate.transport.codec.admin.AdminCodec;
import io.quorate.transport.codec.admin.TenantCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One delta as messages of bounded size, which all streams with the same way to go share. Each
 * message is made when the first stream needs it, so that one turn of the lane never has more than
 * one to make. Owned by the lane.
 */
final class PlacementPages {
  /** Some 5,000 partitions, about a millisecond's work. */
  static final int PAGE_BYTES = 64 << 10;

  /** The tag and the length of an element, and a little more. */
  private static final int ELEMENT_BYTES = 4;

  private final long base;
  private final long version;
  private final int pageBytes;

  /** Null once all pages are made, or these are dropped. */
  private @Nullable PlacementDelta delta;

  private Iterator<Member> nodes;
  private Iterator<Tenant> tenants;
  private int partition;
  private List<byte[]> made = new ArrayList<>();
  private boolean dropped;

  /**
   * @param pageBytes about what a message holds at most
   */
  PlacementPages(PlacementDelta delta, int pageBytes) {
    this.delta = delta;
    this.pageBytes = pageBytes;
    this.base = delta.base();
    this.version = delta.version();
    this.nodes = delta.nodes().iterator();
    this.tenants = delta.tenants().iterator();
  }

  /** What is sent while nothing changes. */
  static byte[] empty(ClusterState state) {
    return WatchPlacementResponse.newBuilder()
        .setClusterId(state.clusterId().value())
        .setStateVersion(state.stateVersion())
        .setBaseStateVersion(state.stateVersion())
        .setPartitionCount(state.partitions().size())
        .setClusterVersion(state.clusterVersion())
        .build()
        .toByteArray();
  }

  /** The version that a client must have before; 0: none, as the update is complete. */
  long base() {
    return base;
  }

  /** The version that a client has once it has read all pages. */
  long version() {
    return version;
  }

  /** A page, from 0; the ones before were asked for already. */
  byte[] page(int number) {
    if (number == made.size() && delta != null) {
      made.add(next(delta));
    }
    return made.get(number);
  }

  /** Whether no page follows this one, which was asked for already. */
  boolean isLast(int number) {
    return delta == null && number == made.size() - 1;
  }

  /** Returns whether the update turned out to have one page, which is made. */
  boolean isOnePage() {
    return delta == null && made.size() == 1;
  }

  /** Forgets the pages: streams that have not read all of them begin with a newer update. */
  void drop() {
    dropped = true;
    delta = null;
    made = List.of();
  }

  boolean isDropped() {
    return dropped;
  }

  private byte[] next(PlacementDelta from) {
    WatchPlacementResponse.Builder page =
        WatchPlacementResponse.newBuilder()
            .setClusterId(from.to().clusterId().value())
            .setStateVersion(from.version())
            .setBaseStateVersion(from.base())
            .setPartitionCount(from.to().partitions().size())
            .setClusterVersion(from.to().clusterVersion());
    if (made.isEmpty()) {
      page.addAllRemovedNodes(from.removedNodes()).addAllRemovedTenants(from.removedTenants());
    }
    int bytes = 0;
    while (bytes < pageBytes && nodes.hasNext()) {
      var node = AdminCodec.node(nodes.next());
      page.addNodes(node);
      bytes += ELEMENT_BYTES + node.getSerializedSize();
    }
    while (bytes < pageBytes && tenants.hasNext()) {
      var tenant = TenantCodec.tenant(tenants.next());
      page.addTenants(tenant);
      bytes += ELEMENT_BYTES + tenant.getSerializedSize();
    }
    Map<NodeId, Integer> listed = new HashMap<>(); // only looked up, never walked
    while (bytes < pageBytes && partition < from.partitions().length) {
      PartitionChange change = change(from, from.partitions()[partition++], listed, page);
      page.addPartitions(change);
      bytes += ELEMENT_BYTES + change.getSerializedSize();
    }
    boolean more = nodes.hasNext() || tenants.hasNext() || partition < from.partitions().length;
    if (!more) {
      delta = null;
    }
    return page.setMore(more).build().toByteArray();
  }

  private static PartitionChange change(
      PlacementDelta delta,
      int changed,
      Map<NodeId, Integer> listed,
      WatchPlacementResponse.Builder page) {
    int number = changed < 0 ? ~changed : changed;
    PartitionPlacement placement = delta.to().partitions().get(number);
    PartitionChange.Builder change =
        PartitionChange.newBuilder().setPartition(number).setEpoch(placement.epoch());
    if (changed >= 0) {
      for (NodeId node : AdminCodec.readFirst(placement)) {
        Integer position = listed.get(node);
        if (position == null) {
          position = listed.size();
          listed.put(node, position);
          page.addListedNodes(node.value());
        }
        change.addPreferenceList(position);
      }
    }
    return change.build();
  }
}

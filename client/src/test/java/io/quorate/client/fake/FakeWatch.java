package io.quorate.client.fake;

import io.grpc.stub.StreamObserver;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PartitionChange;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream of updates of a node's placement, as real nodes send them. */
public final class FakeWatch {
  private final StreamObserver<WatchPlacementResponse> out;

  /** What its client knows; null: nothing that the node knows, too. */
  private @Nullable GetPlacementResponse told;

  public FakeWatch(
      WatchPlacementRequest request,
      GetPlacementResponse now,
      StreamObserver<WatchPlacementResponse> out) {
    this.out = out;
    if (request.getKnownClusterId() == now.getClusterId()
        && request.getKnownStateVersion() >= now.getStateVersion()) {
      told = now;
      out.onNext(header(now, now.getStateVersion()).build());
    } else {
      tell(now);
    }
  }

  public StreamObserver<WatchPlacementResponse> out() {
    return out;
  }

  /** Sends what has changed. */
  public synchronized void tell(GetPlacementResponse now) {
    GetPlacementResponse before = told;
    if (before == null || before.getStateVersion() != now.getStateVersion()) {
      told = now;
      parts(update(before, now)).forEach(out::onNext);
    }
  }

  /** An update in two parts, as one that is large comes in several. */
  public static List<WatchPlacementResponse> parts(WatchPlacementResponse update) {
    return List.of(
        update.toBuilder().clearPartitions().clearListedNodes().setMore(true).build(),
        header(update)
            .addAllListedNodes(update.getListedNodesList())
            .addAllPartitions(update.getPartitionsList())
            .build());
  }

  private static WatchPlacementResponse.Builder header(WatchPlacementResponse update) {
    return WatchPlacementResponse.newBuilder()
        .setClusterId(update.getClusterId())
        .setStateVersion(update.getStateVersion())
        .setBaseStateVersion(update.getBaseStateVersion())
        .setPartitionCount(update.getPartitionCount());
  }

  private static WatchPlacementResponse.Builder header(GetPlacementResponse now, long base) {
    return WatchPlacementResponse.newBuilder()
        .setClusterId(now.getClusterId())
        .setStateVersion(now.getStateVersion())
        .setBaseStateVersion(base)
        .setPartitionCount(now.getPartitionsCount())
        .setBounds(now.getBounds());
  }

  /** The update from one placement to another; a complete one if there is none before. */
  public static WatchPlacementResponse update(
      @Nullable GetPlacementResponse before, GetPlacementResponse now) {
    WatchPlacementResponse.Builder update =
        header(now, before == null ? 0 : before.getStateVersion());
    Map<Long, PlacementNode> nodes = new HashMap<>();
    Map<String, Tenant> tenants = new HashMap<>();
    if (before != null) {
      before.getNodesList().forEach(node -> nodes.put(node.getId(), node));
      before.getTenantsList().forEach(tenant -> tenants.put(tenant.getName(), tenant));
    }
    for (PlacementNode node : now.getNodesList()) {
      if (!node.equals(nodes.remove(node.getId()))) {
        update.addNodes(node);
      }
      update.addListedNodes(node.getId());
    }
    update.addAllRemovedNodes(nodes.keySet());
    for (Tenant tenant : now.getTenantsList()) {
      if (!tenant.equals(tenants.remove(tenant.getName()))) {
        update.addTenants(tenant);
      }
    }
    update.addAllRemovedTenants(tenants.keySet());
    for (int i = 0; i < now.getPartitionsCount(); i++) {
      PartitionPlacement was = before == null ? null : before.getPartitions(i);
      PartitionPlacement is = now.getPartitions(i);
      List<Long> list = list(now, is);
      PartitionChange.Builder change =
          PartitionChange.newBuilder().setPartition(i).setEpoch(is.getEpoch());
      if (was == null || before == null || !list(before, was).equals(list)) {
        update.addPartitions(change.addAllPreferenceList(is.getPreferenceListList()));
      } else if (was.getEpoch() != is.getEpoch()) {
        update.addPartitions(change);
      }
    }
    return update.build();
  }

  private static List<Long> list(GetPlacementResponse placement, PartitionPlacement partition) {
    return partition.getPreferenceListList().stream()
        .map(position -> placement.getNodes(position).getId())
        .toList();
  }
}

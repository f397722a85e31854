package io.quorate.transport.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.WatchPlacementResponse;
import io.quorate.transport.codec.admin.AdminCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** What a node says of a cluster that changes, to a client that reads now and then. */
public final class PlacementHistory {
  private final Random random;
  private final PlacementUpdates updates = new PlacementUpdates(200);
  private final ChangingClusterState cluster;
  private long told;

  public PlacementHistory(Random random, int partitions) {
    this.random = random;
    this.cluster = new ChangingClusterState(random, partitions);
    updates.follow(cluster.now());
  }

  /** Makes some changes. */
  public void change() {
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      updates.follow(cluster.change());
    }
  }

  /** The parts of an update to the newest state. */
  public List<WatchPlacementResponse> update() throws InvalidProtocolBufferException {
    PlacementPages pages = Objects.requireNonNull(updates.since(told), "nothing changed");
    List<WatchPlacementResponse> parts = new ArrayList<>();
    int page = 0;
    do {
      parts.add(WatchPlacementResponse.parseFrom(pages.page(page)));
    } while (!pages.isLast(page++));
    told = pages.version();
    return parts;
  }

  /** Returns the placement as a complete answer. */
  public GetPlacementResponse whole() {
    return AdminCodec.placement(cluster.now(), 0);
  }
}

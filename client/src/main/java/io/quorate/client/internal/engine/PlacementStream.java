package io.quorate.client.internal.engine;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One stream of updates from one node; puts the parts of an update together. Owned by the loop. */
final class PlacementStream extends ClientCall.Listener<WatchPlacementResponse> {
  /** Told, on the loop, what the node says, until {@link #cancel}. */
  interface Owner {
    /** A message came: an update, or a part of one. */
    void onHeard(PlacementStream stream);

    /** All parts of an update have come. */
    void onUpdate(PlacementStream stream, List<WatchPlacementResponse> parts);

    /** The stream is over. */
    void onEnded(PlacementStream stream, Status status);
  }

  /** Far more than an update of all partitions, nodes and tenants takes. */
  static final int UPDATE_BYTES_MAX = 64 << 20;

  /** How long an update may take from its first part to its last. */
  static final long UPDATE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

  private final Connection node;
  private final Loop loop;
  private final Owner owner;
  private final ClientCall<WatchPlacementRequest, WatchPlacementResponse> call;
  private List<WatchPlacementResponse> parts = new ArrayList<>();

  /**
   * Bytes that came since the last whole update, and when the first of them did. They count on when
   * the node begins with a newer update: a node that always does so never tells anything.
   */
  private long bytes;

  private long begunNanos;

  private boolean over;

  PlacementStream(Connection node, Loop loop, Owner owner) {
    this.node = node;
    this.loop = loop;
    this.owner = owner;
    this.call =
        node.channel().newCall(PlacementGrpc.getWatchPlacementMethod(), CallOptions.DEFAULT);
  }

  Connection node() {
    return node;
  }

  /**
   * Opens the stream.
   *
   * @param known what is known already; null if nothing is
   */
  void open(@Nullable RouteTable known) {
    WatchPlacementRequest.Builder request = WatchPlacementRequest.newBuilder();
    if (known != null) {
      request.setKnownClusterId(known.clusterId()).setKnownStateVersion(known.stateVersion());
    }
    call.start(this, new Metadata());
    call.sendMessage(request.build());
    call.halfClose();
    call.request(1);
  }

  /** Ends the stream; nothing more is told. */
  void cancel(String why) {
    if (!over) {
      over = true;
      parts.clear();
      call.cancel(why, null);
    }
  }

  @Override
  public void onMessage(WatchPlacementResponse part) {
    onLoop(() -> take(part));
  }

  private void take(WatchPlacementResponse part) {
    long now = loop.nanos();
    if (bytes == 0) {
      begunNanos = now;
    }
    bytes += part.getSerializedSize();
    if (bytes > UPDATE_BYTES_MAX || (part.getMore() && now - begunNanos > UPDATE_NANOS_MAX)) {
      cancel("an update does not end");
      owner.onEnded(this, Status.RESOURCE_EXHAUSTED.withDescription("an update does not end"));
      return;
    }
    if (!parts.isEmpty() && parts.get(0).getStateVersion() != part.getStateVersion()) {
      parts.clear(); // the node has begun with a newer update
    }
    parts.add(part);
    owner.onHeard(this);
    if (!part.getMore()) {
      List<WatchPlacementResponse> all = parts;
      parts = new ArrayList<>();
      bytes = 0;
      owner.onUpdate(this, all);
    }
    if (!over) {
      call.request(1);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    onLoop(
        () -> {
          over = true;
          owner.onEnded(this, status);
        });
  }

  /** gRPC calls back from elsewhere while the channel has no connection. */
  private void onLoop(Runnable event) {
    if (loop.inLoop()) {
      if (!over) {
        event.run();
      }
      return;
    }
    try {
      loop.execute(() -> onLoop(event));
    } catch (RejectedExecutionException loopEnded) {
      // The client is closed and needs no further updates.
    }
  }
}

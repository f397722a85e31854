package io.quorate.transport;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.replication.api.Failure;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One client that watches the placement. It is sent the way from what it knows to the newest state,
 * a message at a time, each when it has read the one before. So a client that does not read costs
 * one message, and has the newest state as soon as it reads again, whatever happened meanwhile.
 */
final class PlacementStream extends ServerCall.Listener<WatchPlacementRequest> {
  private final ServerCall<WatchPlacementRequest, Frame> call;
  private final LaneEntry entry;
  private final PlacementWatchers watchers;

  private @Nullable WatchPlacementRequest request;

  /** The version that the client has; 0 if it has none. */
  private long base;

  /** What it is being sent, and which page is next; null while it has what there was. */
  private @Nullable PlacementPages underWay;

  private int page;

  private boolean begun;

  /** Whether, and when, something was sent. */
  private boolean spoken;

  private long sentNanos;

  /** Of the last message, while the client has not read it. */
  private int unreadBytes;

  private boolean ended;

  PlacementStream(
      ServerCall<WatchPlacementRequest, Frame> call, LaneEntry entry, PlacementWatchers watchers) {
    this.call = call;
    this.entry = entry;
    this.watchers = watchers;
  }

  /** Begins to read the request. */
  void open() {
    call.setOnReadyThreshold(1); // one message at a time
    call.request(2); // one request, and the half-close that proves there is no second
  }

  /** Names the connection; null if that cannot be told. */
  @Nullable SocketAddress connection() {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
  }

  @Override
  public void onMessage(WatchPlacementRequest message) {
    request = message;
  }

  @Override
  public void onHalfClose() {
    WatchPlacementRequest asked = request;
    if (asked == null) {
      call.close(Status.INTERNAL.withDescription("a call without a request"), new Metadata());
      return;
    }
    entry.enter(
        () -> {
          if (!ended) {
            watchers.add(this, asked);
          }
        });
  }

  @Override
  public void onReady() {
    entry.enter(this::goOn);
  }

  @Override
  public void onCancel() {
    entry.enter(this::left);
  }

  @Override
  public void onComplete() {
    entry.enter(this::left);
  }

  /** The watch is accepted: the first message goes out. */
  void begin(long knownVersion) {
    base = knownVersion;
    begun = true;
    call.sendHeaders(new Metadata());
    goOn();
  }

  /** Sends the next message, if there is one and the client has read the one before. */
  void goOn() {
    if (ended || !begun || !call.isReady()) {
      return;
    }
    wasRead();
    if (underWay == null || underWay.isDropped()) {
      underWay = watchers.updates().since(base);
      page = 0;
    }
    PlacementPages pages = underWay;
    if (pages == null) {
      if (!spoken || watchers.nowNanos() - sentNanos >= PlacementWatchers.SILENT_NANOS_MAX) {
        send(watchers.empty());
      }
      return;
    }
    byte[] next = watchers.updates().page(pages, page);
    if (watchers.unread().hasNoRoomFor(next.length)) {
      return; // it is looked at again with the next beat
    }
    if (pages.isLast(page)) {
      base = pages.version();
      underWay = null;
    } else {
      page++;
    }
    send(next);
    if (call.isReady()) {
      watchers.later(this);
    }
  }

  private void send(byte[] message) {
    byte[] whole = spoken ? message : watchers.withBounds(message);
    spoken = true;
    sentNanos = watchers.nowNanos();
    call.sendMessage(Frame.of(whole));
    if (!call.isReady() && !ended) {
      unreadBytes = whole.length;
      watchers.unread().changed(unreadBytes);
    }
  }

  private void wasRead() {
    watchers.unread().changed(-unreadBytes);
    unreadBytes = 0;
  }

  private void left() {
    if (!ended) {
      ended = true;
      underWay = null;
      wasRead();
      watchers.remove(this);
    }
  }

  /** Ends the stream; its caller is told why. */
  void end(Failure why) {
    if (!ended) {
      left();
      call.close(StatusTable.status(why), StatusTable.trailers(why));
    }
  }
}

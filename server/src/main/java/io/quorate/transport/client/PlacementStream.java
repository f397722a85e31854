package io.quorate.transport.client;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.replication.api.Failure;
import io.quorate.transport.Frame;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.StatusTable;
import io.quorate.transport.access.Caller;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One client that watches the placement. It is sent what leads from what it knows to the newest
 * state, a message at a time, each when it has read the one before. So a client that does not read
 * costs one message, and has the newest state as soon as it reads again, whatever happened
 * meanwhile. A client that does not read for too long is told so, and its stream ends.
 */
final class PlacementStream extends ServerCall.Listener<WatchPlacementRequest> {
  private final ServerCall<WatchPlacementRequest, Frame> call;
  private final Caller caller;
  private final PlacementView view;
  private final LaneEntry entry;
  private final PlacementWatchers watchers;
  private final Runnable endConnection;

  private @Nullable WatchPlacementRequest request;

  /** The version that the client has; 0 if it has none. */
  private long base;

  /** What the client is being sent, and which page is next; null while it has what there was. */
  private @Nullable PlacementPages underWay;

  private int page;

  private boolean begun;

  /** Whether, and when, something was sent. */
  private boolean spoken;

  private long sentNanos;

  /** The beat of the watchers at which the last message was sent, or the stream was ended. */
  private long beatThen;

  /** Of the last message, while the client has not read it. */
  private int unreadBytes;

  /** The status was sent. It reaches the client after what the client has not read. */
  private boolean ended;

  /** gRPC keeps nothing of the stream any more. */
  private boolean over;

  /**
   * @param endConnection cuts the connection of the call off
   */
  PlacementStream(
      ServerCall<WatchPlacementRequest, Frame> call,
      Caller caller,
      LaneEntry entry,
      PlacementWatchers watchers,
      Runnable endConnection) {
    this.call = call;
    this.caller = caller;
    this.view = new PlacementView(caller);
    this.entry = entry;
    this.watchers = watchers;
    this.endConnection = endConnection;
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
          if (!over) {
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
    base = view.baseOf(knownVersion);
    begun = true;
    beatThen = watchers.beats();
    call.sendHeaders(new Metadata());
    goOn();
  }

  /** Sends the next message, if there is one and the client has read the one before. */
  void goOn() {
    if (over || ended || !begun || !call.isReady()) {
      return;
    }
    wasRead();
    boolean hasChanged = view.hasChanged();
    // The time of a login ends without a change.
    if (hasChanged || caller.isLoggedIn()) {
      Failure refusal = caller.refusalIfNothingIsGranted();
      if (refusal != null) {
        end(refusal);
        return;
      }
    }
    if (hasChanged) {
      base = 0;
      underWay = null;
    }
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
    byte[] next = view.of(watchers.updates().page(pages, page));
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
    beatThen = watchers.beats();
    call.sendMessage(Frame.of(whole));
    if (!call.isReady() && !over) {
      unreadBytes = whole.length;
      watchers.unread().changed(unreadBytes);
    }
  }

  private void wasRead() {
    watchers.unread().changed(-unreadBytes);
    unreadBytes = 0;
  }

  /** Ends the stream of a client that does not read; to be called with each beat. */
  void onBeat() {
    if (over || !begun || (!ended && call.isReady())) {
      return;
    }
    if (watchers.beats() - beatThen <= PlacementWatchers.UNREAD_BEATS_MAX) {
      return;
    }
    if (ended) {
      endConnection.run(); // nothing else gives the memory of the message back
    } else {
      end(watchers.unreadForTooLong());
    }
  }

  private void left() {
    if (!over) {
      over = true;
      underWay = null;
      wasRead();
      watchers.remove(this);
    }
  }

  /** Ends the stream, and tells its client why. */
  void end(Failure why) {
    if (!over && !ended) {
      ended = true;
      beatThen = watchers.beats();
      underWay = null;
      call.close(StatusTable.status(why), StatusTable.trailers(why));
    }
  }
}

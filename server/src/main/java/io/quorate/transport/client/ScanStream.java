package io.quorate.transport.client;

import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.quorate.model.KeyRange;
import io.quorate.placement.Level;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.ScanPage;
import io.quorate.transport.StatusTable;
import io.quorate.transport.access.Caller;
import io.quorate.transport.codec.ScanCodec;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One scan on its way through the pages. The next page is read when the client has room for it, so
 * a scan whose client does not read costs one page; one that is cancelled ends with the page under
 * way.
 */
final class ScanStream implements DataPlane.ScanCallback {
  private static final int PAGE_ENTRIES = 1000;
  private static final int PAGE_ENTRIES_MAX = 10_000;

  /** About what a page has at most. */
  private static final int PAGE_BYTES = 1 << 20;

  private final io.quorate.proto.v1.ScanRequest request;
  private final KeyRange keys;
  private final @Nullable Level level;
  private final @Nullable Deadline deadline;
  private final ServerCallStreamObserver<ScanResponse> client;
  private final Caller caller;
  private final RequestEntry desk;

  private byte[] cursor;

  /** Entries that may still be sent; 0 and below only when there is a limit and it was reached. */
  private long wanted;

  /** Pages that were sent. */
  private long pages;

  /** Of the last page, while the client has not read it. */
  private int unreadBytes;

  private boolean pageUnderWay;
  private boolean ended;

  ScanStream(
      io.quorate.proto.v1.ScanRequest request,
      @Nullable Level level,
      @Nullable Deadline deadline,
      ServerCallStreamObserver<ScanResponse> client,
      Caller caller,
      RequestEntry desk) {
    this.request = request;
    this.keys = ScanCodec.keys(request);
    this.level = level;
    this.deadline = deadline;
    this.client = client;
    this.caller = caller;
    this.desk = desk;
    this.cursor = request.getCursor().toByteArray();
    this.wanted = request.getLimit() <= 0 ? Long.MAX_VALUE : request.getLimit();
  }

  /** Reads a page, if the client has room for it and none is under way. */
  void goOn() {
    if (client.isReady()) {
      wasRead();
    }
    if (ended || pageUnderWay || client.isCancelled() || !client.isReady()) {
      return;
    }
    if (desk.unread().hasNoRoomFor(PAGE_BYTES)) {
      failed(UnreadAnswers.refusal());
      return;
    }
    pageUnderWay = true;
    int pageEntries = request.getPageSize() <= 0 ? PAGE_ENTRIES : request.getPageSize();
    int entriesMax = (int) Math.min(Math.min(pageEntries, PAGE_ENTRIES_MAX), wanted);
    // A scan may go on for long; without a deadline of the client's, each page has the usual time.
    long timeoutNanos =
        deadline == null
            ? desk.defaultTimeoutNanos()
            : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    desk.scan(
        caller,
        new io.quorate.replication.api.ScanRequest(
            request.getTenant(), keys, level, entriesMax, cursor),
        timeoutNanos,
        this);
  }

  /** The client has read what was sent, or has left. */
  void wasRead() {
    desk.unread().changed(-unreadBytes);
    unreadBytes = 0;
  }

  @Override
  public void page(ScanPage page) {
    pageUnderWay = false;
    if (client.isCancelled()) {
      return;
    }
    wanted -= page.entries().size();
    pages++;
    cursor = page.cursor();
    ScanResponse response = ScanCodec.response(page, request.getKeysOnly());
    client.onNext(response);
    if (!client.isReady()) {
      unreadBytes = response.getSerializedSize();
      desk.unread().changed(unreadBytes);
    }
    if (cursor.length == 0 || wanted <= 0 || pages == Integer.toUnsignedLong(request.getPages())) {
      ended = true;
      client.onCompleted();
    } else {
      goOn();
    }
  }

  @Override
  public void failed(Failure failure) {
    pageUnderWay = false;
    ended = true;
    if (!client.isCancelled()) {
      client.onError(StatusTable.status(failure).asRuntimeException(StatusTable.trailers(failure)));
    }
  }
}

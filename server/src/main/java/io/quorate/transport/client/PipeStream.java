package io.quorate.transport.client;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.transport.Frame;
import io.quorate.transport.FrameQueue;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.StatusTable;
import io.quorate.transport.access.Caller;
import io.quorate.transport.codec.MalformedMessageException;
import io.quorate.transport.codec.OperationCodec;
import io.quorate.transport.codec.OutcomeCodec;
import org.jspecify.annotations.Nullable;

/**
 * One client's Pipe. The operations of each frame are begun as they are read; the results that come
 * up during one turn of the lane go back in one frame.
 *
 * <p>More is read only while few operations are in flight and the client reads its results: a
 * client that does not read, or sends faster than we work, is slowed down by flow control and costs
 * no memory beyond these bounds and one frame. Operations of a frame wait in it while the answers
 * to those before them are not read.
 */
public final class PipeStream extends ServerCall.Listener<Frame>
    implements OperationCodec.Sink, RequestEntry.Answer, PipeNews.Listener {
  private final ServerCall<Frame, Frame> call;
  private final LaneEntry entry;
  private final RequestEntry desk;
  private final Caller caller;
  private final LateCalls lateCalls;

  private final FrameQueue results = new FrameQueue();
  private int inFlight;

  /** The rest of the frame that came last; null if all of its operations were begun. */
  private OperationCodec.@Nullable PipeReader rest;

  private long frameCameNanos;

  /** How long the frame may have waited, before it was read, for this node to go on. */
  private long frameWaitedNanos;

  /** How long the operations that are begun now waited here for the client to read answers. */
  private long heldUpNanos;

  /** A frame has been asked for and has not come. */
  private boolean reading;

  private boolean flushQueued;
  private boolean halfClosed;
  private boolean closed;

  public PipeStream(
      ServerCall<Frame, Frame> call,
      Caller caller,
      LaneEntry entry,
      RequestEntry desk,
      LateCalls lateCalls) {
    this.call = call;
    this.caller = caller;
    this.lateCalls = lateCalls;
    this.entry = entry;
    this.desk = desk;
  }

  /** Begins to read. */
  void open() {
    call.sendHeaders(new Metadata());
    desk.news().opened(this);
    readOn();
  }

  @Override
  public void onMessage(Frame frame) {
    entry.enter(() -> onFrame(frame));
  }

  private void onFrame(Frame frame) {
    reading = false;
    if (!closed) {
      rest = new OperationCodec.PipeReader(frame.bytes());
      frameCameNanos = desk.nowNanos();
      frameWaitedNanos = lateCalls.waitedNanosMax();
      readOn();
    }
  }

  /** Begins the operations of the frame at hand, as long as its client reads the answers. */
  private void beginOperations(OperationCodec.PipeReader frame) {
    heldUpNanos = desk.nowNanos() - frameCameNanos;
    try {
      while (!areAnswersUnread()) {
        if (!frame.readNext(this)) {
          rest = null;
          return;
        }
      }
    } catch (MalformedMessageException e) {
      Failure malformed = Failure.refused(Reason.INVALID, String.valueOf(e.getMessage()));
      close(StatusTable.status(malformed), StatusTable.trailers(malformed));
    }
  }

  private boolean areAnswersUnread() {
    return results.bytes() >= desk.limits().pipeUnreadBytesMax();
  }

  @Override
  public void operation(long id, int timeoutMillis, long sentAtMillis, Operation operation) {
    inFlight++;
    long timeoutNanos =
        timeoutMillis == 0
            ? desk.defaultTimeoutNanos()
            : Integer.toUnsignedLong(timeoutMillis) * 1_000_000;
    // A caller that gave no timeout has not given up.
    long waitedNanos = timeoutMillis == 0 ? 0 : heldUpNanos + frameWaitedNanos;
    Failure stalled = desk.stalled(operation, sentAtMillis, timeoutNanos, waitedNanos);
    if (stalled != null) {
      addResult(id, new Outcome.Failed(stalled), operation);
      return;
    }
    desk.submit(caller, id, operation, timeoutNanos - waitedNanos, this);
  }

  @Override
  public void invalid(long id, String reason) {
    inFlight++;
    addResult(id, new Outcome.Failed(Failure.refused(Reason.INVALID, reason)), null);
  }

  @Override
  public void answer(long id, Operation operation, Outcome outcome) {
    addResult(id, outcome, operation);
  }

  private void addResult(long id, Outcome outcome, @Nullable Operation of) {
    inFlight--;
    if (!closed) {
      long before = results.bytes();
      OutcomeCodec.addResult(results.tail(), id, readable(outcome), of);
      desk.unread().changed(results.bytes() - before);
      flushSoon();
    }
  }

  @Override
  public void tell(boolean draining) {
    if (!closed) {
      long before = results.bytes();
      OutcomeCodec.addDraining(results.tail(), draining);
      desk.unread().changed(results.bytes() - before);
      flushSoon();
    }
  }

  private void flushSoon() {
    if (!flushQueued) {
      flushQueued = true;
      entry.lane().execute(this::flush);
    }
  }

  /** Drops values whose client does not read; that a write was done costs little to keep. */
  private Outcome readable(Outcome outcome) {
    return outcome instanceof Outcome.Read read
            && read.bytes() > 0
            && desk.unread().hasNoRoomFor(read.bytes())
        ? new Outcome.Failed(UnreadAnswers.refusal())
        : outcome;
  }

  private void forgetResults() {
    rest = null;
    desk.unread().changed(-results.bytes());
    results.clear();
  }

  private void flush() {
    flushQueued = false;
    sendWhileReady();
  }

  /** The client has read some of what was sent. */
  @Override
  public void onReady() {
    entry.enter(this::sendWhileReady);
  }

  private void sendWhileReady() {
    while (!closed && !results.isEmpty() && call.isReady()) {
      long before = results.bytes();
      results.sendFirst(
          // Later than all whose results are in the frame were received: clients rely on it.
          frame -> OutcomeCodec.addClock(frame, desk.wallMillis()),
          frame -> {
            // Counted before it is sent, for the call may end within sendMessage, and forgets the
            // rest.
            desk.unread().changed(results.bytes() - before);
            call.sendMessage(frame);
          });
    }
    readOn();
    if (!closed && halfClosed && rest == null && inFlight == 0 && results.isEmpty()) {
      close(Status.OK, new Metadata());
    }
  }

  private void readOn() {
    if (!closed && rest != null) {
      beginOperations(rest);
    }
    if (!closed
        && rest == null
        && !reading
        && !halfClosed
        && inFlight < desk.limits().pipeInFlightMax()
        && !areAnswersUnread()) {
      reading = true;
      call.request(1);
    }
  }

  /** The client has nothing more to ask; it still gets its answers. */
  @Override
  public void onHalfClose() {
    entry.enter(
        () -> {
          halfClosed = true;
          sendWhileReady();
        });
  }

  /** The client has left: what is in flight goes on, and its results are dropped. */
  @Override
  public void onCancel() {
    entry.enter(this::ended);
  }

  @Override
  public void onComplete() {
    entry.enter(this::ended);
  }

  private void ended() {
    closed = true;
    desk.news().ended(this);
    forgetResults();
  }

  private void close(Status status, Metadata trailers) {
    closed = true;
    desk.news().ended(this);
    forgetResults();
    call.close(status, trailers);
  }
}

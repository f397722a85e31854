package io.quorate.transport.client;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.transport.Frame;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.StatusTable;
import io.quorate.transport.access.Caller;
import io.quorate.transport.access.Callers;
import io.quorate.transport.codec.MalformedMessageException;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import io.quorate.transport.codec.WireWriter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A unary call whose request is read, and whose response is written, by {@code codec}. */
final class UnaryMethod implements ServerCallHandler<Frame, Frame> {
  private final LaneEntry entry;
  private final long defaultTimeoutNanos;
  private final UnreadAnswers unread;
  private final Callers callers;
  private final Body body;

  UnaryMethod(
      LaneEntry entry, long defaultTimeoutNanos, UnreadAnswers unread, Callers callers, Body body) {
    this.entry = entry;
    this.callers = callers;
    this.defaultTimeoutNanos = defaultTimeoutNanos;
    this.unread = unread;
    this.body = body;
  }

  /** What the call does, on the lane. */
  interface Body {
    /**
     * Reads the request and begins to carry it out.
     *
     * @throws MalformedMessageException as {@code InvalidOperationException}: the caller is told
     */
    void begin(byte[] request, long timeoutNanos, Reply reply) throws InvalidOperationException;
  }

  @Override
  public ServerCall.Listener<Frame> startCall(ServerCall<Frame, Frame> call, Metadata headers) {
    Deadline deadline = Context.current().getDeadline();
    call.request(2); // one request, and the half-close that proves there is no second
    Reply reply = new Reply(call, callers.of(call.getAttributes()), unread);
    return new ServerCall.Listener<>() {
      private @Nullable Frame request;

      @Override
      public void onMessage(Frame message) {
        request = message;
      }

      @Override
      public void onHalfClose() {
        Frame received = request;
        if (received == null) {
          reply.fail(Failure.refused(Reason.INVALID, "the call has no request"));
          return;
        }
        entry.enter(() -> begin(reply, deadline, received));
      }

      @Override
      public void onComplete() {
        entry.enter(reply::wasRead);
      }

      @Override
      public void onCancel() {
        entry.enter(reply::wasRead);
      }
    };
  }

  private void begin(Reply reply, @Nullable Deadline deadline, Frame request) {
    long timeoutNanos =
        deadline == null ? defaultTimeoutNanos : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    try {
      body.begin(request.bytes(), timeoutNanos, reply);
    } catch (MalformedMessageException | InvalidOperationException e) {
      reply.fail(Failure.refused(Reason.INVALID, String.valueOf(e.getMessage())));
    }
  }

  /** The way back; a caller that has left is not told. */
  static final class Reply {
    private final ServerCall<Frame, Frame> call;
    private final Caller caller;
    private final UnreadAnswers unread;
    private int bytes;

    Reply(ServerCall<Frame, Frame> call, Caller caller, UnreadAnswers unread) {
      this.call = call;
      this.caller = caller;
      this.unread = unread;
    }

    Caller caller() {
      return caller;
    }

    private void wasRead() {
      unread.changed(-bytes);
      bytes = 0;
    }

    /**
     * Sends an answer in whose place a refusal may go when clients leave too much unread: nothing
     * was applied by what it answers.
     */
    void sendIfRoom(WireWriter response) {
      if (unread.hasNoRoomFor(response.size())) {
        fail(UnreadAnswers.refusal());
      } else {
        send(response);
      }
    }

    /** Sends an answer in whose place no refusal may go, as that would say: nothing was applied. */
    void send(WireWriter response) {
      if (!call.isCancelled()) {
        bytes = response.size();
        unread.changed(bytes);
        call.sendHeaders(new Metadata());
        call.sendMessage(new Frame(response.buffer(), response.size()));
        call.close(Status.OK, new Metadata());
      }
    }

    void fail(Failure failure) {
      if (!call.isCancelled()) {
        call.close(StatusTable.status(failure), StatusTable.trailers(failure));
      }
    }
  }
}

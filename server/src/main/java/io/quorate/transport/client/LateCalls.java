package io.quorate.transport.client;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.quorate.event.Event;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.event.RequestEvent;
import io.quorate.runtime.Clock;
import io.quorate.transport.Loops;
import io.quorate.transport.Standstill;
import io.quorate.transport.StatusTable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls whose callers have given up before the node read them. The deadline of a gRPC call
 * travels as a timeout, which counts from when the headers are read: by it alone, a node that wakes
 * from a pause carries out writes whose senders went elsewhere long ago, above what was
 * acknowledged since.
 *
 * <p>How long a call may have waited here is known by {@link Standstill}; a caller may also say
 * when it sent the call. What is left of its time becomes its deadline.
 */
public final class LateCalls implements ServerInterceptor {
  /** When the caller sent the call, in milliseconds since 1970 by its clock. */
  static final Metadata.Key<String> SENT_AT =
      Metadata.Key.of("quorate-sent-at-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final Event EXPIRED = new RequestEvent.Expired(RequestEvent.Stage.ARRIVED);

  private final Clock clock;
  private final Standstill standstill;
  private final ScheduledExecutorService timer;
  private final Consumer<Event> events;

  /** Has deadlines expire on these loops. */
  public LateCalls(Standstill standstill, Loops loops, Clock clock, Consumer<Event> events) {
    this.standstill = standstill;
    this.timer = loops.group();
    this.clock = clock;
    this.events = events;
  }

  /** The longest that what is read now may have waited; 0 unless the process stood still. */
  long waitedNanosMax() {
    return standstill.waitedNanosMax();
  }

  /** Returns the refusal of what may have waited here for longer than its caller waits. */
  Failure tooLate(long waitedNanos) {
    events.accept(EXPIRED);
    return Standstill.tooLate(waitedNanos);
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    if (!call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return next.startCall(call, headers);
    }
    Deadline deadline = Context.current().getDeadline();
    String sentAt = headers.get(SENT_AT);
    long waitedNanos = standstill.waitedNanosMax();
    if (deadline == null || (waitedNanos == 0 && sentAt == null)) {
      return next.startCall(call, headers);
    }
    Failure refusal;
    long leftNanos = deadline.timeRemaining(TimeUnit.NANOSECONDS) - waitedNanos;
    try {
      refusal = refusal(leftNanos, sentAt, deadline, waitedNanos);
    } catch (NumberFormatException malformed) {
      refusal =
          Failure.refused(
              Reason.INVALID,
              SENT_AT.name() + " is no number: give milliseconds since 1970; nothing was applied");
    }
    if (refusal != null) {
      call.close(StatusTable.status(refusal), StatusTable.trailers(refusal));
      return new ServerCall.Listener<>() {};
    }
    if (waitedNanos == 0) {
      return next.startCall(call, headers);
    }
    Context shorter = Context.current().withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS, timer);
    return Contexts.interceptCall(shorter, call, headers, next);
  }

  private @Nullable Failure refusal(
      long leftNanos, @Nullable String sentAt, Deadline deadline, long waitedNanos) {
    if (leftNanos <= 0) {
      return tooLate(waitedNanos);
    }
    if (sentAt == null) {
      return null;
    }
    long onItsWayMillis = clock.wallMillis() - Long.parseLong(sentAt);
    long timeoutMillis = deadline.timeRemaining(TimeUnit.MILLISECONDS);
    if (onItsWayMillis <= timeoutMillis + RequestEntry.CLOCKS_APART_MILLIS) {
      return null;
    }
    events.accept(EXPIRED);
    return Failure.refused(
        Reason.NOT_SERVING,
        "the request was %d ms on its way to this node, longer than its sender waits; nothing was"
                .formatted(onItsWayMillis)
            + " applied");
  }
}

package io.quorate.transport.client;

import io.quorate.event.Event;
import io.quorate.model.NodeNames;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.event.Bound;
import io.quorate.replication.event.RequestEvent;
import io.quorate.runtime.Clock;
import io.quorate.transport.RecentRequests;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.access.Caller;
import io.quorate.transport.event.RequestKind;
import io.quorate.transport.event.RequestListener;
import io.quorate.transport.event.RequestResult;
import io.quorate.version.Hlc;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where every client's request passes, by whatever call it came: whether its caller is granted it,
 * sizes and the number in flight are checked, the deadline is set, and its end is measured. Runs on
 * the lane.
 */
public final class RequestEntry {
  /** By how much two clocks of one cluster may differ without anything being wrong. */
  static final long CLOCKS_APART_MILLIS = 500;

  private static final Event EXPIRED = new RequestEvent.Expired(RequestEvent.Stage.ARRIVED);

  private final DataPlane dataPlane;
  private final Clock clock;
  private final RequestLimits limits;
  private final RequestListener listener;
  private final SlowRequests slow;
  private final Supplier<NodeNames> names;
  private final Consumer<Event> events;

  private final UnreadAnswers unread;
  private final PipeNews news = new PipeNews();
  private final RecentRequests recent;

  private int inFlight;

  /**
   * @param listener told of each request that is answered, as are {@code slow} and {@code recent}
   * @param names of the nodes that failures tell of
   */
  public RequestEntry(
      DataPlane dataPlane,
      Clock clock,
      RequestLimits limits,
      RequestListener listener,
      SlowRequests slow,
      Supplier<NodeNames> names,
      RecentRequests recent,
      Consumer<Event> events) {
    this.dataPlane = dataPlane;
    this.clock = clock;
    this.limits = limits;
    this.listener = listener;
    this.slow = slow;
    this.names = names;
    this.recent = recent;
    this.events = events;
    this.unread = new UnreadAnswers(limits.unreadBytesMax());
  }

  /** Takes the outcome of a request that was handed in with {@code id}. */
  interface Answer {
    void answer(long id, Operation operation, Outcome outcome);
  }

  /** What the clients are told that have a Pipe open. */
  public PipeNews news() {
    return news;
  }

  public UnreadAnswers unread() {
    return unread;
  }

  /** Requests that the node works on at this moment. */
  public int inFlight() {
    return inFlight;
  }

  RequestLimits limits() {
    return limits;
  }

  long nowNanos() {
    return clock.nanos();
  }

  /** What operations are judged by that say when they were sent. */
  long wallMillis() {
    return clock.wallMillis();
  }

  long defaultTimeoutNanos() {
    return limits.defaultTimeoutMillis() * 1_000_000L;
  }

  /**
   * Why a request that was long on its way must not be carried out any more; null if it may. A node
   * that wakes from a pause, or has far too much to do, finds requests in its connections whose
   * senders gave up and went elsewhere. To stamp writes now would put them above what has been
   * acknowledged since; to read now would be work that no client waits for, and the next ones would
   * be too late for it as well.
   *
   * @param sentAtMillis by this node's clock, as the sender knows it; 0 if that was not said
   * @param waitedNanos how long it may have waited for this node to go on
   */
  @Nullable Failure stalled(
      Operation operation, long sentAtMillis, long timeoutNanos, long waitedNanos) {
    if (waitedNanos >= timeoutNanos) {
      events.accept(EXPIRED);
      return stalled(operation, TimeUnit.NANOSECONDS.toMillis(waitedNanos));
    }
    if (sentAtMillis == 0) {
      return null;
    }
    long nowMillis = clock.wallMillis();
    long onItsWayMillis = nowMillis - sentAtMillis;
    if (onItsWayMillis <= timeoutNanos / 1_000_000 + CLOCKS_APART_MILLIS) {
      return null;
    }
    events.accept(EXPIRED);
    // A sender that still waits learns of a clock that was set forward, and sends the request
    // again.
    return stalled(operation, onItsWayMillis).toBuilder().aboveHlc(Hlc.of(nowMillis, 0)).build();
  }

  private static Failure stalled(Operation operation, long onItsWayMillis) {
    return Failure.refused(
        operation instanceof Operation.Get ? Reason.DEADLINE_EXCEEDED : Reason.NOT_SERVING,
        "the request was "
            + onItsWayMillis
            + " ms on its way to this node, longer than its sender waits; nothing was applied"
            + " here");
  }

  /** The answer is given on the lane, at once or later, exactly once. */
  void submit(Caller caller, long id, Operation operation, long timeoutNanos, Answer answer) {
    long now = clock.nanos();
    Failure refusal = refusal(caller, operation, timeoutNanos);
    Request request = new Request(caller, id, operation, now, answer);
    inFlight++;
    if (refusal != null) {
      request.done(new Outcome.Failed(refusal));
    } else {
      dataPlane.submit(operation, now + timeoutNanos, request);
    }
  }

  private @Nullable Failure refusal(Caller caller, Operation operation, long timeoutNanos) {
    if (inFlight >= limits.inFlightMax()) {
      return overloaded();
    }
    if (timeoutNanos <= 0) {
      return expired();
    }
    Failure forbidden = caller.refusal(operation);
    return forbidden == null ? limits.refusal(operation) : forbidden;
  }

  private @Nullable Failure refusal(Caller caller, ScanRequest request, long timeoutNanos) {
    if (inFlight >= limits.inFlightMax()) {
      return overloaded();
    }
    if (timeoutNanos <= 0) {
      return expired();
    }
    Failure forbidden = caller.refusal(request);
    return forbidden == null ? limits.refusal(request.keys()) : forbidden;
  }

  /** Reads one page; the callback is called as {@link DataPlane#scan} says. */
  void scan(
      Caller caller, ScanRequest request, long timeoutNanos, DataPlane.ScanCallback callback) {
    Failure refusal = refusal(caller, request, timeoutNanos);
    if (refusal != null) {
      recent.answered(refusal.reason() == Reason.OVERLOADED, clock.nanos());
      listener.served(request.tenant(), RequestKind.SCAN, request.level(), resultOf(refusal), 0);
      callback.failed(refusal);
      return;
    }
    long now = clock.nanos();
    inFlight++;
    dataPlane.scan(
        request,
        now + timeoutNanos,
        new DataPlane.ScanCallback() {
          @Override
          public void page(ScanPage page) {
            ended(RequestResult.OK, null);
            callback.page(page);
          }

          @Override
          public void failed(Failure failure) {
            ended(resultOf(failure), failure);
            callback.failed(failure.naming(names.get()));
          }

          private void ended(RequestResult result, @Nullable Failure failure) {
            inFlight--;
            long ended = clock.nanos();
            long took = ended - now;
            recent.answered(isOverload(result), ended);
            listener.served(request.tenant(), RequestKind.SCAN, request.level(), result, took);
            slow.ended(request, failure, names, ended, took);
          }
        });
  }

  private Failure overloaded() {
    events.accept(Bound.INFLIGHT_REQUESTS.overloaded());
    return limits.overloaded();
  }

  private Failure expired() {
    events.accept(EXPIRED);
    return Failure.refused(
        Reason.DEADLINE_EXCEEDED, "the deadline had passed on arrival; nothing was applied");
  }

  /** One request under way. */
  private final class Request implements DataPlane.OutcomeCallback {
    private final Caller caller;
    private final long id;
    private final Operation operation;
    private final long arrivedNanos;
    private final Answer answer;

    Request(Caller caller, long id, Operation operation, long arrivedNanos, Answer answer) {
      this.caller = caller;
      this.id = id;
      this.operation = operation;
      this.arrivedNanos = arrivedNanos;
      this.answer = answer;
    }

    @Override
    public void done(Outcome outcome) {
      inFlight--;
      long now = clock.nanos();
      long took = now - arrivedNanos;
      RequestResult result = resultOf(outcome);
      recent.answered(isOverload(result), now);
      listener.served(operation.tenant(), kindOf(operation), operation.level(), result, took);
      slow.ended(operation, outcome, names, now, took);
      answer.answer(id, operation, caller.told(named(outcome)));
    }
  }

  private Outcome named(Outcome outcome) {
    return outcome instanceof Outcome.Failed(Failure failure)
        ? new Outcome.Failed(failure.naming(names.get()))
        : outcome;
  }

  private static RequestKind kindOf(Operation operation) {
    return switch (operation) {
      case Operation.Put put -> RequestKind.PUT;
      case Operation.Get get -> RequestKind.GET;
      case Operation.Delete delete -> RequestKind.DELETE;
      case Operation.Update update -> RequestKind.UPDATE;
      case Operation.Increment increment -> RequestKind.INCREMENT;
      case Operation.UpdateFields update -> RequestKind.UPDATE_FIELDS;
    };
  }

  private static RequestResult resultOf(Outcome outcome) {
    return outcome instanceof Outcome.Failed(Failure failure)
        ? resultOf(failure)
        : RequestResult.OK;
  }

  /** Whether too much was asked for, of this node or by a tenant. */
  private static boolean isOverload(RequestResult result) {
    return result == RequestResult.OVERLOADED || result == RequestResult.THROTTLED;
  }

  private static RequestResult resultOf(Failure failure) {
    if (failure.throttled()) {
      return RequestResult.THROTTLED;
    }
    return switch (failure.reason()) {
      case INVALID, FAILED_PRECONDITION -> RequestResult.INVALID; // the latter: of no operation
      case UNKNOWN_TENANT -> RequestResult.UNKNOWN_TENANT;
      case UNAVAILABLE -> RequestResult.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> RequestResult.DEADLINE_EXCEEDED;
      case OVERLOADED -> RequestResult.OVERLOADED;
      case NOT_SERVING -> RequestResult.NOT_SERVING;
      case INTERNAL -> RequestResult.INTERNAL;
      case OUTCOME_UNKNOWN -> RequestResult.OUTCOME_UNKNOWN;
      case STAMP_TOO_LOW -> RequestResult.STAMP_TOO_LOW;
      case TOO_MANY_SIBLINGS -> RequestResult.TOO_MANY_SIBLINGS;
      case KEY_TOO_LARGE -> RequestResult.KEY_TOO_LARGE;
      case CONDITION_FAILED -> RequestResult.CONDITION_FAILED;
      case FENCED -> RequestResult.FENCED;
      case PERMISSION_DENIED -> RequestResult.PERMISSION_DENIED;
      case UNAUTHENTICATED -> RequestResult.UNAUTHENTICATED;
    };
  }
}

package io.quorate.transport.client;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockAnswer.Granted;
import io.quorate.locks.LockAnswer.Held;
import io.quorate.locks.LockAnswer.IsHeld;
import io.quorate.locks.LockAnswer.Listed;
import io.quorate.locks.LockAnswer.Refused;
import io.quorate.locks.LockAnswer.Released;
import io.quorate.locks.LockAnswer.Renewed;
import io.quorate.locks.LockAnswer.Shown;
import io.quorate.locks.LockAnswer.TimedOut;
import io.quorate.locks.LockAnswer.Unknown;
import io.quorate.locks.LockEntry;
import io.quorate.locks.LockMode;
import io.quorate.locks.LockRequest;
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.AcquireLockResponse;
import io.quorate.proto.v1.ListLocksRequest;
import io.quorate.proto.v1.ListLocksResponse;
import io.quorate.proto.v1.Lock;
import io.quorate.proto.v1.LockGranted;
import io.quorate.proto.v1.LockIsHeld;
import io.quorate.proto.v1.LockWaitOver;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.ReleaseLockRequest;
import io.quorate.proto.v1.ReleaseLockResponse;
import io.quorate.proto.v1.RenewLocksRequest;
import io.quorate.proto.v1.RenewLocksResponse;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.proto.v1.ShowLockResponse;
import io.quorate.proto.v1.WaitForLocksRequest;
import io.quorate.proto.v1.WaitForLocksResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.StatusTable;
import io.quorate.transport.access.Caller;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Locks}: requests about locks, at any node. */
public final class LockService extends LocksGrpc.LocksImplBase {
  private static final long DEFAULT_TIMEOUT_NANOS = 5_000_000_000L;

  /** What is left of a call's time for the answer to travel. */
  static final long ANSWER_NANOS = 50_000_000L;

  private final LockEntry locks;
  private final LaneEntry entry;
  private final Clock clock;
  private final Supplier<NodeNames> names;
  private final UnreadAnswers unread;
  private final LateCalls lateCalls;

  private static final long JUDGED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Requests that wait for their turn, or for a change. Owned by the lane. */
  private final Set<Waiting> waiting = new LinkedHashSet<>();

  /**
   * @param names of the nodes that failures tell of
   * @param unread where answers are counted that callers have not read
   */
  public LockService(
      LockEntry locks,
      Lane lane,
      Clock clock,
      Supplier<NodeNames> names,
      UnreadAnswers unread,
      LateCalls lateCalls) {
    this.names = names;
    this.unread = unread;
    this.lateCalls = lateCalls;
    this.locks = locks;
    this.entry = new LaneEntry(lane);
    this.clock = clock;
  }

  /** Where what becomes of a request goes: its own call, or a stream of many. */
  interface Told<T> {
    void answer(T response);

    void fail(Failure failure);

    /** Whether the caller has left, so that it can be told nothing. */
    boolean isGone();
  }

  /** A request that may wait. Owned by the lane. */
  static final class Waiting {
    private final Caller asker;
    private final String lock;
    private final Told<?> told;

    /** Whether its caller was told how it ends. */
    private boolean over;

    private @Nullable Runnable giveUp;

    /**
     * @param lock that it is about
     */
    Waiting(Caller asker, String lock, Told<?> told) {
      this.asker = asker;
      this.lock = lock;
      this.told = told;
    }
  }

  /** Ends requests that wait, and whose users may ask for their locks no more. On the lane. */
  public void judgeAgain() {
    List.copyOf(waiting).forEach(this::judge);
  }

  private void judge(Waiting call) {
    Failure refusal = call.asker.refusalOfLock(call.lock);
    if (refusal != null) {
      call.over = true;
      withdraw(call);
      call.told.fail(refusal);
    }
  }

  /** The time of a login ends without a change of the rules. */
  private void judgeInAWhile(Waiting call) {
    Lane.Timer unused =
        entry
            .lane()
            .schedule(
                JUDGED_EVERY_NANOS,
                () -> {
                  if (waiting.contains(call)) {
                    judge(call);
                    judgeInAWhile(call);
                  }
                });
  }

  private void withdraw(Waiting call) {
    waiting.remove(call);
    Runnable known = call.giveUp;
    if (known != null) {
      known.run();
    }
  }

  @Override
  public StreamObserver<WaitForLocksRequest> waitForLocks(
      StreamObserver<WaitForLocksResponse> caller) {
    LockStream stream =
        new LockStream(
            this,
            (ServerCallStreamObserver<WaitForLocksResponse>) caller,
            Caller.ofCall(),
            entry,
            unread,
            lateCalls);
    stream.open();
    return stream;
  }

  @Override
  public void acquireLock(AcquireLockRequest request, StreamObserver<AcquireLockResponse> caller) {
    submit(caller, acquisition(request), request.getName(), request.getWaitMs(), this::acquired);
  }

  static LockRequest acquisition(AcquireLockRequest request) {
    return new LockRequest.Acquire(
        request.getName(),
        request.getOwner(),
        request.getTtlMs(),
        request.getWaitMs(),
        new LockMode(request.getShared(), request.getAtMost()));
  }

  /** What an answer is to an acquisition; null if that has failed. */
  @Nullable AcquireLockResponse acquired(LockAnswer answer) {
    return switch (answer) {
      case Granted granted ->
          acquired().setGranted(LockGranted.newBuilder().setToken(granted.token())).build();
      case IsHeld held ->
          acquired()
              .setIsHeld(LockIsHeld.newBuilder().setOwner(held.owner()).setToken(held.token()))
              .build();
      case TimedOut late -> acquired().setWaitOver(LockWaitOver.getDefaultInstance()).build();
      default -> null;
    };
  }

  private AcquireLockResponse.Builder acquired() {
    return AcquireLockResponse.newBuilder().setForwarded(!locks.decides());
  }

  @Override
  public void renewLocks(RenewLocksRequest request, StreamObserver<RenewLocksResponse> caller) {
    Caller asker = Caller.ofCall();
    submit(
        caller,
        new LockRequest.Renew(request.getOwnersList()),
        "",
        0,
        answer ->
            answer instanceof Renewed renewed
                ? RenewLocksResponse.newBuilder()
                    .addAllLocks(locks(granted(renewed.held(), asker)))
                    .setForwarded(!locks.decides())
                    .build()
                : null);
  }

  /** Those of which the caller may be told; it takes the others for lost. */
  private static List<Held> granted(List<Held> held, Caller asker) {
    return held.stream().filter(each -> asker.isGrantedLock(each.name())).toList();
  }

  @Override
  public void releaseLock(ReleaseLockRequest request, StreamObserver<ReleaseLockResponse> caller) {
    submit(
        caller,
        new LockRequest.Release(request.getName(), request.getOwner(), request.getToken()),
        request.getName(),
        0,
        answer ->
            answer instanceof Released released
                ? ReleaseLockResponse.newBuilder()
                    .setWasHeld(released.wasHeld())
                    .setForwarded(!locks.decides())
                    .build()
                : null);
  }

  @Override
  public void showLock(ShowLockRequest request, StreamObserver<ShowLockResponse> caller) {
    submit(caller, question(request), request.getName(), request.getWaitMs(), this::shown);
  }

  static LockRequest question(ShowLockRequest request) {
    return new LockRequest.Show(request.getName(), request.getWaitMs(), request.getSeen());
  }

  /** What an answer is to the question for a lock; null if that has failed. */
  @Nullable ShowLockResponse shown(LockAnswer answer) {
    return switch (answer) {
      case Shown shown -> shown(shown);
      case TimedOut late -> showing().setUnchanged(true).build();
      default -> null;
    };
  }

  private ShowLockResponse.Builder showing() {
    return ShowLockResponse.newBuilder().setForwarded(!locks.decides());
  }

  private ShowLockResponse shown(Shown shown) {
    return showing()
        .addAllHolders(locks(shown.holders()))
        .addAllWaiting(shown.waiting())
        .setChanged(shown.changed())
        .build();
  }

  @Override
  public void listLocks(ListLocksRequest request, StreamObserver<ListLocksResponse> caller) {
    submit(
        caller,
        new LockRequest.List(request.getPrefix(), request.getAfter(), request.getLimit()),
        request.getPrefix(),
        0,
        answer ->
            answer instanceof Listed listed
                ? ListLocksResponse.newBuilder()
                    .addAllLocks(locks(listed.held()))
                    .setMore(listed.more())
                    .setForwarded(!locks.decides())
                    .build()
                : null);
  }

  private static List<Lock> locks(List<Held> held) {
    return held.stream().map(LockService::lock).toList();
  }

  private static Lock lock(Held held) {
    return Lock.newBuilder()
        .setName(held.name())
        .setOwner(held.owner())
        .setToken(held.token())
        .setTtlMs(held.ttlMillis())
        .setLeftMs(held.leftMillis())
        .setWaiting(held.waiting())
        .setShared(held.mode().shared())
        .setAtMost(held.mode().atMost())
        .build();
  }

  /**
   * Hands a request in, and answers the call.
   *
   * @param lock that it is about
   * @param waitMillis how long the request may wait for its turn; a call without a deadline waits
   *     that long, and a while for the answer
   * @param response of an answer; null if it is a failure
   */
  private <T> void submit(
      StreamObserver<T> caller,
      LockRequest request,
      String lock,
      long waitMillis,
      Function<LockAnswer, @Nullable T> response) {
    Deadline deadline = Context.current().getDeadline();
    long timeoutNanos =
        deadline == null
            ? defaultNanos(waitMillis)
            : deadline.timeRemaining(TimeUnit.NANOSECONDS) - ANSWER_NANOS;
    OwnCall<T> told = new OwnCall<>(caller);
    Waiting call = new Waiting(Caller.ofCall(), lock, told);
    if (caller instanceof ServerCallStreamObserver<?> observed) {
      observed.setOnCancelHandler(() -> entry.enter(() -> giveUp(call)));
    }
    entry.enter(() -> begin(call, told, request, waitMillis, timeoutNanos, response));
  }

  /** How long a request may take whose caller does not say so. */
  static long defaultNanos(long waitMillis) {
    return DEFAULT_TIMEOUT_NANOS
        + TimeUnit.MILLISECONDS.toNanos(Math.clamp(waitMillis, 0, 1L << 40));
  }

  /**
   * Hands a request in. On the lane.
   *
   * @param told of what becomes of it
   */
  <T> void begin(
      Waiting call,
      Told<T> told,
      LockRequest request,
      long waitMillis,
      long timeoutNanos,
      Function<LockAnswer, @Nullable T> response) {
    if (waitMillis > 0) {
      waiting.add(call);
      if (call.asker.isLoggedIn()) {
        judgeInAWhile(call);
      }
    }
    call.giveUp =
        locks.submit(
            request,
            clock.nanos() + Math.max(0, timeoutNanos),
            answer -> {
              waiting.remove(call);
              if (!call.over && !told.isGone()) {
                call.over = true;
                @Nullable T answered = response.apply(answer);
                if (answered == null) {
                  told.fail(failure(answer).naming(names.get()));
                } else {
                  told.answer(answered);
                }
              }
            });
  }

  /**
   * A caller does not wait any more. One that was told of a grant holds the lock, whatever becomes
   * of its call after that. On the lane.
   */
  void giveUp(Waiting call) {
    if (!call.over) {
      withdraw(call);
    }
  }

  /** A call of which one request is all. */
  private record OwnCall<T>(StreamObserver<T> call) implements Told<T> {
    @Override
    public void answer(T response) {
      call.onNext(response);
      call.onCompleted();
    }

    @Override
    public void fail(Failure failure) {
      call.onError(StatusTable.status(failure).asRuntimeException(StatusTable.trailers(failure)));
    }

    /** Writing to it would throw then; that it was cancelled is told later. */
    @Override
    public boolean isGone() {
      return call instanceof ServerCallStreamObserver<?> observed && observed.isCancelled();
    }
  }

  private static Failure failure(LockAnswer answer) {
    return switch (answer) {
      case Refused refused ->
          Failure.refused(
              switch (refused.kind()) {
                case INVALID -> Reason.INVALID;
                case TOO_MANY -> Reason.OVERLOADED;
                case NOT_READY, HELD_OTHERWISE -> Reason.FAILED_PRECONDITION;
                case UNAVAILABLE -> Reason.UNAVAILABLE;
              },
              refused.why());
      case Unknown unknown -> Failure.refused(Reason.OUTCOME_UNKNOWN, unknown.why());
      default -> Failure.refused(Reason.INTERNAL, "an answer of another request: " + answer);
    };
  }
}

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
  private static final long ANSWER_NANOS = 50_000_000L;

  private final LockEntry locks;
  private final LaneEntry entry;
  private final Clock clock;
  private final Supplier<NodeNames> names;

  private static final long JUDGED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Calls that wait for their turn, or for a change. Owned by the lane. */
  private final Set<Waiting> waiting = new LinkedHashSet<>();

  /**
   * @param names of the nodes that failures tell of
   */
  public LockService(LockEntry locks, Lane lane, Clock clock, Supplier<NodeNames> names) {
    this.names = names;
    this.locks = locks;
    this.entry = new LaneEntry(lane);
    this.clock = clock;
  }

  /** A call that waits. Owned by the lane. */
  private static final class Waiting {
    final Caller asker;
    final String lock;
    final StreamObserver<?> call;

    /** Whether it was told how it ends. */
    boolean over;

    @Nullable Runnable giveUp;

    Waiting(Caller asker, String lock, StreamObserver<?> call) {
      this.asker = asker;
      this.lock = lock;
      this.call = call;
    }
  }

  /** Ends calls that wait, and whose users may not ask for their locks any more. On the lane. */
  public void judgeAgain() {
    List.copyOf(waiting).forEach(this::judge);
  }

  private void judge(Waiting call) {
    Failure refusal = call.asker.refusalOfLock(call.lock);
    if (refusal != null) {
      call.over = true;
      giveUp(call);
      fail(call.call, refusal);
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

  private void giveUp(Waiting call) {
    waiting.remove(call);
    Runnable known = call.giveUp;
    if (known != null) {
      known.run();
    }
  }

  @Override
  public void acquireLock(AcquireLockRequest request, StreamObserver<AcquireLockResponse> caller) {
    long waitMillis = request.getWaitMs();
    submit(
        caller,
        new LockRequest.Acquire(
            request.getName(),
            request.getOwner(),
            request.getTtlMs(),
            waitMillis,
            new LockMode(request.getShared(), request.getAtMost())),
        request.getName(),
        waitMillis,
        answer ->
            switch (answer) {
              case Granted granted ->
                  acquired().setGranted(LockGranted.newBuilder().setToken(granted.token())).build();
              case IsHeld held ->
                  acquired()
                      .setIsHeld(
                          LockIsHeld.newBuilder().setOwner(held.owner()).setToken(held.token()))
                      .build();
              case TimedOut late ->
                  acquired().setWaitOver(LockWaitOver.getDefaultInstance()).build();
              default -> null;
            });
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
    submit(
        caller,
        new LockRequest.Show(request.getName(), request.getWaitMs(), request.getSeen()),
        request.getName(),
        request.getWaitMs(),
        answer ->
            switch (answer) {
              case Shown shown -> shown(shown);
              case TimedOut late -> showing().setUnchanged(true).build();
              default -> null;
            });
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
            ? DEFAULT_TIMEOUT_NANOS
                + TimeUnit.MILLISECONDS.toNanos(Math.clamp(waitMillis, 0, 1L << 40))
            : deadline.timeRemaining(TimeUnit.NANOSECONDS) - ANSWER_NANOS;
    Waiting call = new Waiting(Caller.ofCall(), lock, caller);
    if (caller instanceof ServerCallStreamObserver<?> observed) {
      observed.setOnCancelHandler(() -> entry.enter(() -> onCancelled(call)));
    }
    entry.enter(
        () -> {
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
                    if (!call.over && !isGone(caller)) {
                      call.over = true;
                      answer(caller, response.apply(answer), answer);
                    }
                  });
        });
  }

  /** A caller that was told of a grant holds the lock, whatever becomes of its call after that. */
  private void onCancelled(Waiting call) {
    if (!call.over) {
      giveUp(call);
    }
  }

  /** Whether a caller has left, so that writing to it throws; {@link #onCancelled} follows. */
  private static boolean isGone(StreamObserver<?> caller) {
    return caller instanceof ServerCallStreamObserver<?> call && call.isCancelled();
  }

  private <T> void answer(StreamObserver<T> caller, @Nullable T response, LockAnswer answer) {
    if (response != null) {
      caller.onNext(response);
      caller.onCompleted();
      return;
    }
    fail(caller, failure(answer).naming(names.get()));
  }

  private static void fail(StreamObserver<?> caller, Failure failure) {
    caller.onError(StatusTable.status(failure).asRuntimeException(StatusTable.trailers(failure)));
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

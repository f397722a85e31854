package io.quorate.transport;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.NamedMember;
import io.quorate.admin.Refusals;
import io.quorate.cluster.ClusterState;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Calls that need to know the cluster: they are carried out on the lane, by its state as this node
 * knows it, and fail if the node has not joined one yet.
 */
public final class ClusterCalls {
  private static final long DEFAULT_TIMEOUT_NANOS = 5_000_000_000L;

  /** What an answer is given to get to its caller, who is to learn why nothing was decided. */
  private static final long ANSWER_NANOS = 500_000_000L;

  /** A node that cannot reach the leader says so while there is time to ask another one. */
  private static final long CONFIRM_NANOS = 5_000_000_000L;

  private final ClusterAdmin admin;
  private final LaneEntry entry;
  private final Clock clock;

  public ClusterCalls(ClusterAdmin admin, Lane lane, Clock clock) {
    this.admin = admin;
    this.entry = new LaneEntry(lane);
    this.clock = clock;
  }

  /** A request that needs to know the cluster. What it throws as illegal is refused as such. */
  public interface Call<T> {
    void run(ClusterState state, long deadlineNanos, Consumer<T> done, Consumer<Failure> failed);
  }

  /** Carries a request out, or says why it was not, before its deadline. */
  public <T> void carryOut(StreamObserver<T> caller, Call<T> call) {
    Deadline deadline = Context.current().getDeadline();
    long timeoutNanos =
        deadline == null ? DEFAULT_TIMEOUT_NANOS : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    entry.enter(
        () -> {
          ClusterState state = admin.state();
          if (state == null) {
            fail(caller, notJoined());
            return;
          }
          try {
            call.run(
                state,
                clock.nanos() + timeoutNanos - Math.min(timeoutNanos / 4, ANSWER_NANOS),
                response -> succeed(caller, response),
                failure -> failNaming(caller, failure));
          } catch (IllegalArgumentException refused) {
            Rejected refusal = Refusals.rejected(refused);
            failNaming(caller, Refusals.of(refusal.kind(), refusal.reason()));
          }
        });
  }

  /** Answers from what this node knows. */
  public <T> void answer(StreamObserver<T> caller, Function<ClusterState, T> response) {
    entry.enter(
        () -> {
          ClusterState state = admin.state();
          if (state == null) {
            fail(caller, notJoined());
          } else {
            succeed(caller, response.apply(state));
          }
        });
  }

  /**
   * Answers from what this node knows; if it is to be confirmed, once that is all that was decided
   * before the call.
   *
   * @param what the caller wants to know, for the refusal if that cannot be made sure
   */
  public <T> void answer(
      StreamObserver<T> caller,
      boolean confirmed,
      String what,
      Function<ClusterState, T> response) {
    if (!confirmed) {
      answer(caller, response);
      return;
    }
    carryOut(
        caller,
        (before, deadlineNanos, done, failed) ->
            confirm(
                deadlineNanos,
                sure -> {
                  ClusterState state = admin.state();
                  if (sure && state != null) {
                    done.accept(response.apply(state));
                  } else {
                    failed.accept(unsure(what));
                  }
                }));
  }

  /**
   * Makes sure that this node knows all that was decided before the call, as {@link
   * ClusterAdmin#confirm} does, and gives up early enough for the caller to be told so.
   */
  public void confirm(long deadlineNanos, Consumer<Boolean> callback) {
    if (!admin.outOfTouch().isEmpty()) {
      callback.accept(false); // at once: the caller asks again, and may be about to give up
      return;
    }
    long now = clock.nanos();
    long left = deadlineNanos - now;
    admin.confirm(now + Math.min(left - left / 4, CONFIRM_NANOS), callback);
  }

  /**
   * Why a caller is told nothing.
   *
   * @param what it wants to know
   */
  public Failure unsure(String what) {
    String outOfTouch = admin.outOfTouch();
    return Failure.refused(
        Reason.NOT_SERVING,
        "this node cannot make sure %s: %s. Ask again, or another node"
            .formatted(
                what,
                outOfTouch.isEmpty()
                    ? "the leader of the metadata group did not answer in time"
                    : outOfTouch));
  }

  /** Runs something on the lane. */
  public void enter(Runnable task) {
    entry.enter(task);
  }

  private void failNaming(StreamObserver<?> caller, Failure failure) {
    fail(caller, failure.naming(NamedMember.names(admin.state())));
  }

  private Failure notJoined() {
    return Failure.notJoined(admin.waitingFor());
  }

  public static <T> void succeed(StreamObserver<T> caller, T response) {
    if (!hasLeft(caller)) {
      caller.onNext(response);
      caller.onCompleted();
    }
  }

  public static void fail(StreamObserver<?> caller, Failure failure) {
    if (!hasLeft(caller)) {
      caller.onError(StatusTable.status(failure).asRuntimeException(StatusTable.trailers(failure)));
    }
  }

  /** Writing to a caller that has left throws. */
  private static boolean hasLeft(StreamObserver<?> caller) {
    return caller instanceof ServerCallStreamObserver<?> call && call.isCancelled();
  }
}

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

  /** Carries a request out before its deadline. */
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
                clock.nanos() + timeoutNanos,
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

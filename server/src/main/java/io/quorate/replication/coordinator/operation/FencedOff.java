package io.quorate.replication.coordinator.operation;

import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The refusal of a token that is too low, which waits a little for who holds the lock under the
 * fence, to tell it with that (docs/design/fencing.md).
 */
public final class FencedOff implements InFlight {
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Context context;
  private final Failure failure;
  private final long deadlineNanos;
  private final OutcomeCallback callback;
  private final long id;
  private boolean isTold;

  /** Adds to the refusal of a stale token who holds the lock under the fence, if told in time. */
  public static Consumer<Outcome> tellsWhoHolds(
      Context context, long requestDeadlineNanos, OutcomeCallback callback) {
    return outcome -> {
      if (!(outcome instanceof Outcome.Failed(Failure failure))
          || failure.fence() == 0
          || context.table().isFull()) {
        callback.done(outcome);
        return;
      }
      long now = context.clock().nanos();
      long wait = Math.min(WAIT_NANOS, (requestDeadlineNanos - now) / 2);
      new FencedOff(context, failure, now + Math.max(0, wait), callback).ask();
    };
  }

  /** The table must not be full. */
  FencedOff(Context context, Failure failure, long deadlineNanos, OutcomeCallback callback) {
    this.context = context;
    this.failure = failure;
    this.deadlineNanos = deadlineNanos;
    this.callback = callback;
    this.id = context.table().add(this);
  }

  void ask() {
    context.tokens().ask(failure.fence(), deadlineNanos, this::tell);
  }

  private void tell(HeldTokens.Answer answer) {
    tell(
        answer instanceof HeldTokens.IsHeld held
            ? failure.explained(FenceFailures.heldBy(held))
            : failure);
  }

  private void tell(Failure told) {
    if (!isTold) {
      isTold = true;
      context.table().remove(id);
      callback.done(new Outcome.Failed(told));
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public void expire() {
    tell(failure);
  }

  @Override
  public void check(long nowNanos) {}
}

package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.register.RegisterLines.Entry;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Has one register accepted as it is, for no client. All replicas of a partition that moves do so
 * for the same keys while clients write them; so one that is outbid leaves the key to the others,
 * and looks after a while whether they have settled it (docs/design/linearizable.md#line).
 */
final class RegisterSettlement {
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /**
   * After these, or half of its time, it competes with the others: clients that write without end
   * let no look find agreement.
   */
  private static final int WAITS_MAX = 3;

  private final Context context;
  private final RegisterLines lines;
  private final Key key;
  private final long deadlineNanos;
  private final long halfTimeNanos;
  private final long sinceEpoch;
  private final long above;
  private final Consumer<Boolean> done;

  /** How often others were left the key. */
  private int waited;

  /**
   * @param sinceEpoch enough is what is agreed on under it or a later one; {@link
   *     RegisterEntry#NO_EPOCH}: nothing is
   * @param above which the ballot must be, a hybrid time; 0: any
   * @param done told whether it is settled
   */
  RegisterSettlement(
      Context context,
      RegisterLines lines,
      Key key,
      long deadlineNanos,
      long sinceEpoch,
      long above,
      Consumer<Boolean> done) {
    this.context = context;
    this.lines = lines;
    this.key = key;
    this.deadlineNanos = deadlineNanos;
    long nowNanos = context.clock().nanos();
    this.halfTimeNanos = nowNanos + (deadlineNanos - nowNanos) / 2;
    this.sinceEpoch = sinceEpoch;
    this.above = above;
    this.done = done;
  }

  void begin(Plan plan) {
    if (sinceEpoch == RegisterEntry.NO_EPOCH) {
      propose(plan);
      return;
    }
    new RegisterRead(
            context,
            plan,
            key,
            deadlineNanos,
            new RegisterChange.Nothing(),
            sinceEpoch,
            outcome -> done.accept(outcome instanceof Outcome.Read),
            this::propose,
            this::isGone)
        .start();
  }

  private void propose(Plan plan) {
    lines.read(
        new Entry(
            plan,
            key,
            deadlineNanos,
            new RegisterChange.Settle(above, givesWay()),
            outcome -> proposed(plan, outcome),
            this::isGone));
  }

  private boolean givesWay() {
    return waited < WAITS_MAX && context.clock().nanos() - halfTimeNanos < 0;
  }

  private void proposed(Plan plan, Outcome outcome) {
    long waitNanos = waitNanos();
    if (outcome instanceof Outcome.Read) {
      done.accept(true);
    } else if (sinceEpoch == RegisterEntry.NO_EPOCH
        || context.table().isFull()
        || context.clock().nanos() + waitNanos - deadlineNanos >= 0) {
      done.accept(false);
    } else {
      waited++;
      new Wait(plan, context.clock().nanos() + waitNanos).begin();
    }
  }

  private long waitNanos() {
    return WAIT_NANOS << Math.min(waited, WAITS_MAX);
  }

  /** This node is no replica any more. */
  private void isGone() {
    done.accept(false);
  }

  /** Leaves the key to others for a while. */
  private final class Wait implements InFlight {
    private final Plan plan;
    private final long endNanos;
    private long id;

    Wait(Plan plan, long endNanos) {
      this.plan = plan;
      this.endNanos = endNanos;
    }

    void begin() {
      id = context.table().add(this);
    }

    @Override
    public long deadlineNanos() {
      return endNanos;
    }

    @Override
    public void expire() {
      context.table().remove(id);
      RegisterSettlement.this.begin(plan);
    }

    @Override
    public void check(long nowNanos) {}
  }
}

package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import io.quorate.replication.hint.Courier;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.storage.HintStore.Hint;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings the newest record that this node holds under a key to a replica that lacks it. */
final class HintDelivery implements InFlight {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Context context;
  private final Plan plan;
  private final Hint hint;
  private final Consumer<Courier.Outcome> callback;
  private final long deadlineNanos;
  private long id;
  private long sentNanos;
  private boolean ended;

  /** Null until it was read here. */
  private @Nullable Write message;

  HintDelivery(Context context, Plan plan, Hint hint, Consumer<Courier.Outcome> callback) {
    this.context = context;
    this.plan = plan;
    this.hint = hint;
    this.callback = callback;
    this.deadlineNanos = context.clock().nanos() + TIMEOUT_NANOS;
  }

  void start() {
    id = context.table().add(this);
    context
        .replica()
        .read(
            new Read(
                id,
                plan.partition(),
                plan.epoch(),
                hint.key(),
                null,
                false,
                context.timeoutMillis(deadlineNanos)),
            this::onOwn);
  }

  private void onOwn(ReadOutcome outcome) {
    if (ended) {
      return;
    }
    switch (outcome) {
      case Held(var record) -> {
        message =
            new Write(
                id,
                plan.partition(),
                plan.epoch(),
                hint.key(),
                record,
                Cause.HINT,
                context.timeoutMillis(deadlineNanos));
        send(message);
      }
      case Same nothing -> end(Courier.Outcome.NOTHING_HELD);
      default -> end(Courier.Outcome.NOT_NOW);
    }
  }

  private void send(Write write) {
    sentNanos = context.clock().nanos();
    context.network().send(hint.target(), write);
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    end(
        switch (outcome) {
          case Stored stored -> Courier.Outcome.DELIVERED;
          case HoldsNewer newer -> Courier.Outcome.DELIVERED;
          case StaleEpoch stale -> Courier.Outcome.NOT_NOW;
          case Refused refused -> Courier.Outcome.REFUSED;
        });
  }

  private void end(Courier.Outcome outcome) {
    ended = true;
    context.table().remove(id);
    callback.accept(outcome);
  }

  @Override
  public void check(long nowNanos) {
    if (!context.liveness().isLive(hint.target())) {
      end(Courier.Outcome.NOT_NOW);
    } else if (message != null && nowNanos - sentNanos > Context.RESEND_NANOS) {
      send(message);
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public void expire() {
    end(Courier.Outcome.NOT_NOW);
  }
}

package io.quorate.replication.coordinator.peer;

import io.quorate.model.NodeId;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * One question to another replica, from when it is sent until it is answered or given up.
 *
 * @param <T> kind of outcome that is asked for
 */
final class Asking<T> implements InFlight {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** For how long a replica is asked, as messages carry it. */
  static final int TIMEOUT_MILLIS = (int) TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NANOS);

  private final Context context;
  private final NodeId replica;
  private final Class<T> kind;
  private final Consumer<T> answer;
  private final Consumer<Refused> noAnswer;
  private final long deadlineNanos;
  private final long id;
  private final ReplicaMessage message;
  private long sentNanos;

  private Asking(
      Context context,
      NodeId replica,
      LongFunction<? extends ReplicaMessage> message,
      Class<T> kind,
      Consumer<T> answer,
      Consumer<Refused> noAnswer) {
    this.context = context;
    this.replica = replica;
    this.kind = kind;
    this.answer = answer;
    this.noAnswer = noAnswer;
    this.deadlineNanos = context.clock().nanos() + TIMEOUT_NANOS;
    this.id = context.table().add(this);
    this.message = message.apply(id);
  }

  /**
   * Asks, unless this node has much to do for its clients. One of the two is told, once.
   *
   * @param message made with the id of the question
   * @param kind of outcome that it is answered with
   * @param answer told what the replica says, its refusal included
   * @param noAnswer told why there will be none
   */
  static <T> void ask(
      Context context,
      NodeId replica,
      LongFunction<? extends ReplicaMessage> message,
      Class<T> kind,
      Consumer<T> answer,
      Consumer<Refused> noAnswer) {
    if (context.table().isCrowded()) {
      noAnswer.accept(new Refused("this node has much to do for its clients"));
    } else {
      new Asking<>(context, replica, message, kind, answer, noAnswer).send();
    }
  }

  private void send() {
    sentNanos = context.clock().nanos();
    context.network().send(replica, message);
  }

  private void leave() {
    context.table().remove(id);
  }

  /** Takes the answer of the replica that was asked, and ignores those of other nodes. */
  private void answered(NodeId from, Object outcome) {
    if (from.equals(replica) && kind.isInstance(outcome)) {
      leave();
      answer.accept(kind.cast(outcome));
    }
  }

  @Override
  public void onTreeReply(NodeId from, TreeOutcome outcome) {
    answered(from, outcome);
  }

  @Override
  public void onVersionsReply(NodeId from, VersionsOutcome outcome) {
    answered(from, outcome);
  }

  @Override
  public void onRangeReply(NodeId from, RangeOutcome outcome) {
    answered(from, outcome);
  }

  @Override
  public void onReadReply(NodeId from, ReadOutcome outcome) {
    answered(from, outcome);
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    answered(from, outcome);
  }

  @Override
  public void onWriteRecordsReply(NodeId from, WritesOutcome outcome) {
    answered(from, outcome);
  }

  @Override
  public void check(long nowNanos) {
    if (!context.liveness().isLive(replica)) {
      leave();
      noAnswer.accept(new Refused("not heard"));
    } else if (nowNanos - sentNanos > Context.RESEND_NANOS) {
      send();
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public void expire() {
    leave();
    noAnswer.accept(new Refused("no answer in time"));
  }
}

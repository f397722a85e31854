package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/** One question to another replica, from when it is sent until it is answered or given up. */
final class Asking implements InFlight {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** For how long a replica is asked, as messages carry it. */
  static final int TIMEOUT_MILLIS = (int) TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NANOS);

  private final Context context;
  private final NodeId replica;
  private final Answer answer;
  private final long deadlineNanos;
  private final long id;
  private final ReplicaMessage message;
  private long sentNanos;

  /** Takes an answer of the kind that was asked for, or a refusal. */
  interface Answer {
    default void tree(TreeOutcome outcome) {}

    default void versions(VersionsOutcome outcome) {}

    default void read(ReadOutcome outcome) {}

    default void write(WriteOutcome outcome) {}

    /** There will be no answer. */
    void none(Refused why);
  }

  private Asking(
      Context context,
      NodeId replica,
      LongFunction<? extends ReplicaMessage> message,
      Answer answer) {
    this.context = context;
    this.replica = replica;
    this.answer = answer;
    this.deadlineNanos = context.clock().nanos() + TIMEOUT_NANOS;
    this.id = context.table().add(this);
    this.message = message.apply(id);
  }

  /**
   * Asks, unless this node has much to do for its clients.
   *
   * @param message made with the id of the question
   */
  static void ask(
      Context context,
      NodeId replica,
      LongFunction<? extends ReplicaMessage> message,
      Answer answer) {
    if (context.table().isCrowded()) {
      answer.none(new Refused("this node has much to do for its clients"));
    } else {
      new Asking(context, replica, message, answer).send();
    }
  }

  private void send() {
    sentNanos = context.clock().nanos();
    context.network().send(replica, message);
  }

  private void leave() {
    context.table().remove(id);
  }

  @Override
  public void onTreeReply(NodeId from, TreeOutcome outcome) {
    leave();
    answer.tree(outcome);
  }

  @Override
  public void onVersionsReply(NodeId from, VersionsOutcome outcome) {
    leave();
    answer.versions(outcome);
  }

  @Override
  public void onReadReply(NodeId from, ReadOutcome outcome) {
    leave();
    answer.read(outcome);
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    leave();
    answer.write(outcome);
  }

  @Override
  public void check(long nowNanos) {
    if (!context.liveness().isLive(replica)) {
      leave();
      answer.none(new Refused("not heard"));
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
    answer.none(new Refused("no answer in time"));
  }
}

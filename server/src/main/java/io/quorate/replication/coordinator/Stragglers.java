package io.quorate.replication.coordinator;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Replicas that had not stored a write when its client was answered. Takes the write's place in the
 * table, and is done when each of them stored it or has a hint.
 */
final class Stragglers implements InFlight {
  /** A replica that is up answers sooner, and one that is not is known not to be. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Context context;
  private final MissedWrites hints;
  private final long id;
  private final Plan plan;
  private final Key key;
  private final List<NodeId> awaited = new ArrayList<>(2);
  private final long sentNanos;
  private final long deadlineNanos;

  private Stragglers(
      Context context, MissedWrites hints, long id, Plan plan, Key key, long sentNanos) {
    this.context = context;
    this.hints = hints;
    this.id = id;
    this.plan = plan;
    this.key = key;
    this.sentNanos = sentNanos;
    this.deadlineNanos = context.clock().nanos() + PATIENCE_NANOS;
  }

  /**
   * Ends a write that has been answered.
   *
   * @param sentNanos when the record was sent
   * @param failed replicas that refused it, or were not sent it
   */
  static void settle(
      Context context,
      MissedWrites hints,
      long id,
      Plan plan,
      Key key,
      long sentNanos,
      Collection<NodeId> acked,
      Collection<NodeId> failed) {
    if (failed.contains(context.self())) {
      context.table().remove(id); // there is nothing here that a hint could refer to
      return;
    }
    var rest = new Stragglers(context, hints, id, plan, key, sentNanos);
    boolean patient = !context.table().isCrowded();
    for (NodeId replica : plan.replicas()) {
      if (replica.equals(context.self()) || acked.contains(replica)) {
        continue;
      }
      if (patient && !failed.contains(replica)) {
        rest.awaited.add(replica);
      } else {
        rest.missed(replica);
      }
    }
    if (rest.awaited.isEmpty()) {
      context.table().remove(id);
    } else {
      context.table().replace(id, rest);
    }
  }

  private void missed(NodeId replica) {
    hints.missed(replica, plan.partition(), plan.epoch(), key);
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    if (awaited.remove(from)) {
      if (outcome instanceof Stored
          || outcome instanceof HoldsNewer
          || outcome instanceof StoredWhileFilling) {
        context.tracks().answeredWrite(from, sentNanos);
      } else {
        context.tracks().refusedWrite(from);
        missed(from);
      }
      leaveIfDone();
    }
  }

  @Override
  public void check(long nowNanos) {
    for (NodeId replica : List.copyOf(awaited)) {
      if (!context.liveness().isLive(replica)) {
        awaited.remove(replica);
        missed(replica);
      }
    }
    leaveIfDone();
  }

  @Override
  public void expire() {
    awaited.forEach(replica -> context.tracks().unanswered(replica, sentNanos));
    awaited.forEach(this::missed);
    awaited.clear();
    leaveIfDone();
  }

  @Override
  public void census(Census census) {
    awaited.forEach(replica -> census.awaits(replica, sentNanos));
  }

  private void leaveIfDone() {
    if (awaited.isEmpty()) {
      context.table().remove(id);
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }
}

package io.quorate.replication.coordinator.operation;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.track.Census;
import io.quorate.replication.coordinator.track.Relayed;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
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
public final class Stragglers implements InFlight {
  /** A replica that is up answers sooner, and one that is not is known not to be. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Context context;
  private final MissedWrites hints;
  private final Sent sent;
  private final List<NodeId> awaited = new ArrayList<>(2);
  private final long deadlineNanos;

  /**
   * The write, as it was sent last.
   *
   * @param nanos when
   * @param relayed what replicas of other regions are to pass on
   */
  public record Sent(long id, Plan plan, Key key, long nanos, List<Relayed> relayed) {}

  private Stragglers(Context context, MissedWrites hints, Sent sent) {
    this.context = context;
    this.hints = hints;
    this.sent = sent;
    this.deadlineNanos = context.clock().nanos() + PATIENCE_NANOS;
  }

  /**
   * Ends a write that has been answered.
   *
   * @param failed replicas that refused it, or were not sent it
   */
  public static void settle(
      Context context,
      MissedWrites hints,
      Sent sent,
      Collection<NodeId> acked,
      Collection<NodeId> failed) {
    if (failed.contains(context.self())) {
      context.table().remove(sent.id()); // there is nothing here that a hint could refer to
      return;
    }
    var rest = new Stragglers(context, hints, sent);
    boolean patient = !context.table().isCrowded();
    for (NodeId replica : sent.plan().replicas()) {
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
      context.table().remove(sent.id());
    } else {
      context.table().replace(sent.id(), rest);
    }
  }

  private void missed(NodeId replica) {
    hints.missed(replica, sent.plan().partition(), sent.plan().epoch(), sent.key());
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    if (awaited.remove(from)) {
      if (outcome instanceof Stored
          || outcome instanceof HoldsNewer
          || outcome instanceof StoredWhileFilling
          || outcome instanceof PromisedHigher) {
        context.tracks().answeredWrite(from, sent.nanos());
      } else {
        context.tracks().refusedWrite(from);
        missed(from);
        relayFailed(from, CoordinatorEvent.RelayFailed.RELAY_REFUSED);
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
        relayFailed(replica, CoordinatorEvent.RelayFailed.RELAY_DOWN);
      }
    }
    leaveIfDone();
  }

  /** What it was to pass on may never come: a hint brings it. */
  private void relayFailed(NodeId relay, CoordinatorEvent.RelayFailed how) {
    Relayed left = Relayed.by(relay, sent.relayed());
    if (left != null && left.others().stream().anyMatch(awaited::contains)) {
      context.relays().failed(left, how, awaited::contains);
      for (NodeId replica : left.others()) {
        if (awaited.remove(replica)) {
          missed(replica);
        }
      }
    }
  }

  @Override
  public void expire() {
    for (Relayed each : sent.relayed()) {
      relayFailed(each.relay(), CoordinatorEvent.RelayFailed.RELAY_SILENT);
    }
    awaited.forEach(replica -> context.tracks().unanswered(replica, sent.nanos()));
    awaited.forEach(this::missed);
    awaited.clear();
    leaveIfDone();
  }

  @Override
  public void census(Census census) {
    awaited.forEach(replica -> census.awaits(replica, sent.nanos()));
  }

  private void leaveIfDone() {
    if (awaited.isEmpty()) {
      context.table().remove(sent.id());
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }
}

package io.quorate.replication.coordinator.write;

import io.quorate.model.NodeId;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Level;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.Stragglers;
import io.quorate.replication.coordinator.track.Census;
import io.quorate.replication.coordinator.track.Relayed;
import io.quorate.replication.coordinator.track.TrackRecord;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The round of a write that is under way: the plan that it is made on, to which replicas the record
 * is sent, directly or through another, and which of them miss it. It sends, resends and remembers;
 * {@link WriteTally} counts the answers, and {@link WriteOperation} decides what to do.
 *
 * <p>Each other replica of the plan is sent the record or has a hint of it. One object serves all
 * rounds of a write, one after the other.
 */
final class WriteRound {
  private final Context context;
  private final MissedWrites hints;
  private final ClientRequest request;
  private final Level level;
  private Plan plan;
  private WriteTally tally;

  /** Of the round under way; answers to earlier rounds carry another and are not heard. */
  private long id;

  /** What replicas of other regions are to pass on in this round. */
  private List<Relayed> relayed = List.of();

  /** Whether this round sends the record; not before it was stamped under the plan of the round. */
  private boolean isSent;

  private long beganNanos;
  private long sentNanos;

  /** Whether any other node may have been sent the record: from then on it may take effect. */
  private boolean sentToAny;

  WriteRound(Context context, MissedWrites hints, Plan plan, ClientRequest request, Level level) {
    this.context = context;
    this.hints = hints;
    this.plan = plan;
    this.request = request;
    this.level = level;
    this.tally = newTally(List.of());
  }

  /** For a round under the plan as it is now. */
  private WriteTally newTally(List<NodeId> counted) {
    return new WriteTally(context.rules().forWrite(plan.stage(), level), counted);
  }

  Plan plan() {
    return plan;
  }

  WriteTally tally() {
    return tally;
  }

  long id() {
    return id;
  }

  /** Whether any other node may have been sent the record, in this round or an earlier one. */
  boolean wasSent() {
    return sentToAny;
  }

  /** Whether this round sends the record; before, the own replica alone was asked in it. */
  boolean isSent() {
    return isSent;
  }

  /**
   * Whether this node is no replica any more. What it has stamped it still brings to those that
   * are: the record is finished, and they merge it like any other.
   */
  boolean isOutside() {
    return !plan.replicas().contains(context.self());
  }

  /** Takes a place in the table for the first round. */
  void enter(InFlight operation) {
    id = context.table().add(operation);
  }

  /** Hears no more answers. */
  void leave() {
    context.table().remove(id);
  }

  /** Hears no more answers to what was sent so far. */
  void renew() {
    id = context.table().renew(id);
  }

  /** The next round is made on another plan. */
  void plannedOn(Plan next) {
    plan = next;
  }

  /**
   * Counts from the beginning, under a new id.
   *
   * @param counted whose answers count already
   */
  void countAgain(List<NodeId> counted) {
    renew();
    isSent = false;
    relayed = List.of();
    tally = newTally(counted);
    failDeadReplicas();
  }

  /** From now on replicas are waited for. */
  void begin() {
    beganNanos = context.clock().nanos();
    sentNanos = beganNanos;
  }

  void failDeadReplicas() {
    for (NodeId replica : plan.replicas()) {
      if (!context.liveness().isLive(replica)) {
        tally.fail(replica);
      }
    }
    if (!tally.failed().isEmpty() && tally.verdict() == Verdict.UNREACHABLE) {
      // It is sent to those that are yet to be heard, too, and not given up for their sake.
      tally.forgiveIf(context.liveness()::isExpected);
    }
  }

  /** A replica that misses this write for certain, and for which no more may be remembered. */
  @Nullable NodeId wouldBeForgotten() {
    for (NodeId replica : tally.failed()) {
      if (!replica.equals(context.self()) && !mayMiss(replica)) {
        return replica;
      }
    }
    return null;
  }

  /**
   * Whether a replica may go without this write: it is remembered, or the tenant puts up with it.
   */
  private boolean mayMiss(NodeId replica) {
    return plan.tenant().get(TenantSetting.HINT_OVERFLOW) == HintOverflow.MARK
        || !context.rules().refusesWhatCannotBeHinted()
        || hints.hasRoom(replica, plan.partition(), plan.epoch(), request.key());
  }

  private void missed(NodeId replica) {
    if (isOutside()) {
      context.events().accept(CoordinatorEvent.Window.MISSED_FROM_OUTSIDE);
      return; // there is nothing here that a hint could refer to, and stays
    }
    hints.missed(replica, plan.partition(), plan.epoch(), request.key());
  }

  Write message(Record stamped, Cause cause) {
    return new Write(
        id,
        plan.partition(),
        plan.epoch(),
        request.key(),
        stamped,
        cause,
        context.timeoutMillis(request.deadlineNanos()));
  }

  /** Called in the turn in which the record is stored here, so that hints share its fate. */
  void sendToOthers(Record stamped, Cause cause) {
    boolean relays = context.relays().mayRelay();
    List<NodeId> others = relays ? new ArrayList<>(plan.replicas().size()) : List.of();
    for (NodeId replica : plan.replicas()) {
      if (replica.equals(context.self())) {
        continue;
      }
      TrackRecord track = context.tracks().of(replica);
      if (!tally.hasFailed(replica)
          && !track.hasRoom()
          && tally.canDoWithout(replica)
          && mayMiss(replica)) {
        // One that owes many answers is not made to owe one more: its hint is brought at its pace.
        tally.spare(replica);
        context.events().accept(new CoordinatorEvent.WriteSpared(replica));
      }
      if (tally.hasFailed(replica)) {
        missed(replica);
      } else {
        sentToAny = true;
        track.sent();
        if (relays) {
          others.add(replica);
        } else {
          context.network().send(replica, message(stamped, cause));
        }
      }
    }
    isSent = true;
    relayed = relays ? context.relays().send(others, message(stamped, cause)) : List.of();
  }

  /** The others do not suffice after all. Whether there was anyone left to send to. */
  boolean sendToSpared(Record stamped, Cause cause) {
    List<NodeId> left = tally.takeSpared();
    left.removeIf(replica -> !context.liveness().isLive(replica));
    for (NodeId replica : left) {
      context.events().accept(CoordinatorEvent.Window.SPARED_IN_VAIN);
      tally.forgive(replica);
      sentToAny = true;
      context.tracks().of(replica).sent();
      context.network().send(replica, message(stamped, cause));
    }
    return !left.isEmpty();
  }

  /**
   * Sends it directly to those that have not answered, to which another replica was to pass it on:
   * that one has failed, so they may never have got it, and are not blamed.
   */
  void sendPast(NodeId relay, CoordinatorEvent.RelayFailed how, Record stamped, Cause cause) {
    Relayed left = Relayed.by(relay, relayed);
    if (left == null) {
      return;
    }
    relayed = relayed.stream().filter(each -> !each.equals(left)).toList();
    if (left.others().stream().anyMatch(tally::awaits)) {
      context.relays().failed(left, how, tally::awaits);
      for (NodeId replica : left.others()) {
        if (tally.awaits(replica)) {
          context.network().send(replica, message(stamped, cause));
        }
      }
    }
  }

  void sendPastDeadRelays(Record stamped, Cause cause) {
    for (Relayed each : relayed) {
      if (!context.liveness().isLive(each.relay())) {
        sendPast(each.relay(), CoordinatorEvent.RelayFailed.RELAY_DOWN, stamped, cause);
      }
    }
  }

  /**
   * Sends it again to those that have not answered for long, should it have been lost. What was
   * sent in an earlier round is not what this one sends (docs/design/siblings.md#next-epoch).
   */
  void resendIfDue(long nowNanos, Record stamped, Cause cause) {
    if (!isSent || nowNanos - sentNanos <= Context.RESEND_NANOS) {
      return;
    }
    long unansweredSince = sentNanos;
    sentNanos = nowNanos;
    context.events().accept(CoordinatorEvent.Window.WRITE_SENT_AGAIN);
    for (NodeId replica : plan.replicas()) {
      if (!replica.equals(context.self())
          && !tally.acked().contains(replica)
          && !tally.isSpared(replica)
          && Relayed.to(replica, relayed) == null
          && (!tally.isKept(replica) || plan.serving().contains(replica))) {
        context.tracks().unanswered(replica, unansweredSince);
        context.network().send(replica, message(stamped, cause));
      }
    }
    for (Relayed each : relayed) {
      sendPast(each.relay(), CoordinatorEvent.RelayFailed.RELAY_SILENT, stamped, cause);
    }
  }

  /** Learns how another replica copes. */
  void track(NodeId from, WriteOutcome outcome) {
    if (outcome instanceof NotTaken && !(outcome instanceof FenceForgotten)) {
      context.tracks().refusedWrite(from);
    } else {
      context.tracks().answeredWrite(from, beganNanos);
    }
  }

  /** It has the record, so it needs no hint, and it does not count. */
  void kept(NodeId from) {
    if (tally.keep(from)) {
      context.events().accept(CoordinatorEvent.Window.WRITTEN_WHILE_FILLING);
    }
  }

  void acked(NodeId from) {
    Relayed passed = Relayed.by(from, relayed);
    if (passed != null && context.rules().takesRelaysWord()) {
      for (NodeId other : passed.others()) {
        boolean unused = tally.ack(other);
      }
    }
    if (!plan.serving().contains(from)) {
      kept(from); // it knows already that it is full, and this node will when it plans again
      return;
    }
    if (tally.ack(from)) { // it was believed dead, and is not
      context.events().accept(CoordinatorEvent.Window.ACKNOWLEDGED_BY_THE_BELIEVED_DEAD);
    }
  }

  void census(Census census) {
    if (!isSent) {
      return;
    }
    for (NodeId replica : plan.replicas()) {
      if (!replica.equals(context.self()) && tally.awaits(replica)) {
        census.awaits(replica, beganNanos);
      }
    }
  }

  /**
   * The write has ended; replicas that have not answered are looked after in its place. Those that
   * were sent nothing in this round owe no answer.
   */
  void settle() {
    if (isOutside()) {
      leave();
    } else {
      Stragglers.settle(
          context,
          hints,
          new Stragglers.Sent(id, plan, request.key(), beganNanos, relayed),
          tally.holders(),
          isSent ? tally.failed() : notAsked());
    }
  }

  /** All others, of a round that has sent nothing; and the own replica if it has refused. */
  private List<NodeId> notAsked() {
    return plan.replicas().stream()
        .filter(each -> !each.equals(context.self()) || tally.hasFailed(each))
        .toList();
  }
}

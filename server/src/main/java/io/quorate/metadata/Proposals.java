package io.quorate.metadata;

import io.quorate.cluster.Authorship;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.RefusalKind;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.CommandOutcome.Unavailable;
import io.quorate.metadata.CommandOutcome.Unknown;
import io.quorate.model.NodeId;
import io.quorate.raft.Proposal;
import io.quorate.raft.Raft;
import io.quorate.runtime.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The commands that were given to this node and are not decided yet. Each is sent to the leader,
 * again after a while and when the leader changes, under one id; it is decided when it comes back
 * in the log, or in a snapshot.
 */
final class Proposals {
  private final NodeId self;
  private final Raft raft;
  private final MetadataSender sender;
  private final Clock clock;
  private final MetadataConfig config;
  private final CommandChecks checks;
  private final Confirmations confirmations;
  private final Consumer<MetadataEvent> events;
  private final Map<CommandId, Pending> pending = new LinkedHashMap<>();

  /** Decisions about commands of this node that are not settled yet, by index. */
  private final Deque<Unsettled> unsettled = new ArrayDeque<>();

  private long nextNumber;

  private record Unsettled(long index, CommandId id, Decided decision) {}

  private static final class Pending {
    final NumberedCommand command;
    final long deadlineNanos;
    final Consumer<CommandOutcome> callback;

    /** Whether anybody may have it. */
    boolean sent;

    /** How many may be in logs, or under way to a leader. */
    int copies;

    long sendAgainNanos;

    Pending(NumberedCommand command, long deadlineNanos, Consumer<CommandOutcome> callback) {
      this.command = command;
      this.deadlineNanos = deadlineNanos;
      this.callback = callback;
    }
  }

  Proposals(
      NodeStarted thisStart,
      Raft raft,
      MetadataSender sender,
      Clock clock,
      MetadataConfig config,
      CommandChecks checks,
      Confirmations confirmations,
      Consumer<MetadataEvent> events) {
    this.events = events;
    this.checks = checks;
    this.confirmations = confirmations;
    this.self = thisStart.id();
    this.raft = raft;
    this.sender = sender;
    this.clock = clock;
    this.config = config;
    this.nextNumber = CommandId.firstNumber(thisStart.incarnation());
  }

  void submit(Command command, long deadlineNanos, Consumer<CommandOutcome> callback) {
    if (pending.size() >= config.pendingMax()) {
      callback.accept(
          new Unavailable(
              "%d changes of the cluster wait on this node, which is its limit; try again later"
                  .formatted(pending.size())));
      return;
    }
    CommandId id = new CommandId(self, nextNumber++);
    NumberedCommand numbered = new NumberedCommand(id, command);
    if (checks.isTooNew(command)) {
      // Only who knows all that is decided can say at which version the cluster is.
      confirmations.submit(
          deadlineNanos, known -> submitKnowing(known, numbered, deadlineNanos, callback));
    } else {
      submit(numbered, deadlineNanos, callback);
    }
  }

  private void submitKnowing(
      boolean known,
      NumberedCommand numbered,
      long deadlineNanos,
      Consumer<CommandOutcome> callback) {
    if (known) {
      submit(numbered, deadlineNanos, callback);
    } else {
      callback.accept(unavailable());
    }
  }

  private void submit(
      NumberedCommand numbered, long deadlineNanos, Consumer<CommandOutcome> callback) {
    String refusal = checks.refusalOfOwn(numbered);
    if (refusal != null) {
      callback.accept(new Rejected(RefusalKind.INVALID, refusal));
      return;
    }
    Pending added = new Pending(numbered, deadlineNanos, callback);
    pending.put(numbered.id(), added);
    send(added);
  }

  /** Sends what was not heard of for a while, and gives up what is past its deadline. */
  void tick() {
    long now = clock.nanos();
    for (Pending each : new ArrayList<>(pending.values())) {
      if (now - each.deadlineNanos >= 0) {
        pending.remove(each.command.id());
        each.callback.accept(each.sent ? unknown() : unavailable());
      } else if (now - each.sendAgainNanos >= 0) {
        if (each.sent) {
          events.accept(MetadataEvent.COMMAND_SENT_AGAIN);
        }
        send(each);
      }
    }
  }

  /** Answers all that wait: nothing is heard of the group any more. */
  void giveUp(String why) {
    for (Pending each : new ArrayList<>(pending.values())) {
      pending.remove(each.command.id());
      each.callback.accept(each.sent ? new Unknown(why) : new Unavailable(why));
    }
  }

  void leaderChanged() {
    new ArrayList<>(pending.values()).forEach(this::send);
  }

  /** Takes note of a decision at an index; if it is waited for here, it is told once settled. */
  void decided(long index, CommandId id, Decided decision) {
    if (pending.containsKey(id)) {
      unsettled.add(new Unsettled(index, id, decision));
    }
  }

  /** Everything up to {@code index} is folded in and published here. */
  void settled(long index) {
    while (!unsettled.isEmpty() && unsettled.peek().index() <= index) {
      Unsettled next = unsettled.remove();
      answer(next.id(), next.decision());
    }
  }

  private void answer(CommandId id, Decided decision) {
    Pending done = pending.remove(id);
    if (done != null) {
      done.callback.accept(decision);
    }
  }

  /** The commands that were not decided yet as far as this node was told. */
  Iterable<CommandId> awaited() {
    return new ArrayList<>(pending.keySet());
  }

  /**
   * Takes note that the leader did not put a command into its log. One that was sent once is in no
   * log then; of one that was sent more often, another copy may be.
   */
  void refused(NodeId from, CommandId id, RefusalKind kind, String why) {
    Pending each = pending.get(id);
    if (each != null && each.copies == 1 && from.equals(raft.leader())) {
      answer(id, new Rejected(kind, why));
    }
  }

  private void send(Pending each) {
    each.sendAgainNanos = clock.nanos() + config.retryNanos();
    NodeId leader = raft.leader();
    if (leader == null) {
      return;
    }
    if (!leader.equals(self)) {
      // What only a leader proposes, the next leader finds out for itself.
      if (sender.isConnected(leader) && !Authorship.isOfLeader(each.command.command())) {
        each.sent = true;
        each.copies++;
        sender.send(leader, new MetadataMessage.Propose(each.command));
      }
      return;
    }
    String heard = checks.heard(each.command.command());
    if (heard != null) {
      if (!each.sent) {
        answer(each.command.id(), new Rejected(RefusalKind.FAILED_PRECONDITION, heard));
      }
      return;
    }
    switch (raft.propose(checks.encoded(each.command))) {
      case Proposal.Accepted accepted -> {
        each.sent = true;
        each.copies++;
      }
      case Proposal.NotLeader elsewhere -> {} // sent when it is known where
      case Proposal.Refused refused -> {
        if (refused.reason() == Proposal.Reason.INVALID) {
          answer(each.command.id(), new Rejected(RefusalKind.INVALID, refused.why()));
        }
      }
    }
  }

  private Unavailable unavailable() {
    return new Unavailable(
        ("no leader of the metadata group could be reached: a majority of its voters %s must be up,"
                + " and 'quorate doctor' says which are. Nothing was changed")
            .formatted(raft.membership().voters()));
  }

  private Unknown unknown() {
    return new Unknown(
        ("the metadata group did not decide in time: a majority of its voters %s must be up. The"
                + " change may have been made, or may yet be: look at the state of the cluster"
                + " before you ask for it again")
            .formatted(raft.membership().voters()));
  }
}

package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Quorum;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.Stragglers;
import io.quorate.replication.coordinator.track.Census;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Hlc;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a proposal and a read under a token have in common: in one round after the other, replicas
 * are asked to promise a ballot, or to store what it brings, and their answers are counted. When
 * others were in between, the next ballot is above theirs, after a while.
 */
abstract class BallotRound extends RegisterRound {
  private final MissedWrites hints;
  private final OutbidBackoff backoff = new OutbidBackoff();

  /** Of the round under way. */
  RegisterTally tally;

  /** The hybrid time that the next ballot must be above; 0: any will do. */
  private long above;

  /** When the round began; what is not answered is sent again later. */
  private long roundSinceNanos;

  BallotRound(
      Context context, MissedWrites hints, Plan plan, Key key, long deadlineNanos, Runnable again) {
    super(context, plan, key, deadlineNanos, again);
    this.hints = hints;
    this.tally = new RegisterTally(readQuorum());
  }

  /** Goes by what replicas have answered so far, or that some are dead. */
  abstract void decide();

  /** Sends what is under way to those again that have not answered. */
  abstract void sendAgain(long nowNanos);

  final void renew() {
    id = context.table().renew(id);
  }

  final long above() {
    return above;
  }

  final void mustBeAbove(long hlc) {
    above = Hlc.later(above, hlc);
  }

  /**
   * Gives way to others that were in between, for a while if it was so before.
   *
   * @return whether to try again at once; if not, once {@link #hasGivenWay}
   */
  final boolean giveWay() {
    renew();
    backoff.roundTakes(roundTripNanos(readQuorum()));
    return backoff.outbid(context.clock().nanos(), id ^ context.self().value());
  }

  final boolean hasGivenWay(long nowNanos) {
    return backoff.isOver(nowNanos);
  }

  /** Takes note of how long the round took, by which it gives way. */
  final void roundEnds() {
    backoff.roundTakes(context.clock().nanos() - roundSinceNanos);
  }

  /** Counts from the beginning. */
  final void count(Quorum enough) {
    tally = new RegisterTally(enough);
    failDead(tally);
    roundSinceNanos = context.clock().nanos();
    sentNanos = roundSinceNanos;
  }

  /** Asks replicas to promise a ballot, this node's own last, and goes by what is known then. */
  final void ask(List<NodeId> replicas, Prepare message) {
    long round = id;
    for (NodeId replica : replicas) {
      if (isOther(replica) && tally.awaits(replica)) {
        context.network().send(replica, message);
      }
    }
    context
        .replica()
        .prepare(
            message,
            outcome -> {
              if (isOn(round)) {
                onPrepareReply(context.self(), outcome);
              }
            });
    decideIfOn(round);
  }

  /** Has all replicas store a record, this node's own last, and goes by what is known then. */
  final void bring(Write message) {
    long round = id;
    for (NodeId replica : plan.replicas()) {
      if (isOther(replica) && tally.awaits(replica)) {
        context.tracks().of(replica).sent();
        context.network().send(replica, message);
      }
    }
    if (plan.replicas().contains(context.self())) {
      context
          .replica()
          .writeAgain(
              message,
              outcome -> {
                if (isOn(round)) {
                  onWriteReply(context.self(), outcome);
                }
              });
    }
    decideIfOn(round);
  }

  private void decideIfOn(long round) {
    if (isOn(round)) {
      decide();
    }
  }

  /** Whether {@link #bring} sends to any replica. */
  final boolean bringsToAny() {
    for (NodeId replica : plan.replicas()) {
      if (!isOther(replica) || tally.awaits(replica)) {
        return true;
      }
    }
    return false;
  }

  /** Waits no longer for those that are dead, and asks the others again after a while. */
  final void awaitAnswers(long nowNanos) {
    failDead(tally);
    decide();
    if (!isFinished() && nowNanos - sentNanos > Context.RESEND_NANOS) {
      sendAgain(nowNanos);
    }
  }

  /** Sends again to those of the replicas that have not answered. */
  final void sendAgain(List<NodeId> replicas, long nowNanos, Consumer<NodeId> send) {
    long unansweredSince = sentNanos;
    sentNanos = nowNanos;
    for (NodeId replica : replicas) {
      if (isOther(replica) && tally.awaits(replica)) {
        context.tracks().unanswered(replica, unansweredSince);
        send.accept(replica);
      }
    }
  }

  private boolean isOther(NodeId replica) {
    return !replica.equals(context.self());
  }

  /** Takes note of how another replica answers writes. */
  final void track(NodeId from, WriteOutcome outcome) {
    if (isOther(from)) {
      if (outcome instanceof NotTaken) {
        context.tracks().refusedWrite(from);
      } else {
        context.tracks().answeredWrite(from, sentNanos);
      }
    }
  }

  /** A replica refused a question. */
  final void refused(NodeId from, String reason) {
    if (isOther(from)) {
      context.tracks().failed(from);
    }
    lastRefusal = reason;
    tally.fail(from);
  }

  /** Tells who owes an answer to what was brought. */
  final void tellAwaited(Census census) {
    for (NodeId replica : plan.replicas()) {
      if (isOther(replica) && tally.awaits(replica)) {
        census.awaits(replica, sentNanos);
      }
    }
  }

  /** Ends, while what was brought goes on to be brought to those that may not have it. */
  final void settle() {
    Stragglers.settle(
        context,
        hints,
        new Stragglers.Sent(id, plan, key, sentNanos, List.of()),
        tally.settled(),
        tally.failed().stream().filter(each -> !tally.settled().contains(each)).toList());
    handsOn();
  }

  /** Asks the locks whether a token is held; what they say later than in this round is not told. */
  final void askForToken(long token, Consumer<HeldTokens.Answer> answer) {
    renew();
    long round = id;
    context.askForToken(
        token,
        deadlineNanos,
        told -> {
          if (isOn(round)) {
            answer.accept(told);
          }
        });
  }
}

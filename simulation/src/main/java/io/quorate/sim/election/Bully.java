package io.quorate.sim.election;

import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.sim.election.ElectionMessage.Kind;
import io.quorate.sim.kernel.SimRandom;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Known to be wrong here: the Bully algorithm (Garcia-Molina, <i>Elections in a Distributed
 * Computing System</i>, 1982, section III and appendix I). A node that misses its coordinator asks
 * those with higher ids whether they are there; if none is, it halts those with lower ids, makes
 * itself their coordinator and hands its state to them. The calls that the paper makes one after
 * another are made at once and waited for together.
 *
 * <p>The paper assumes that a node that does not answer within a fixed time has failed, and that no
 * message is lost. Where that holds it is right. Under a partition each part makes its own highest
 * id coordinator, and both stay so when the network is whole again, since all say that they are
 * normal. A coordinator that slept halts the others when it wakes, and hands its old state to them.
 */
final class Bully implements Elector {
  /** S(i).s of the paper. */
  private enum Status {
    NORMAL,
    ELECTION,
    REORGANIZATION
  }

  /** What this node asked others and waits for. */
  private enum Round {
    NONE,
    CHECKING_COORDINATOR,
    ASKING_HIGHER,
    HALTING_LOWER,
    MAKING_COORDINATOR,
    HANDING_STATE
  }

  private final NodeId self;
  private final SortedSet<NodeId> all;
  private final Lane lane;
  private final SimRandom random;
  private final Network<ElectionMessage> network;
  private final SplitBrainChecker checker;

  private Status status = Status.ELECTION;

  /** S(i).c of the paper. */
  private @Nullable NodeId coordinator;

  /** S(i).h: the node that halted this one last. */
  private @Nullable NodeId haltedBy;

  /** S(i).up: nodes that answered when this node halted them. */
  private final SortedSet<NodeId> up = new TreeSet<>();

  /** S(i).d: the newest decision. */
  private long slot;

  private long decision;

  private Round round = Round.NONE;
  private final Set<NodeId> answered = new TreeSet<>();
  private Lane.@Nullable Timer roundEnd;
  private Lane.@Nullable Timer silence;
  private long reign;
  private SplitBrainChecker.@Nullable Begun open;
  private final Set<NodeId> agreed = new TreeSet<>();

  Bully(Seat seat, Seat.Opener<ElectionMessage> opener) {
    self = seat.self();
    all = seat.all();
    lane = seat.lane();
    random = seat.random();
    checker = seat.checker();
    network = opener.open(Frames.MODEL, this::onMessage);
  }

  @Override
  public void start() {
    elect();
    Lane.Timer unused = lane.schedule(Timing.BEAT_NANOS, this::check);
  }

  @Override
  public boolean leads() {
    return status == Status.NORMAL && self.equals(coordinator);
  }

  @Override
  public @Nullable NodeId leader() {
    return status == Status.NORMAL ? coordinator : null;
  }

  // ---- noticing

  /** The coordinator asks whether all are normal; these messages are also its heartbeats. */
  private void check() {
    if (leads()) {
      sendTo(others(), ElectionMessage.of(Kind.ARE_YOU_NORMAL));
    }
    Lane.Timer unused = lane.schedule(Timing.BEAT_NANOS, this::check);
  }

  /** Begins again to wait for the coordinator to be silent. */
  private void awaitSilence() {
    if (silence != null) {
      silence.cancel();
    }
    silence =
        lane.schedule(
            Timing.SILENCE_NANOS + random.between(0, Timing.SILENCE_NANOS), this::onSilence);
  }

  /** The paper's Timeout(i). */
  private void onSilence() {
    if (status != Status.ELECTION && self.equals(coordinator)) {
      return;
    }
    NodeId missed = coordinator;
    if (status == Status.ELECTION || missed == null) {
      elect();
    } else {
      begin(Round.CHECKING_COORDINATOR, Set.of(missed), Kind.ARE_YOU_THERE);
    }
    awaitSilence();
  }

  // ---- electing

  /** The paper's Election(i). */
  private void elect() {
    SortedSet<NodeId> higher = new TreeSet<>(all.tailSet(self));
    higher.remove(self);
    begin(Round.ASKING_HIGHER, higher, Kind.ARE_YOU_THERE);
    awaitSilence();
  }

  private void begin(Round next, Set<NodeId> asked, Kind question) {
    if (roundEnd != null) {
      roundEnd.cancel();
    }
    round = next;
    answered.clear();
    boolean stateful = question == Kind.READY;
    sendTo(
        asked,
        stateful ? new ElectionMessage(question, slot, decision) : ElectionMessage.of(question));
    if (asked.isEmpty()) {
      endRound();
    } else {
      roundEnd = lane.schedule(Timing.ANSWER_NANOS, this::endRound);
    }
  }

  /** All nodes that this round asked have answered, or had time to. */
  private void endRound() {
    if (roundEnd != null) {
      roundEnd.cancel();
    }
    Round ended = round;
    round = Round.NONE;
    switch (ended) {
      case NONE -> {}
      case CHECKING_COORDINATOR -> {
        if (answered.isEmpty()) {
          elect();
        }
      }
      case ASKING_HIGHER -> {
        if (answered.isEmpty()) { // else a higher one will see to it
          status = Status.ELECTION;
          haltedBy = self;
          up.clear();
          begin(Round.HALTING_LOWER, all.headSet(self), Kind.HALT);
        }
      }
      case HALTING_LOWER -> {
        up.addAll(answered);
        coordinator = self;
        status = Status.REORGANIZATION;
        begin(Round.MAKING_COORDINATOR, up, Kind.NEW_COORDINATOR);
      }
      case MAKING_COORDINATOR -> {
        if (answered.containsAll(up)) {
          begin(Round.HANDING_STATE, up, Kind.READY);
        } else {
          elect();
        }
      }
      case HANDING_STATE -> {
        if (answered.containsAll(up)) {
          status = Status.NORMAL;
          reign = checker.reignBegins(self, SplitBrainChecker.NO_TERM);
          open = null;
        } else {
          elect();
        }
      }
    }
  }

  private void onAnswer(NodeId from) {
    answered.add(from);
    boolean complete =
        switch (round) {
          case NONE -> false;
          case CHECKING_COORDINATOR, ASKING_HIGHER -> true;
          case HALTING_LOWER -> answered.containsAll(all.headSet(self));
          case MAKING_COORDINATOR, HANDING_STATE -> answered.containsAll(up);
        };
    if (complete) {
      endRound();
    }
  }

  // ---- being asked

  private void onMessage(NodeId from, ElectionMessage message) {
    if (from.equals(coordinator)) {
      awaitSilence();
    }
    switch (message.kind()) {
      case ARE_YOU_THERE -> answer(from, Kind.I_AM_HERE);
      case HALT -> {
        round = Round.NONE;
        status = Status.ELECTION;
        haltedBy = from;
        open = null;
        awaitSilence();
        answer(from, Kind.HALTED);
      }
      case NEW_COORDINATOR -> {
        if (from.equals(haltedBy) && status == Status.ELECTION) {
          coordinator = from;
          status = Status.REORGANIZATION;
        }
        answer(from, Kind.ACKNOWLEDGED);
      }
      case READY -> {
        if (from.equals(coordinator) && status == Status.REORGANIZATION) {
          slot = message.slot();
          decision = message.decision();
          status = Status.NORMAL;
        }
        answer(from, Kind.ACKNOWLEDGED);
      }
      case ARE_YOU_NORMAL -> answer(from, status == Status.NORMAL ? Kind.NORMAL : Kind.NOT_NORMAL);
      case NOT_NORMAL -> {
        if (leads()) {
          elect();
        }
      }
      case I_AM_HERE -> {
        if (round == Round.CHECKING_COORDINATOR || round == Round.ASKING_HIGHER) {
          onAnswer(from);
        }
      }
      case HALTED -> {
        if (round == Round.HALTING_LOWER) {
          onAnswer(from);
        }
      }
      case ACKNOWLEDGED -> {
        if (round == Round.MAKING_COORDINATOR || round == Round.HANDING_STATE) {
          onAnswer(from);
        }
      }
      case DECIDE -> {
        if (from.equals(coordinator) && status == Status.NORMAL) {
          slot = message.slot();
          decision = message.decision();
          network.send(from, new ElectionMessage(Kind.ACCEPTED, slot, decision));
        }
      }
      case ACCEPTED -> {
        if (open != null && open.decision() == message.decision()) {
          agreed.add(from);
          acceptIfAllAgreed();
        }
      }
      case ALIVE, NORMAL -> {}
    }
  }

  // ---- deciding

  @Override
  public void decide(long value) {
    if (!leads() || open != null || round != Round.NONE) {
      return;
    }
    SplitBrainChecker.Begun begun = checker.begins(self, reign, slot + 1, value);
    open = begun;
    agreed.clear();
    sendTo(up, new ElectionMessage(Kind.DECIDE, begun.slot(), value));
    acceptIfAllAgreed();
    Lane.Timer unused =
        lane.schedule(
            Timing.ANSWER_NANOS,
            () -> {
              if (begun.equals(open)) { // one of them must have failed: reorganize without it
                open = null;
                elect();
              }
            });
  }

  private void acceptIfAllAgreed() {
    SplitBrainChecker.Begun begun = open;
    if (begun != null && agreed.containsAll(up)) {
      open = null;
      slot = begun.slot();
      decision = begun.decision();
      checker.accepted(begun);
    }
  }

  private SortedSet<NodeId> others() {
    SortedSet<NodeId> others = new TreeSet<>(all);
    others.remove(self);
    return others;
  }

  private void answer(NodeId to, Kind kind) {
    network.send(to, ElectionMessage.of(kind));
  }

  private void sendTo(Set<NodeId> nodes, ElectionMessage message) {
    nodes.forEach(node -> network.send(node, message));
  }
}

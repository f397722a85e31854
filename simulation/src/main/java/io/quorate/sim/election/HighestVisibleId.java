package io.quorate.sim.election;

import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.sim.election.ElectionMessage.Kind;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Known to be wrong: every node sends heartbeats to all others, and follows the highest id that it
 * hears. The leader's decision is accepted when all nodes that it hears have accepted it. Under a
 * network partition each part has its own highest id.
 */
final class HighestVisibleId implements Elector {
  private final NodeId self;
  private final Lane lane;
  private final Clock clock;
  private final Network<ElectionMessage> network;
  private final SplitBrainChecker checker;

  /** When each other node was heard last. */
  private final Map<NodeId, Long> heardNanos = new TreeMap<>();

  private boolean leads;
  private long reign;
  private long newestSlot;
  private SplitBrainChecker.@Nullable Begun open;
  private final Set<NodeId> agreed = new TreeSet<>();

  HighestVisibleId(Seat seat, Seat.Opener<ElectionMessage> opener) {
    self = seat.self();
    lane = seat.lane();
    clock = seat.clock();
    checker = seat.checker();
    network = opener.open(Frames.MODEL, this::onMessage);
    long now = clock.nanos();
    seat.others().forEach(other -> heardNanos.put(other, now));
  }

  @Override
  public void start() {
    beat();
  }

  private void beat() {
    heardNanos.keySet().forEach(other -> network.send(other, ElectionMessage.of(Kind.ALIVE)));
    look();
    if (open != null) {
      sendOpen(open); // should it have been lost
    }
    Lane.Timer unused = lane.schedule(Timing.BEAT_NANOS, this::beat);
  }

  private boolean isVisible(NodeId other) {
    return clock.nanos() - heardNanos.getOrDefault(other, 0L) < Timing.SILENCE_NANOS;
  }

  @Override
  public NodeId leader() {
    NodeId highest = self;
    for (NodeId other : heardNanos.keySet()) {
      if (isVisible(other) && other.compareTo(highest) > 0) {
        highest = other;
      }
    }
    return highest;
  }

  @Override
  public boolean leads() {
    return leads;
  }

  /** Updates the nodes that are visible now. */
  private void look() {
    boolean highest = leader().equals(self);
    if (highest && !leads) {
      reign = checker.reignBegins(self, SplitBrainChecker.NO_TERM);
      open = null;
    }
    leads = highest;
    acceptIfAllAgreed();
  }

  @Override
  public void decide(long decision) {
    if (leads && open == null) {
      SplitBrainChecker.Begun begun = checker.begins(self, reign, newestSlot + 1, decision);
      open = begun;
      agreed.clear();
      sendOpen(begun);
      acceptIfAllAgreed();
    }
  }

  private void sendOpen(SplitBrainChecker.Begun begun) {
    for (NodeId other : heardNanos.keySet()) {
      if (isVisible(other) && !agreed.contains(other)) {
        network.send(other, new ElectionMessage(Kind.DECIDE, begun.slot(), begun.decision()));
      }
    }
  }

  private void acceptIfAllAgreed() {
    SplitBrainChecker.Begun begun = open;
    if (leads
        && begun != null
        && heardNanos.keySet().stream().filter(this::isVisible).allMatch(agreed::contains)) {
      open = null;
      newestSlot = begun.slot();
      checker.accepted(begun);
    }
  }

  private void onMessage(NodeId from, ElectionMessage message) {
    heardNanos.put(from, clock.nanos());
    look();
    if (message.kind() == Kind.DECIDE && from.equals(leader())) {
      newestSlot = message.slot();
      network.send(from, new ElectionMessage(Kind.ACCEPTED, message.slot(), message.decision()));
    } else if (message.kind() == Kind.ACCEPTED
        && open != null
        && open.decision() == message.decision()) {
      agreed.add(from);
      acceptIfAllAgreed();
    }
  }
}

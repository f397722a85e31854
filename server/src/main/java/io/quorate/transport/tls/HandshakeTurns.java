package io.quorate.transport.tls;

import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.Network;
import io.quorate.transport.event.TransportEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Bounds how many connections a second begin with TLS: a handshake costs as much CPU as hundreds of
 * reads, and clients that come back all at once, or a stranger that connects without end, would
 * leave none of it to clients that are connected. Further connections wait; other nodes of the
 * cluster come first, and other networks by turns, so that none takes all turns.
 *
 * <p>Used on the lane alone.
 */
public final class HandshakeTurns {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How often those that wait are looked at. */
  static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Of a second: what was not used within it is lost, so that no large burst comes later. */
  private static final int BURST_PART = 20;

  private final int perSecond;
  private final int waitingMax;
  private final Lane lane;
  private final Clock clock;
  private final Predicate<InetAddress> members;
  private final Consumer<Event> events;

  private final SequencedSet<Turn> ofMembers = new LinkedHashSet<>();

  /** The network whose turn is next comes first. No set is empty. */
  private final Map<Network, SequencedSet<Turn>> ofOthers = new LinkedHashMap<>();

  private int waiting;
  private int left;
  private long filledNanos;
  private boolean scheduled;

  /**
   * @param waitingMax connections that wait; more are ended
   * @param members whether other nodes of the cluster have their connections from an address
   * @param events told on the lane of connections that wait or are ended
   */
  public HandshakeTurns(
      int perSecond,
      int waitingMax,
      Lane lane,
      Clock clock,
      Predicate<InetAddress> members,
      Consumer<Event> events) {
    this.perSecond = perSecond;
    this.waitingMax = waitingMax;
    this.lane = lane;
    this.clock = clock;
    this.members = members;
    this.events = events;
    this.left = burst();
    this.filledNanos = clock.nanos();
  }

  private int burst() {
    return Math.max(1, perSecond / BURST_PART);
  }

  /** The lane that this is used on. */
  Lane lane() {
    return lane;
  }

  /** Takes a connection in, which begins at once, or waits, or is refused. */
  void ask(Turn turn) {
    fill();
    if (waiting == 0 && left > 0) {
      left--;
      turn.begin();
      return;
    }
    SequencedSet<Turn> own = waitingWith(turn);
    if (waiting >= waitingMax && !makeRoom(isOfMember(turn) ? 1 : own.size() + 2)) {
      forgetIfEmpty(turn, own);
      events.accept(new TransportEvent.HandshakeHeldUp(true));
      turn.refuse();
      return;
    }
    own.add(turn);
    waiting++;
    events.accept(new TransportEvent.HandshakeHeldUp(false));
    await();
  }

  /** Forgets a connection that has ended; of no effect if it does not wait. */
  void leave(Turn turn) {
    SequencedSet<Turn> ofNetwork = ofOthers.get(Network.of(turn.from()));
    // Of whom an address is may have changed since.
    if (ofMembers.remove(turn)) {
      waiting--;
    } else if (ofNetwork != null && ofNetwork.remove(turn)) {
      waiting--;
      forgetIfEmpty(turn, ofNetwork);
    }
  }

  private SequencedSet<Turn> waitingWith(Turn turn) {
    return isOfMember(turn)
        ? ofMembers
        : ofOthers.computeIfAbsent(Network.of(turn.from()), none -> new LinkedHashSet<>());
  }

  private boolean isOfMember(Turn turn) {
    return turn.from() instanceof InetSocketAddress from
        && from.getAddress() != null
        && members.test(from.getAddress());
  }

  private void forgetIfEmpty(Turn turn, SequencedSet<Turn> own) {
    if (own.isEmpty()) {
      ofOthers.remove(Network.of(turn.from()), own); // no other set there is empty
    }
  }

  /**
   * Ends the last connection of the network that has most. Any gives way to a member, also where
   * each network has but one; to others if it still has no fewer than they.
   *
   * @param atLeast connections that it has to have for that
   */
  private boolean makeRoom(int atLeast) {
    SequencedSet<Turn> most = null;
    for (SequencedSet<Turn> each : ofOthers.values()) {
      if (most == null || each.size() > most.size()) {
        most = each;
      }
    }
    if (most == null || most.size() < atLeast) {
      return false;
    }
    Turn last = most.removeLast();
    forgetIfEmpty(last, most);
    waiting--;
    events.accept(new TransportEvent.HandshakeHeldUp(true));
    last.refuse();
    return true;
  }

  private void await() {
    if (!scheduled && waiting > 0) {
      scheduled = true;
      Lane.Timer unused = lane.schedule(STEP_NANOS, this::step);
    }
  }

  private void step() {
    scheduled = false;
    fill();
    while (left > 0 && waiting > 0) {
      left--;
      waiting--;
      next().begin();
    }
    await();
  }

  private Turn next() {
    if (!ofMembers.isEmpty()) {
      return ofMembers.removeFirst();
    }
    Iterator<Map.Entry<Network, SequencedSet<Turn>>> networks = ofOthers.entrySet().iterator();
    Map.Entry<Network, SequencedSet<Turn>> first = networks.next();
    Network network = first.getKey();
    SequencedSet<Turn> turns = first.getValue();
    networks.remove();
    Turn next = turns.removeFirst();
    if (!turns.isEmpty()) {
      ofOthers.put(network, turns);
    }
    return next;
  }

  private void fill() {
    long now = clock.nanos();
    long elapsed = now - filledNanos;
    if (elapsed >= SECOND_NANOS) {
      left = burst();
      filledNanos = now;
      return;
    }
    long more = elapsed * perSecond / SECOND_NANOS;
    filledNanos += more * SECOND_NANOS / perSecond;
    left = (int) Math.min(burst(), left + more);
  }
}

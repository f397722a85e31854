package io.quorate.sim.kernel;

import io.quorate.model.NodeId;
import io.quorate.sim.kernel.SimJournal.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All ways between all nodes. Carries frames of bytes: each may be lost, late, doubled or taken
 * apart, as the conditions of its link say, and arrives at whatever life of the receiving node
 * there is then, even if it was meant for an earlier one.
 */
public final class SimNetwork {
  private final SimWorld world;
  private final SimRandom random;
  private final Map<NodeId, SimPort> ports = new TreeMap<>();
  private final Map<Way, SimLink> links = new TreeMap<>();
  private final List<TypedRule<?>> rules = new ArrayList<>();

  /** To the conditions of all links, in order. */
  private final List<UnaryOperator<LinkConditions>> changes = new ArrayList<>();

  private final List<SimTap> taps = new ArrayList<>();
  private final SimTraffic traffic = new SimTraffic();

  /** Nodes of which every other node ends and refuses the streams. */
  private final Set<NodeId> barred = new TreeSet<>();

  private LinkConditions conditions = LinkConditions.QUIET;

  /** Where nodes stand, if that matters. */
  private final Map<NodeId, String> places = new TreeMap<>();

  private SimDistances distances = SimDistances.NONE;

  public SimNetwork(SimWorld world) {
    this.world = world;
    this.random = world.random("network");
  }

  /** Conditions of all links, those that are there and those to come. */
  public void setConditions(LinkConditions all) {
    conditions = all;
    changes.clear();
    links.forEach((way, link) -> link.conditions = far(way, all));
  }

  /** Says where a node stands that is about to join. */
  public void place(NodeId node, String where) {
    places.put(node, where);
  }

  /** Returns where a node stands; an empty name if that was not said. */
  public String placeOf(NodeId node) {
    return places.getOrDefault(node, "");
  }

  /** Says how far places are apart: of links to come, and of all once conditions are set. */
  public void setDistances(SimDistances apart) {
    distances = apart;
  }

  private LinkConditions far(Way way, LinkConditions near) {
    return distances.between(placeOf(way.from), placeOf(way.to), near);
  }

  /** Conditions of one link. */
  public void setConditions(NodeId from, NodeId to, LinkConditions one) {
    link(from, to).conditions = one;
  }

  /**
   * Changes the conditions of all links, each by itself: those that are there and those to come.
   */
  public void adjust(UnaryOperator<LinkConditions> change) {
    changes.add(change);
    links.values().forEach(link -> link.conditions = change.apply(link.conditions));
  }

  /** Changes the conditions of one link. */
  public void adjust(NodeId from, NodeId to, UnaryOperator<LinkConditions> change) {
    SimLink link = link(from, to);
    link.conditions = change.apply(link.conditions);
  }

  /** From now on nothing gets from one node to the other; the way back stays open. */
  public void cut(NodeId from, NodeId to) {
    world.note("net", () -> "cut " + from + " > " + to);
    link(from, to).cut = true;
    refresh();
  }

  /** From now on one node hears no other, and no other hears it. */
  public void isolate(NodeId node) {
    for (NodeId other : ports.keySet()) {
      if (!other.equals(node)) {
        cut(node, other);
        cut(other, node);
      }
    }
  }

  /**
   * From now on every node refuses the streams of one node, as after the certificate of that node
   * was revoked. {@link #healAll} does not take this back.
   */
  public void bar(NodeId node) {
    world.note("net", () -> "bar " + node);
    barred.add(node);
    refresh();
  }

  /** A node that was barred is let in again. */
  public void admit(NodeId node) {
    world.note("net", () -> "admit " + node);
    barred.remove(node);
    refresh();
  }

  public void heal(NodeId from, NodeId to) {
    world.note("net", () -> "heal " + from + " > " + to);
    link(from, to).cut = false;
    refresh();
  }

  public void healAll() {
    world.note("net", () -> "heal all");
    links.values().forEach(link -> link.cut = false);
    links.values().forEach(this::unclog);
    refresh();
  }

  /** From now on no frame arrives, and none is lost; connections seem to be open. */
  public void clog(NodeId from, NodeId to) {
    world.note("net", () -> "clog " + from + " > " + to);
    link(from, to).clogged = true;
  }

  /** What was held back arrives now, all at once. */
  public void unclog(NodeId from, NodeId to) {
    world.note("net", () -> "unclog " + from + " > " + to);
    unclog(link(from, to));
  }

  private void unclog(SimLink link) {
    link.clogged = false;
    List<Runnable> held = List.copyOf(link.held);
    link.held.clear();
    held.forEach(arrival -> world.schedule(0, "frame", arrival));
  }

  /** Adds a tap, which sees every frame from now on. */
  public void tap(SimTap listener) {
    taps.add(listener);
  }

  /** Lets a schedule see and change messages of one type, after the rules that are there. */
  public <M> void addRule(Class<M> type, SimRule<M> rule) {
    rules.add(new TypedRule<>(type, rule));
  }

  public void clearRules() {
    rules.clear();
  }

  /** Opens the end of one node, in a new life of it. */
  public SimPort join(NodeId node, SimLane lane) {
    var port = new SimPort(this, node, lane);
    ports.put(node, port);
    for (NodeId other : ports.keySet()) {
      link(node, other);
      link(other, node);
    }
    refresh();
    return port;
  }

  /** The node's process is gone: what arrives is lost. */
  public void leave(NodeId node) {
    ports.remove(node);
    refresh();
  }

  /** What has been carried so far. */
  public SimTraffic traffic() {
    return traffic;
  }

  boolean isConnected(NodeId from, NodeId to) {
    return link(from, to).isConnected(world.nowNanos());
  }

  /** Sends what one node gathered for another during a turn, as one frame or scattered. */
  <M> void send(NodeId from, NodeId to, SimPort.Channel<M> channel, List<M> gathered) {
    List<M> messages = new ArrayList<>();
    for (M message : gathered) {
      M carried = applyRules(from, to, channel, message);
      if (carried != null) {
        messages.add(carried);
      }
    }
    if (messages.isEmpty()) {
      return;
    }
    if (link(from, to).scatters()) {
      traffic.scattered++;
      messages.forEach(message -> carry(from, to, channel, List.of(message), false));
    } else {
      carry(from, to, channel, messages, true);
    }
  }

  /**
   * Carries a message that a node has not sent, past all rules, on one of the channels that it has
   * opened; does nothing if the node does not run.
   *
   * @param name of a channel that carries such messages
   */
  @SuppressWarnings("unchecked") // the caller knows what the channel of that name carries
  public <M> void forge(NodeId from, NodeId to, String name, M message) {
    SimPort port = ports.get(from);
    SimPort.Channel<M> channel = port == null ? null : (SimPort.Channel<M>) port.channel(name);
    if (channel != null && channel.isConnected(to)) {
      carry(from, to, channel, List.of(message), false);
    }
  }

  private <M> @Nullable M applyRules(
      NodeId from, NodeId to, SimPort.Channel<M> channel, M message) {
    M carried = message;
    for (TypedRule<?> typed : rules) {
      SimRule<M> rule = typed.ifFor(carried);
      if (rule != null) {
        carried = rule.onSend(new OnItsWay<>(this, from, to, channel, carried));
      }
      if (carried == null) {
        return null;
      }
    }
    return carried;
  }

  private <M> void carry(
      NodeId from, NodeId to, SimPort.Channel<M> channel, List<M> messages, boolean inOrder) {
    byte[] bytes = channel.codec().encode(messages);
    world.witness(bytes);
    Frame frame =
        new Frame(
            from,
            to,
            channel.name(),
            bytes,
            () -> channel.text(messages),
            () -> messages.forEach(message -> arrived(from, to, message)));
    frame.note(from, "> ", to, "");
    taps.forEach(tap -> tap.sent(from, to));
    SimLink link = link(from, to);
    if (link.loses() || isCut(from, to)) {
      frame.lost(isCut(from, to) ? "cut off" : "lost");
      return;
    }
    long now = world.nowNanos();
    long arrival = inOrder ? link.arrivalInOrder(now) : link.arrivalAnyhow(now);
    deliverAt(arrival, frame);
    if (link.duplicates() && messages.stream().allMatch(channel.codec()::mayDouble)) {
      traffic.duplicated++;
      frame.note(from, "2>", to, " doubled:");
      deliverAt(link.arrivalAnyhow(arrival), frame.again());
    }
  }

  private <M> void arrived(NodeId from, NodeId to, M message) {
    for (TypedRule<?> typed : rules) {
      SimRule<M> rule = typed.ifFor(message);
      if (rule != null) {
        rule.onArrival(from, to, message);
      }
    }
  }

  private void deliverAt(long atNanos, Frame frame) {
    world.schedule(atNanos - world.nowNanos(), "frame", frame::arrive);
  }

  /** What one node sends to another at once, on its way. */
  private final class Frame {
    private final NodeId from;
    private final NodeId to;
    private final String channel;
    private final byte[] bytes;
    private final Supplier<String> text;

    /** Tells rules that the messages have arrived. */
    private final Runnable arrival;

    /** The only one that takes this frame; null if every one at that node does. */
    private final @Nullable SimPort only;

    Frame(
        NodeId from,
        NodeId to,
        String channel,
        byte[] bytes,
        Supplier<String> text,
        Runnable arrival) {
      this(from, to, channel, bytes, text, arrival, null);
    }

    private Frame(
        NodeId from,
        NodeId to,
        String channel,
        byte[] bytes,
        Supplier<String> text,
        Runnable arrival,
        @Nullable SimPort only) {
      this.from = from;
      this.to = to;
      this.channel = channel;
      this.bytes = bytes;
      this.text = text;
      this.arrival = arrival;
      this.only = only;
    }

    /**
     * Sends the frame a second time, to the process that runs now: a connection ends with its
     * process, and with it what the process knows of frames that have come.
     */
    Frame again() {
      return new Frame(from, to, channel, bytes, text, arrival, ports.get(to));
    }

    void arrive() {
      SimLink link = link(from, to);
      SimPort port = ports.get(to);
      if (port == null) {
        lost("no node there");
      } else if (only != null && only != port) {
        lost("its connection has ended");
      } else if (isCut(from, to)) {
        lost("cut off");
      } else if (link.clogged) {
        traffic.held++;
        link.held.add(this::arrive);
      } else {
        traffic.delivered++;
        note(to, "< ", from, "");
        port.arrive(from, channel, bytes);
        taps.forEach(tap -> tap.arrived(from, to));
        arrival.run();
      }
    }

    void lost(String why) {
      traffic.lost++;
      note(from, "x ", to, " " + why + ":");
    }

    void note(NodeId where, String mark, NodeId other, String remark) {
      world.note(Topic.MESSAGE, where.toString(), () -> mark + other + remark + " " + text.get());
    }
  }

  private SimLink link(NodeId from, NodeId to) {
    return links.computeIfAbsent(
        new Way(from, to),
        way -> {
          var link = new SimLink(random.split(way.toString()));
          link.conditions = far(way, conditions);
          changes.forEach(change -> link.conditions = change.apply(link.conditions));
          link.setUp(isUp(way), world.nowNanos());
          return link;
        });
  }

  private void refresh() {
    for (Map.Entry<Way, SimLink> entry : links.entrySet()) {
      entry.getValue().setUp(isUp(entry.getKey()), world.nowNanos());
    }
  }

  /** A connection needs both processes and both directions. */
  private boolean isUp(Way way) {
    return ports.containsKey(way.from)
        && ports.containsKey(way.to)
        && !isCut(way)
        && !isCut(new Way(way.to, way.from));
  }

  /** Whether nothing gets from one node to the other. */
  public boolean isCut(NodeId from, NodeId to) {
    return isCut(new Way(from, to));
  }

  private boolean isCut(Way way) {
    SimLink link = links.get(way);
    return (link != null && link.cut) || barred.contains(way.from) || barred.contains(way.to);
  }

  private record Way(NodeId from, NodeId to) implements Comparable<Way> {
    @Override
    public int compareTo(Way that) {
      int byFrom = from.compareTo(that.from);
      return byFrom != 0 ? byFrom : to.compareTo(that.to);
    }
  }

  private record TypedRule<R>(Class<R> type, SimRule<R> rule) {
    /** The rule, if it is one for messages like this one. */
    @SuppressWarnings("unchecked") // the message is an R, so a rule of R is one for it
    <M> @Nullable SimRule<M> ifFor(M message) {
      return type.isInstance(message) ? (SimRule<M>) rule : null;
    }
  }

  private record OnItsWay<M>(
      SimNetwork network, NodeId from, NodeId to, SimPort.Channel<M> channel, M message)
      implements SimRule.Sent<M> {
    @Override
    public void alsoFrom(NodeId other) {
      network.carry(other, to, channel, List.of(message), false);
    }

    @Override
    public void answerAs(NodeId other, M answer) {
      network.carry(other, from, channel, List.of(answer), false);
    }

    @Override
    public void release() {
      network.carry(from, to, channel, List.of(message), false);
    }
  }
}

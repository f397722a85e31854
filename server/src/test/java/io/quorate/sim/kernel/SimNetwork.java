package io.quorate.sim.kernel;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
  private final SimTraffic traffic = new SimTraffic();
  private LinkConditions conditions = LinkConditions.QUIET;

  public SimNetwork(SimWorld world) {
    this.world = world;
    this.random = world.random("network");
  }

  /** Conditions of all links, those that are there and those to come. */
  public void setConditions(LinkConditions all) {
    conditions = all;
    links.values().forEach(link -> link.conditions = all);
  }

  /** Conditions of one link. */
  public void setConditions(NodeId from, NodeId to, LinkConditions one) {
    link(from, to).conditions = one;
  }

  /** Changes the conditions of all links that are there, each by itself. */
  public void adjust(UnaryOperator<LinkConditions> change) {
    links.values().forEach(link -> link.conditions = change.apply(link.conditions));
  }

  /** From now on nothing gets from one node to the other; the way back stays open. */
  public void cut(NodeId from, NodeId to) {
    world.note("network", () -> "cut " + from + " > " + to);
    link(from, to).cut = true;
    refresh();
  }

  /** From now on one node hears nobody and is heard by nobody. */
  public void isolate(NodeId node) {
    for (NodeId other : ports.keySet()) {
      if (!other.equals(node)) {
        cut(node, other);
        cut(other, node);
      }
    }
  }

  public void heal(NodeId from, NodeId to) {
    world.note("network", () -> "heal " + from + " > " + to);
    link(from, to).cut = false;
    refresh();
  }

  public void healAll() {
    world.note("network", () -> "heal all");
    links.values().forEach(link -> link.cut = false);
    refresh();
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
    world.note(from.toString().substring(12), () -> "to " + to + " " + messages);
    byte[] bytes = channel.codec().encode(messages);
    world.witness(bytes);
    SimLink link = link(from, to);
    if (link.loses()) {
      traffic.lost++;
      return;
    }
    long now = world.nowNanos();
    long arrival = inOrder ? link.arrivalInOrder(now) : link.arrivalAnyhow(now);
    deliverAt(arrival, from, to, channel.name(), bytes);
    if (link.duplicates() && messages.stream().allMatch(channel.codec()::mayDouble)) {
      traffic.duplicated++;
      deliverAt(link.arrivalAnyhow(arrival), from, to, channel.name(), bytes);
    }
  }

  private void deliverAt(long atNanos, NodeId from, NodeId to, String channel, byte[] bytes) {
    world.schedule(
        atNanos - world.nowNanos(),
        "frame",
        () -> {
          SimPort port = ports.get(to);
          if (port == null || link(from, to).cut) {
            traffic.lost++;
          } else {
            traffic.delivered++;
            port.arrive(from, channel, bytes);
          }
        });
  }

  private SimLink link(NodeId from, NodeId to) {
    return links.computeIfAbsent(
        new Way(from, to),
        way -> {
          var link = new SimLink(random.split(way.toString()));
          link.conditions = conditions;
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
    return link != null && link.cut;
  }

  private record Way(NodeId from, NodeId to) implements Comparable<Way> {
    private static final Comparator<Way> ORDER =
        Comparator.comparing(Way::from).thenComparing(Way::to);

    @Override
    public int compareTo(Way that) {
      return ORDER.compare(this, that);
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
    public void release() {
      network.carry(from, to, channel, List.of(message), false);
    }
  }
}

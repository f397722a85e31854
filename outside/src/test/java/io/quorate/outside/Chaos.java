package io.quorate.outside;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Strikes nodes with faults, one after the other, of kinds and for times that a seed decides. At
 * any time it strikes less than half of the nodes, besides those that are still coming back.
 */
final class Chaos {
  private static final int SHORTEST_MILLIS = 200;
  private static final int LONGEST_MILLIS = 4_000;
  private static final int REST_MILLIS = 2_000;
  private static final int CLOCK_MILLIS = 8_000;

  private final MovedNodes nodes;
  private final Random random;
  private final Map<Kind, Integer> struck = new EnumMap<>(Kind.class);

  /** Nodes whose clocks are off. */
  private final Set<Integer> off = new TreeSet<>();

  private final Queue<Kind> toCome = new ArrayDeque<>();
  private int foundOff;

  /** What can happen to a node. */
  enum Kind {
    KILL,
    PAUSE,
    /** Its clock jumps by up to eight seconds, forward or back, and may stay there. */
    CLOCK,
    /** All connections between it and the others end, and no new ones come about. */
    CUT_OFF,
    /** What it and the others send each other arrives late. */
    LATE,
    /** What the others send it arrives late; what it sends arrives. */
    DEAF,
    /** What it sends to the others arrives late; what they send arrives. */
    MUTE,
    /** It and one other have no connection. */
    CUT_PAIR,
    CLIENTS_CUT,
    /** Requests of clients reach it, and its answers never come. */
    ANSWERS_LOST,
    ANSWERS_LATE
  }

  Chaos(MovedNodes nodes, long seed) {
    this.nodes = nodes;
    this.random = new Random(seed);
  }

  /** Strikes for that time, and then takes back what is left of it. */
  void strike(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      step();
    }
    List.copyOf(off).forEach(node -> moveClock(node, 0));
    nodes.all().awaitReady();
  }

  /** How often each kind struck. */
  Map<Kind, Integer> struck() {
    return Collections.unmodifiableMap(struck);
  }

  /** How often a node whose clock had jumped was seen to take no writes for that. */
  int foundOff() {
    return foundOff;
  }

  private void step() {
    List<Integer> all = new ArrayList<>(IntStream.range(0, nodes.size()).boxed().toList());
    Collections.shuffle(all, random);
    List<Integer> victims = all.subList(0, 1 + random.nextInt(minority()));
    List<Runnable> ends = victims.stream().map(this::begin).toList();
    pass(SHORTEST_MILLIS, LONGEST_MILLIS);
    countFoundOff();
    ends.forEach(Runnable::run);
    for (Node node : nodes.all().all()) {
      if (!node.isAlive()) {
        throw new AssertionError(node.name() + " ended by itself\n" + node.lastLines());
      }
    }
    pass(0, REST_MILLIS);
  }

  private int minority() {
    return (nodes.size() - 1) / 2;
  }

  /** Begins a fault, and returns what ends it. */
  private Runnable begin(int victim) {
    Kind kind = next();
    struck.merge(kind, 1, Integer::sum);
    Node node = nodes.node(victim);
    return switch (kind) {
      case KILL -> {
        node.kill();
        yield node::start;
      }
      case PAUSE -> {
        node.signal("STOP");
        yield () -> node.signal("CONT");
      }
      case CLOCK -> jump(victim);
      case CUT_OFF -> onAllWays(victim, Way.State.CUT, Way.State.CUT);
      case LATE -> onAllWays(victim, Way.State.ALL_WAITS, Way.State.ALL_WAITS);
      case DEAF -> onAllWays(victim, Way.State.REQUESTS_WAIT, Way.State.ANSWERS_WAIT);
      case MUTE -> onAllWays(victim, Way.State.ANSWERS_WAIT, Way.State.REQUESTS_WAIT);
      case CUT_PAIR -> {
        int other = (victim + 1 + random.nextInt(nodes.size() - 1)) % nodes.size();
        yield onWays(
            List.of(nodes.between(victim, other), nodes.between(other, victim)), Way.State.CUT);
      }
      case CLIENTS_CUT -> onWays(List.of(nodes.fromClients(victim)), Way.State.CUT);
      case ANSWERS_LOST -> onWays(List.of(nodes.fromClients(victim)), Way.State.ANSWERS_LOST);
      case ANSWERS_LATE -> onWays(List.of(nodes.fromClients(victim)), Way.State.ANSWERS_WAIT);
    };
  }

  /** Deals each kind once before one comes again. */
  private Kind next() {
    if (toCome.isEmpty()) {
      List<Kind> all = new ArrayList<>(List.of(Kind.values()));
      Collections.shuffle(all, random);
      toCome.addAll(all);
    }
    return toCome.remove();
  }

  private Runnable jump(int victim) {
    long far = 50L + random.nextInt(CLOCK_MILLIS);
    boolean stays = random.nextBoolean();
    if (!off.contains(victim) && off.size() == minority()) {
      moveClock(off.iterator().next(), 0);
    }
    moveClock(victim, random.nextBoolean() ? far : -far);
    return stays ? () -> {} : () -> moveClock(victim, 0);
  }

  private void moveClock(int node, long aheadMillis) {
    nodes.moveClock(node, aheadMillis);
    if (aheadMillis == 0) {
      off.remove(node);
    } else {
      off.add(node);
    }
  }

  private void countFoundOff() {
    for (int node : off) {
      if (nodes.node(node).isReady() && nodes.node(node).meter("quorate_clock_off") > 0) {
        foundOff++;
      }
    }
  }

  /**
   * @param to what happens on the ways to the node
   * @param from what happens on the ways from it
   */
  private Runnable onAllWays(int node, Way.State to, Way.State from) {
    List<Way> lead = new ArrayList<>();
    List<Way> leave = new ArrayList<>();
    for (int other = 0; other < nodes.size(); other++) {
      if (other != node) {
        lead.add(nodes.between(other, node));
        leave.add(nodes.between(node, other));
      }
    }
    Runnable first = onWays(lead, to);
    Runnable second = onWays(leave, from);
    return () -> {
      first.run();
      second.run();
    };
  }

  private static Runnable onWays(List<Way> ways, Way.State state) {
    Consumer<Way.State> become = next -> ways.forEach(way -> way.become(next));
    become.accept(state);
    return () -> become.accept(Way.State.OPEN);
  }

  private void pass(int leastMillis, int mostMillis) {
    Waiting.pass(Duration.ofMillis(leastMillis + random.nextInt(mostMillis - leastMillis)));
  }
}

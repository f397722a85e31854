package io.quorate.sim.election;

import io.quorate.model.NodeId;
import io.quorate.raft.RaftMessage;
import io.quorate.sim.kernel.LinkConditions;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Nodes that elect leaders, and clients that ask for decisions from each node that believes it
 * leads.
 */
final class ElectionWorld {
  /** Links take half a millisecond on average, so that rounds take their time. */
  private static final LinkConditions LINKS = LinkConditions.QUIET.withLatency(100_000L, 400_000L);

  /** How often a client asks each node that believes it leads. */
  private static final long ASK_NANOS = 20_000_000;

  /** Until all are connected with all. */
  private static final Duration CONNECTED = Duration.ofMillis(50);

  private static final Duration AGREE_MAX = Duration.ofSeconds(30);

  private final SimWorld world;
  private final SimNetwork network;
  private final SplitBrainChecker checker = new SplitBrainChecker();
  private final Map<NodeId, Machine> machines = new TreeMap<>();
  private long decisions;
  private long messages;

  private record Machine(NodeId id, SimLane lane, Elector elector) {
    boolean isUp() {
      return !lane.isDead();
    }
  }

  ElectionWorld(Algorithm algorithm, int nodes, long seed) {
    world = SimWorld.of(seed);
    network = new SimNetwork(world);
    network.setConditions(LINKS);
    count(ElectionMessage.class);
    count(RaftMessage.class);
    SortedSet<NodeId> all = new TreeSet<>();
    for (int i = 1; i <= nodes; i++) {
      all.add(new NodeId(i));
    }
    for (NodeId id : all) {
      SimRandom random = world.random("node " + id);
      var lane = new SimLane(world, "node " + id.value(), random.split("lane"));
      var clock = new SimClock(world, random.split("clock"));
      var seat = new Seat(id, all, lane, clock, random.split("elector"), checker);
      machines.put(id, new Machine(id, lane, algorithm.create(seat, network.join(id, lane))));
    }
    pass(CONNECTED); // no node loses a message by starting before it is connected
    machines.values().forEach(machine -> machine.lane().execute(machine.elector()::start));
  }

  private <M> void count(Class<M> type) {
    network.addRule(
        type,
        sent -> {
          messages++;
          return sent.message();
        });
  }

  SplitBrainChecker checker() {
    return checker;
  }

  /** Messages sent so far, answers included. */
  long messages() {
    return messages;
  }

  long nowNanos() {
    return world.nowNanos();
  }

  void pass(Duration time) {
    world.runFor(time);
  }

  /** From now on, clients repeatedly ask every node that believes it leads. */
  void ask() {
    for (Machine machine : machines.values()) {
      if (machine.isUp()) {
        long decision = ++decisions;
        machine.lane().execute(() -> machine.elector().decide(decision));
      }
    }
    world.schedule(ASK_NANOS, "clients ask", this::ask);
  }

  /** Lets time pass until all nodes that are up follow one of them that leads; returns that one. */
  NodeId awaitAgreement() {
    if (!world.runUntil(this::allAgree, AGREE_MAX)) {
      throw new AssertionError("no leader after " + AGREE_MAX + ", but " + leaders());
    }
    return leaders().get(0);
  }

  private boolean allAgree() {
    List<NodeId> leaders = leaders();
    return leaders.size() == 1
        && machines.values().stream()
            .filter(Machine::isUp)
            .allMatch(machine -> leaders.get(0).equals(machine.elector().leader()));
  }

  /** Nodes that are up and believe that they lead. */
  List<NodeId> leaders() {
    List<NodeId> leaders = new ArrayList<>();
    for (Machine machine : machines.values()) {
      if (machine.isUp() && machine.elector().leads()) {
        leaders.add(machine.id());
      }
    }
    return leaders;
  }

  /** Some other nodes than {@code one}, by falling id. */
  List<NodeId> others(NodeId one, int count) {
    List<NodeId> others = new ArrayList<>(machines.keySet());
    others.remove(one);
    return others.subList(others.size() - count, others.size());
  }

  /** From now on nothing passes between these and the rest, either way. */
  void cutOff(List<NodeId> part) {
    for (NodeId in : part) {
      for (NodeId out : machines.keySet()) {
        if (!part.contains(out)) {
          network.cut(in, out);
          network.cut(out, in);
        }
      }
    }
  }

  void heal() {
    network.healAll();
  }

  void pause(NodeId node) {
    machine(node).lane().pause();
  }

  void resume(NodeId node) {
    machine(node).lane().resume();
  }

  void crash(NodeId node) {
    machine(node).lane().kill();
    network.leave(node);
  }

  private Machine machine(NodeId node) {
    Machine machine = machines.get(node);
    if (machine == null) {
      throw new IllegalArgumentException("no node " + node);
    }
    return machine;
  }
}

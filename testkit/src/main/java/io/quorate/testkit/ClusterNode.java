package io.quorate.testkit;

import io.quorate.node.Machine;
import io.quorate.node.NodeEnd;
import io.quorate.node.NodeStartException;
import io.quorate.node.QuorateNode;
import io.quorate.node.config.NodeConfig;
import io.quorate.testkit.internal.Cut;
import io.quorate.testkit.internal.Links;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One node of a cluster under test, and the faults that it can be given. Each function returns once
 * what it does is in force. What other nodes and clients notice of it, they notice in their own
 * time: a node that falls silent counts as down after about two seconds ({@code
 * health.down_after}).
 *
 * <p>Faults add up: a node may be paused and cut off, and have a wrong clock. {@link
 * QuorateCluster#heal} takes all of them back. May be used by any thread.
 */
public final class ClusterNode {
  private final int number;
  private final int nodes;
  private final String address;
  private final NodeConfig config;

  /** From addresses of nodes to where this node connects to reach them. */
  private final Map<String, String> ways;

  private final Links links;
  private final Duration timeout;
  private final NodeClock clock = new NodeClock();

  /** Guarded by this, as are the two below. */
  private @Nullable QuorateNode node;

  private @Nullable Pause pause;
  private NodeState ended = NodeState.STOPPED;

  ClusterNode(
      int number,
      int nodes,
      String address,
      NodeConfig config,
      Map<String, String> ways,
      Links links,
      Duration timeout) {
    this.number = number;
    this.nodes = nodes;
    this.address = address;
    this.config = config;
    this.ways = Map.copyOf(ways);
    this.links = links;
    this.timeout = timeout;
  }

  /** Returns the number of the node, from 1. */
  public int number() {
    return number;
  }

  /**
   * Returns what the node is called in its cluster ({@code node.name}): {@code node-1} and so on.
   */
  public String name() {
    return config.node().name();
  }

  /**
   * Returns where clients reach the node, {@code host:port}; the same for the life of the cluster.
   */
  public String address() {
    return address;
  }

  /** Returns the directory that holds all that the node does not forget. */
  public Path directory() {
    return config.node().dataDir();
  }

  /** Returns the wall clock of the node, to have it jump. */
  public NodeClock clock() {
    return clock;
  }

  /** Returns what the node does. */
  public synchronized NodeState state() {
    if (node == null) {
      return ended;
    }
    if (node.ended().isDone()) {
      return NodeState.ENDED;
    }
    return pause == null ? NodeState.RUNNING : NodeState.PAUSED;
  }

  /**
   * Starts the node again, with the disk that it has; does nothing if it runs. It does not wait
   * until the node serves, for which a majority of the nodes must be there: see {@link
   * #awaitReady}.
   *
   * @throws IllegalStateException if the node cannot start; the message says why
   */
  public synchronized void start() {
    if (node != null && !node.ended().isDone()) {
      return;
    }
    try {
      QuorateNode started = QuorateNode.start(config, machine(), broken -> {});
      node = started;
      pause = null;
      links.up(number, started.listens().port());
    } catch (NodeStartException failed) {
      throw new IllegalStateException(name() + ": " + failed.getMessage(), failed);
    }
  }

  private Machine machine() {
    return new Machine(clock.clock(), known -> ways.getOrDefault(known, known));
  }

  /**
   * Waits until the node is part of its cluster and serves, at most as long as {@link
   * QuorateCluster.Builder#timeout} says.
   *
   * @throws IllegalStateException if it does not by then, ends, is paused, or does not run
   */
  public void awaitReady() {
    Waiting.until(
        timeout,
        () -> {
          NodeState now = state();
          if (now != NodeState.RUNNING) {
            throw new IllegalStateException("not ready, and will not be: " + this);
          }
          return isReady();
        },
        this::toString);
  }

  /**
   * Ends the node as {@code kill -9} ends a process, as nearly as that is possible within one: its
   * connections are reset (across a cut, the other end hears of that once it has healed), nothing
   * under way is finished, no other node is told, what waits for the disk is dropped, and nothing
   * is written out. The next {@link #start} finds what a killed process leaves: it replays the log
   * of its database, and looks through its data again.
   *
   * <p>So nothing acknowledged is lost, and writes that were not acknowledged may be there or not.
   * What only the end of a machine can lose is not lost: the memory of the operating system stays,
   * so a missing sync goes unnoticed. A write that the disk is just being given is finished. Does
   * nothing if the node does not run; a paused node can be killed.
   */
  public synchronized void kill() {
    QuorateNode running = node;
    if (running == null) {
      return;
    }
    links.down(number);
    links.sever(number);
    running.kill();
    links.sever(number); // what the node connected meanwhile
    endPause();
    NodeEnd unused = running.ended().join();
    node = null;
    ended = NodeState.KILLED;
  }

  /**
   * Stops the node in order, as SIGTERM does: it takes no more requests, finishes those under way,
   * says goodbye, and leaves its disk ready for the next start. A paused node is resumed before.
   * Does nothing if the node does not run.
   */
  public synchronized void stop() {
    QuorateNode running = node;
    if (running == null) {
      return;
    }
    endPause();
    running.stop();
    links.down(number);
    node = null;
    ended = NodeState.STOPPED;
  }

  /**
   * Has the node do nothing and answer nothing until {@link #resume}, as a process that is stopped
   * by SIGSTOP, or collects garbage for long. Connections stay open, and what is sent to the node
   * waits in them. One thing goes on that SIGSTOP would stop: the disk finishes what it has been
   * given, which the node does not notice before it resumes. Does nothing if the node is paused.
   *
   * @throws IllegalStateException if the node does not run, or does not come to it within 30 s
   */
  public synchronized void pause() {
    if (state() != NodeState.PAUSED) {
      pause = Pause.of(running("paused").lane());
    }
  }

  /** Has the node go on after {@link #pause}; does nothing if it is not paused. */
  public synchronized void resume() {
    endPause();
  }

  private void endPause() {
    if (pause != null) {
      pause.end();
      pause = null;
    }
  }

  private QuorateNode running(String wish) {
    QuorateNode running = node;
    if (running == null || running.ended().isDone()) {
      throw new IllegalStateException(
          name() + " cannot be " + wish + ", for it does not run; it is " + state());
    }
    return running;
  }

  /**
   * Cuts the network between this node and others, both ways, as if each packet were lost: nothing
   * arrives and nothing is refused. What was sent before and did not arrive does so when the
   * network has healed, if its connection still stands. Clients reach the node all the same.
   *
   * @param others nodes of the same cluster; none for all others
   */
  public void cut(ClusterNode... others) {
    cutIncoming(others);
    cutOutgoing(others);
  }

  /**
   * Cuts the network one way: what this node sends to others is lost, and what they send arrives.
   * Connections need both ways, so no new one comes about between them.
   *
   * @param others nodes of the same cluster; none for all others
   */
  public void cutOutgoing(ClusterNode... others) {
    Set<Cut> cuts = new HashSet<>();
    numbers(others).forEach(other -> cuts.add(new Cut(number, other)));
    links.cut(cuts);
  }

  /**
   * Cuts the network one way: what others send to this node is lost, and what it sends arrives.
   * Connections need both ways, so no new one comes about between them.
   *
   * @param others nodes of the same cluster; none for all others
   */
  public void cutIncoming(ClusterNode... others) {
    Set<Cut> cuts = new HashSet<>();
    numbers(others).forEach(other -> cuts.add(new Cut(other, number)));
    links.cut(cuts);
  }

  /** Cuts the network between this node and all clients, both ways. Other nodes reach it. */
  public void cutClients() {
    links.cut(Set.of(new Cut(number, Links.CLIENTS), new Cut(Links.CLIENTS, number)));
  }

  /** Takes back {@link #cutClients}; cuts between nodes stay. */
  public void healClients() {
    links.heal(cut -> isOfThis(cut) && (isClients(cut.from()) || isClients(cut.to())));
  }

  private static boolean isClients(int party) {
    return party == Links.CLIENTS;
  }

  private boolean isOfThis(Cut cut) {
    return cut.from() == number || cut.to() == number;
  }

  private Set<Integer> numbers(ClusterNode... others) {
    Set<Integer> numbers = new TreeSet<>();
    if (others.length == 0) {
      for (int other = 1; other <= nodes; other++) {
        numbers.add(other);
      }
      numbers.remove(number);
    }
    for (ClusterNode other : others) {
      if (other.links != links || other == this) {
        throw new IllegalArgumentException(
            "%s cannot be cut off from %s: give other nodes of its cluster"
                .formatted(
                    name(), other == this ? "itself" : other.name() + " of another cluster"));
      }
      numbers.add(other.number);
    }
    return numbers;
  }

  /** Takes back all cuts of the network from and to this node, those of clients included. */
  public void heal() {
    links.heal(this::isOfThis);
  }

  /** Returns what the node does, where, and the faults that it has, in one line. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    line.append(name()).append(' ').append(address).append(' ').append(condition());
    if (!clock.offset().isZero()) {
      line.append("; clock off by ").append(clock.offset());
    }
    for (Cut cut : sortedCuts()) {
      line.append("; cut: ").append(party(cut.from())).append(" -> ").append(party(cut.to()));
    }
    return line.toString();
  }

  private synchronized String condition() {
    QuorateNode running = node;
    return switch (state()) {
      case RUNNING ->
          running == null || running.readiness().ready()
              ? "running"
              : "running, not ready: " + running.readiness().waitingFor();
      case PAUSED -> "paused";
      case STOPPED -> "stopped";
      case KILLED -> "killed";
      case ENDED -> "ended by itself: " + (running == null ? "" : why(running.ended().join()));
    };
  }

  private static String why(NodeEnd end) {
    return switch (end) {
      case NodeEnd.Stopped() -> "stopped";
      case NodeEnd.Refused(String message, int exitCode) -> message;
      case NodeEnd.Left(String message) -> message;
      case NodeEnd.Broken(Throwable cause) -> cause.toString();
    };
  }

  private List<Cut> sortedCuts() {
    return links.cuts().stream()
        .filter(this::isOfThis)
        .sorted(Comparator.comparingInt(Cut::from).thenComparingInt(Cut::to))
        .toList();
  }

  private static String party(int number) {
    return number == Links.CLIENTS ? "clients" : "node-" + number;
  }

  /** Returns whether the node serves now; false if it does not run. */
  synchronized boolean isReady() {
    return node != null && !node.ended().isDone() && pause == null && node.readiness().ready();
  }
}

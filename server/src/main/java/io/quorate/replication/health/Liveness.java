package io.quorate.replication.health;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.version.HybridClock;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends heartbeats and remembers when each node was last heard. A node is live while there is a
 * connection to it and it was heard recently. Lives on one lane.
 */
public final class Liveness {
  private final NodeId self;
  private final Lane lane;
  private final Clock clock;
  private final HybridClock hybridClock;
  private final Network<ReplicaMessage> network;
  private final BooleanSupplier writable;
  private final LivenessConfig config;
  private final Consumer<Fact> facts;

  /** The other members, ordered so that a simulation repeats. */
  private final TreeMap<NodeId, Peer> peers = new TreeMap<>();

  /** As of the last heartbeat heard or sent. */
  private boolean clockSkewed;

  private boolean stopped;
  private Lane.@Nullable Timer timer;

  /** What is known of one other node. */
  private static final class Peer {
    boolean heard;
    long heardNanos;
    boolean reportedLive;
    boolean writable = true;

    /** Its wall clock minus ours, ms; too small by up to one transfer time. */
    long clockAheadMillis;

    boolean clockKnown;
  }

  /**
   * @param writable whether this node takes writes, told to the others
   */
  public Liveness(
      NodeId self,
      Lane lane,
      Clock clock,
      HybridClock hybridClock,
      Network<ReplicaMessage> network,
      BooleanSupplier writable,
      LivenessConfig config,
      Consumer<Fact> facts) {
    this.self = self;
    this.lane = lane;
    this.clock = clock;
    this.hybridClock = hybridClock;
    this.network = network;
    this.writable = writable;
    this.config = config;
    this.facts = facts;
  }

  public void start() {
    beat();
  }

  public void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  public void placementsChanged(Placements placements) {
    peers.keySet().retainAll(placements.nodes().keySet());
    placements.nodes().keySet().stream()
        .filter(node -> !node.equals(self))
        .forEach(node -> peers.computeIfAbsent(node, unheard -> new Peer()));
  }

  private void beat() {
    if (stopped) {
      return;
    }
    long wall = clock.wallMillis();
    peers
        .keySet()
        .forEach(
            node ->
                network.send(
                    node, new Heartbeat(wall, hybridClock.read(wall), writable.getAsBoolean())));
    report();
    timer = lane.schedule(config.heartbeatNanos(), this::beat);
  }

  private void report() {
    peers.forEach(
        (node, peer) -> {
          boolean live = isLive(node);
          if (live != peer.reportedLive) {
            peer.reportedLive = live;
            facts.accept(new Fact.Liveness(node, live));
          }
        });
    clockSkewed = farFromMostPeers();
    if (clockSkewed) {
      facts.accept(new Fact.ClockSkewed(medianClockAheadMillis()));
    }
  }

  /** Any message of a node shows that it lives. */
  public void heard(NodeId from) {
    Peer peer = peers.get(from);
    if (peer != null) {
      peer.heard = true;
      peer.heardNanos = clock.nanos();
    }
  }

  public void onHeartbeat(NodeId from, Heartbeat heartbeat) {
    Peer peer = peers.get(from);
    if (peer == null) {
      return;
    }
    long wall = clock.wallMillis();
    peer.writable = heartbeat.writable();
    peer.clockAheadMillis = heartbeat.wallMillis() - wall;
    peer.clockKnown = true;
    hybridClock.observe(heartbeat.hlc(), wall);
    clockSkewed = farFromMostPeers();
  }

  /** Whether a node can be counted on: this one always, another while it is connected and heard. */
  public boolean isLive(NodeId node) {
    if (node.equals(self)) {
      return true;
    }
    Peer peer = peers.get(node);
    return peer != null
        && peer.heard
        && clock.nanos() - peer.heardNanos < config.suspectAfterNanos()
        && network.isConnected(node);
  }

  /** Whether a node is live and takes writes. */
  public boolean isWritable(NodeId node) {
    if (node.equals(self)) {
      return writable.getAsBoolean();
    }
    Peer peer = peers.get(node);
    return peer != null && peer.writable && isLive(node);
  }

  /** Milliseconds since a node was heard; 0 for this one, -1 if it never was. */
  public long silentMillis(NodeId node) {
    if (node.equals(self)) {
      return 0;
    }
    Peer peer = peers.get(node);
    return peer == null || !peer.heard
        ? -1
        : TimeUnit.NANOSECONDS.toMillis(clock.nanos() - peer.heardNanos);
  }

  /**
   * Whether this node's clock is further off than the bound from most peers' clocks. Such a node
   * must not stamp: with its clock ahead it would force re-stamps on everyone, with its clock
   * behind it would need one for each write.
   */
  public boolean isClockSkewed() {
    return clockSkewed;
  }

  private boolean farFromMostPeers() {
    int far = 0;
    for (var entry : peers.entrySet()) {
      Peer peer = entry.getValue();
      boolean off = Math.abs(peer.clockAheadMillis) > config.clockSkewMillisMax();
      if (peer.clockKnown && off && isLive(entry.getKey())) {
        far++;
      }
    }
    return far > peers.size() / 2;
  }

  /** By how many milliseconds this clock is ahead of the median of its live peers'. */
  public long medianClockAheadMillis() {
    long[] ahead =
        peers.entrySet().stream()
            .filter(entry -> entry.getValue().clockKnown && isLive(entry.getKey()))
            .mapToLong(entry -> -entry.getValue().clockAheadMillis)
            .sorted()
            .toArray();
    return ahead.length == 0 ? 0 : ahead[ahead.length / 2];
  }
}

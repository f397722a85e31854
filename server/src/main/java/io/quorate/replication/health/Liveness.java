package io.quorate.replication.health;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.background.Slowdown;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Echo;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.version.HybridClock;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends heartbeats, and judges other nodes by what it hears. A node is live while there is a
 * connection to it and it has not been silent for suspiciously long. Lives on one lane.
 */
public final class Liveness implements LiveNodes {
  /** A reading of both clocks that took longer is not used. */
  private static final long READ_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(5);

  private static final int READINGS_MAX = 3;

  /** Nodes that a refusal names whose clocks are far; enough to see which one is wrong. */
  private static final int FAR_CLOCKS_TOLD = 5;

  private final NodeId self;
  private final Lane lane;
  private final Clock clock;
  private final HybridClock hybridClock;
  private final Network<ReplicaMessage> network;
  private final OwnCondition own;
  private final LivenessConfig config;
  private final Consumer<Event> events;

  /** The other members, ordered so that a simulation repeats. */
  private final TreeMap<NodeId, Peer> peers = new TreeMap<>();

  /** As of when the clocks were compared: with each beat, and when half of the peers were heard. */
  private boolean clockSkewed;

  /** Heartbeats that were heard since the clocks were compared. */
  private int heardSinceCompared;

  /** From when on heartbeats are sent. */
  private final long sinceNanos;

  /** This node's wall clock less its monotonic one, when both were last read at one moment. */
  private long ownMillis;

  /** When this was last asked or told anything; it beats, so that is never long ago. */
  private long awakeNanos;

  /** When this node last came back from standing still; at first, when it began. */
  private long awakeSinceNanos;

  private boolean stopped;
  private Lane.@Nullable Timer timer;

  /**
   * @param own told to the others with each heartbeat
   */
  public Liveness(
      NodeId self,
      LaneTime time,
      HybridClock hybridClock,
      Network<ReplicaMessage> network,
      OwnCondition own,
      LivenessConfig config,
      Consumer<Event> events) {
    this.self = self;
    this.lane = time.lane();
    this.clock = time.clock();
    this.hybridClock = hybridClock;
    this.network = network;
    this.own = own;
    this.config = config;
    this.events = events;
    this.awakeNanos = clock.nanos();
    this.sinceNanos = awakeNanos;
    this.awakeSinceNanos = awakeNanos;
    this.ownMillis = clock.wallMillis() - TimeUnit.NANOSECONDS.toMillis(awakeNanos);
  }

  public void start() {
    awakeNanos = clock.nanos();
    hybridClock.ask(() -> mostAreAheadMillis(ownClockMillis()));
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
    long now = now();
    for (NodeId node : placements.nodes().keySet()) {
      if (!node.equals(self) && !peers.containsKey(node)) {
        peers.put(node, new Peer(config, now));
        if (timer != null) {
          beat(node); // it may need to know soon that this node is up
        }
      }
    }
  }

  private void beat() {
    if (stopped) {
      return;
    }
    peers.keySet().forEach(this::beat);
    report();
    timer = lane.schedule(config.heartbeatNanos(), this::beat);
  }

  /**
   * The monotonic clock is read first: should this node stand still in between, the way looks
   * longer than it was, and never shorter.
   */
  private void beat(NodeId node) {
    long now = clock.nanos();
    long wall = clock.wallMillis();
    Peer peer = peers.get(node);
    network.send(
        node,
        new Heartbeat(
            wall,
            hybridClock.read(wall),
            own.writable().getAsBoolean(),
            own.slowdown().percent(),
            now,
            peer == null ? null : peer.echo(now),
            own.diskMark().getAsLong()));
  }

  private void report() {
    peers.forEach(
        (node, peer) -> {
          boolean live = isLive(node, peer);
          if (peer.isOnProbation()) {
            events.accept(HealthEvent.Window.ON_PROBATION);
          }
          if (live != peer.reportedLive) {
            peer.reportedLive = live;
            peer.reported = true;
            events.accept(new HealthEvent.Liveness(node, live));
          } else if (!peer.reported && peer.isOverdue(now())) {
            peer.reported = true;
            events.accept(new HealthEvent.NotLiveYet(node));
          }
        });
    compareClocks();
    long ahead = medianClockAheadMillis();
    events.accept(new HealthEvent.ClockCompared(ahead, clockSkewed));
    if (clockSkewed) {
      events.accept(new HealthEvent.ClockSkewed(ahead));
    }
  }

  private void compareClocks() {
    heardSinceCompared = 0;
    long own = ownClockMillis();
    clockSkewed = farFromMostPeers(own);
    hybridClock.othersAreAhead(mostOfAllAreAheadMillis(own));
  }

  /**
   * This node's wall clock less its monotonic one. What was read while this node stood still
   * between the two is not used: the difference is as it was before.
   */
  private long ownClockMillis() {
    for (int i = 0; i < READINGS_MAX; i++) {
      long before = clock.nanos();
      long wall = clock.wallMillis();
      long after = clock.nanos();
      if (after - before <= READ_NANOS_MAX) {
        ownMillis = wall - TimeUnit.NANOSECONDS.toMillis(after);
        break;
      }
    }
    return ownMillis;
  }

  /** Any message of a node shows that it lives. */
  public void heard(NodeId from) {
    Peer peer = peers.get(from);
    if (peer != null) {
      peer.heard(now());
    }
  }

  /**
   * Returns the time. If this node has stood still, no peer is blamed for the silence meanwhile:
   * else a node that wakes would suspect all of them at once, and be wrong about each.
   */
  private long now() {
    long now = clock.nanos();
    long still = now - awakeNanos;
    if (still > config.localPauseNanos()) {
      events.accept(new HealthEvent.StoodStill(TimeUnit.NANOSECONDS.toMillis(still)));
      peers.values().forEach(peer -> peer.forgive(still));
      awakeSinceNanos = now;
    }
    awakeNanos = now;
    return now;
  }

  @Override
  public long awakeSinceNanos() {
    long unused = now();
    return awakeSinceNanos;
  }

  public void onHeartbeat(NodeId from, Heartbeat heartbeat) {
    Peer peer = peers.get(from);
    if (peer == null) {
      return;
    }
    boolean first = !peer.hasBeat();
    long now = now();
    peer.beat(now, heartbeat.sentNanos());
    if (first && !stopped) {
      beat(from); // it has just come, and may be as eager to hear of this node
    }
    peer.writable = heartbeat.writable();
    peer.slowdownPercent = heartbeat.slowdownPercent();
    Echo echo = heartbeat.echo();
    if (echo != null) {
      peer.clock.heard(heartbeat.wallMillis(), echo, sinceNanos, now);
    }
    hybridClock.observe(heartbeat.hlc(), clock.wallMillis());
    heardSinceCompared++;
    // What most say counts. For each heartbeat, all peers would be looked at as often as there are
    // peers, within each beat.
    if (2 * heardSinceCompared >= peers.size()) {
      compareClocks();
    }
  }

  @Override
  public boolean isLive(NodeId node) {
    if (node.equals(self)) {
      return true;
    }
    Peer peer = peers.get(node);
    return peer != null && isLive(node, peer);
  }

  @Override
  public boolean isExpected(NodeId node) {
    Peer peer = peers.get(node);
    return peer != null && peer.isExpected(now());
  }

  private boolean isLive(NodeId node, Peer peer) {
    boolean before = peer.wasLive();
    long now = now();
    boolean connected = network.isConnected(node);
    boolean borne = before && connected && peer.isSuspicious(now) && areMostSilent(now);
    boolean live = peer.judge(now, connected, borne);
    if (live && !before && peer.isBackFromSilence()) {
      events.accept(HealthEvent.Window.SUSPECTED_THOUGH_ALIVE);
    }
    return live;
  }

  /**
   * Whether most others have fallen silent together, though there are connections to them. That is
   * a machine that stood still with all of them on it, or a network that did, far more often than
   * so many deaths at once: what they are asked waits for a while longer, rather than to fail at
   * once.
   */
  private boolean areMostSilent(long now) {
    int silent = 0;
    for (Peer peer : peers.values()) {
      if (peer.wasHeard() && peer.silentNanos(now) > 2 * config.heartbeatNanos()) {
        silent++;
      }
    }
    boolean most = silent >= 2 && silent > peers.size() / 2;
    if (most) {
      events.accept(HealthEvent.Window.SILENT_TOGETHER);
    }
    return most;
  }

  /**
   * What clients of another node feel of work that none of them waits for, as it said last ({@link
   * Slowdown#percent}).
   */
  public int slowdownPercent(NodeId node) {
    Peer peer = peers.get(node);
    return peer != null && peer.wasLive() ? peer.slowdownPercent : Slowdown.NO_CLIENTS;
  }

  @Override
  public boolean isWritable(NodeId node) {
    if (node.equals(self)) {
      return own.writable().getAsBoolean();
    }
    Peer peer = peers.get(node);
    return peer != null && peer.writable && isLive(node, peer);
  }

  @Override
  public @Nullable String whyThisNodeTakesNoWrites() {
    if (!own.writable().getAsBoolean()) {
      return "this node takes no writes: see its health for why. Nothing was applied; ask another"
          + " node";
    }
    if (clockSkewed) {
      return "this node's clock is far from those of most other nodes"
          + farClocks()
          + ", so it stamps no writes. Nothing was applied; ask another node, and set the clocks";
    }
    return null;
  }

  /** Which clocks are far by now: some nodes' may be ahead, and others' behind. */
  private String farClocks() {
    long own = ownClockMillis();
    String far =
        peers.entrySet().stream()
            .filter(entry -> isFar(entry.getKey(), entry.getValue(), own))
            .limit(FAR_CLOCKS_TOLD)
            .map(entry -> entry.getKey() + " by " + entry.getValue().clock.aheadMillis(own) + " ms")
            .collect(Collectors.joining(", "));
    return far.isEmpty() ? "" : " (ahead of it are: " + far + ")";
  }

  /** Milliseconds since a node was heard; 0 for this one, -1 if it never was. */
  public long silentMillis(NodeId node) {
    if (node.equals(self)) {
      return 0;
    }
    Peer peer = peers.get(node);
    return peer == null || !peer.wasHeard()
        ? -1
        : TimeUnit.NANOSECONDS.toMillis(peer.silentNanos(now()));
  }

  @Override
  public OptionalLong roundTripMillis(NodeId node) {
    Peer peer = peers.get(node);
    return peer == null ? OptionalLong.empty() : peer.clock.roundTripMillis();
  }

  /** The evidence that a node is gone; 0 for this one, and for one that was never heard. */
  public double phi(NodeId node) {
    Peer peer = peers.get(node);
    return peer == null || !peer.wasHeard() ? 0 : peer.phi(now());
  }

  /**
   * Whether a node is not counted on though there is a connection to it: it is silent, and not for
   * long, or it came and went before and has to stay first.
   */
  public boolean isSuspected(NodeId node) {
    Peer peer = peers.get(node);
    return peer != null
        && peer.wasHeard()
        && !isLive(node, peer)
        && network.isConnected(node)
        && peer.silentNanos(now()) < config.downAfterNanos();
  }

  /**
   * Whether a node may be serving clients, for all that is known here: it is live, or it is silent
   * and not for long, or it has yet to be heard. A connection to it does not count: one that is
   * being opened again is no sign of a node that has stopped.
   */
  public boolean mayServe(NodeId node) {
    Peer peer = peers.get(node);
    return isLive(node)
        || isExpected(node)
        || (peer != null && peer.wasHeard() && peer.silentNanos(now()) < config.downAfterNanos());
  }

  /**
   * Whether this node's clock is further off than the bound from most peers' clocks. Such a node
   * must not stamp: with its clock ahead it would force re-stamps on everyone, with its clock
   * behind it would need one for each write.
   */
  public boolean isClockSkewed() {
    return clockSkewed;
  }

  private boolean farFromMostPeers(long own) {
    int far = 0;
    for (var entry : peers.entrySet()) {
      if (isFar(entry.getKey(), entry.getValue(), own)) {
        far++;
      }
    }
    return far > peers.size() / 2;
  }

  private boolean isFar(NodeId node, Peer peer, long own) {
    return peer.clock.isKnown()
        && Math.abs(peer.clock.surelyAheadMillis(own)) > config.clockSkewMillisMax()
        && isLive(node, peer);
  }

  /** By how many milliseconds this clock is ahead of the median of its live peers'. */
  public long medianClockAheadMillis() {
    return -mostAreAheadMillis(ownClockMillis());
  }

  /**
   * By how much the clocks of most peers are ahead, where one that is down, or was never heard,
   * counts as right: else the only peer that is up would decide what time it is, or several would
   * that were wrong one after the other.
   */
  private long mostOfAllAreAheadMillis(long own) {
    long[] ahead =
        peers.entrySet().stream()
            .mapToLong(
                entry ->
                    entry.getValue().clock.isKnown() && isLive(entry.getKey(), entry.getValue())
                        ? entry.getValue().clock.aheadMillis(own)
                        : 0)
            .sorted()
            .toArray();
    return ahead.length == 0 ? 0 : ahead[(ahead.length - 1) / 2];
  }

  /**
   * By how much the clocks of most live peers are ahead: one that is wrong alone is not believed.
   */
  private long mostAreAheadMillis(long own) {
    long[] ahead =
        peers.entrySet().stream()
            .filter(
                entry ->
                    entry.getValue().clock.isKnown() && isLive(entry.getKey(), entry.getValue()))
            .mapToLong(entry -> entry.getValue().clock.aheadMillis(own))
            .sorted()
            .toArray();
    return ahead.length == 0 ? 0 : ahead[(ahead.length - 1) / 2];
  }
}

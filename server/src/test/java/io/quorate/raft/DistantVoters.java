package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Five voters in three regions, 2-2-1, in one thread under a seed, with the usual timing. Messages
 * between regions go over streams: a tenth of jitter, and one that is lost comes a round trip and
 * 200 ms late, as TCP repeats it, with all that follows it behind it.
 */
final class DistantVoters {
  /** As {@link RaftConfig#DEFAULT} is meant. */
  static final int TICK_MILLIS = 50;

  private static final int VOTERS = 5;
  private static final String REGIONS = "aabbc";
  private static final int REPEAT_MILLIS = 200;

  private record Due(long atMicros, long number, Runnable action) {}

  private record Link(NodeId from, NodeId to) {}

  private final SplittableRandom random;
  private final int roundTripMillis;
  private final double loss;
  private final int electionTicks;
  private final Map<NodeId, SimNode> nodes = new TreeMap<>();

  /** When what was sent last over a stream arrives: nothing arrives before it. */
  private final Map<Link, Long> streams = new HashMap<>();

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(
          (a, b) ->
              a.atMicros != b.atMicros
                  ? Long.compare(a.atMicros, b.atMicros)
                  : Long.compare(a.number, b.number));
  private long nowMicros;
  private long scheduled;

  private int led;
  private int asked;
  private int givenUp;
  private long leaderlessMillis;

  /**
   * @param electionTicks that every node is told; 0 leaves the configured time
   */
  DistantVoters(long seed, int roundTripMillis, double loss, int electionTicks) {
    this.random = new SplittableRandom(seed);
    this.roundTripMillis = roundTripMillis;
    this.loss = loss;
    this.electionTicks = electionTicks;
    List<NodeId> voters = new ArrayList<>();
    for (int i = 1; i <= VOTERS; i++) {
      voters.add(new NodeId(i));
    }
    Membership membership = Membership.of(voters, List.of());
    Snapshot genesis = new Snapshot(new EntryId(1, 1), membership, new byte[0]);
    for (NodeId id : voters) {
      SplittableRandom chance = random.split();
      SimNode node =
          new SimNode(
              id,
              RaftConfig.DEFAULT,
              new RaftImage(HardState.INITIAL, genesis, List.of()),
              chance::nextInt,
              Mutant.NONE,
              this::send);
      nodes.put(id, node);
      after(random.nextInt(TICK_MILLIS * 1_000), () -> tick(node));
    }
    after(0, this::look);
  }

  /** Forgets what was counted. */
  void countFromNow() {
    led = 0;
    asked = 0;
    givenUp = 0;
    leaderlessMillis = 0;
  }

  /** How often a node became leader. */
  int led() {
    return led;
  }

  /** How often a node asked whether it could win. */
  int asked() {
    return asked;
  }

  /** How often a leader gave up, for it heard no majority. */
  int givenUp() {
    return givenUp;
  }

  /** For how long there was no leader that has committed in its term. */
  long leaderlessMillis() {
    return leaderlessMillis;
  }

  private void after(long micros, Runnable action) {
    due.add(new Due(nowMicros + micros, scheduled++, action));
  }

  void pass(long millis) {
    long until = nowMicros + millis * 1_000;
    while (due.element().atMicros <= until) {
      Due next = due.remove();
      nowMicros = next.atMicros;
      next.action.run();
    }
    nowMicros = until;
  }

  private void look() {
    leaderlessMillis += leader() == null ? 10 : 0;
    after(10_000, this::look);
  }

  private void tick(SimNode node) {
    if (node.isUp()) {
      node.raft().setElectionTicks(electionTicks);
      node.raft().tick();
      settle(node);
    }
    after(TICK_MILLIS * 1_000, () -> tick(node));
  }

  private void settle(SimNode node) {
    node.settle(done -> done.events().forEach(this::count));
  }

  private void count(RaftEvent event) {
    switch (event) {
      case RaftEvent.BecameLeader leads -> led++;
      case RaftEvent.Campaigned campaign -> asked += campaign.preVote() ? 1 : 0;
      case RaftEvent.SteppedDown(long term, var why) ->
          givenUp += why == RaftEvent.WhySteppedDown.NO_QUORUM ? 1 : 0;
      default -> {}
    }
  }

  private void send(List<RaftMessage> messages) {
    for (RaftMessage message : messages) {
      Link link = new Link(message.from(), message.to());
      long arrives = Math.max(nowMicros + delay(link), streams.getOrDefault(link, 0L));
      streams.put(link, arrives);
      after(
          arrives - nowMicros,
          () -> {
            SimNode to = nodes.get(message.to());
            if (to != null && to.isUp()) {
              to.raft().step(message);
              settle(to);
            }
          });
    }
  }

  private long delay(Link link) {
    if (regionOf(link.from()) == regionOf(link.to())) {
      return 250;
    }
    double micros = roundTripMillis * 500.0 * (0.9 + 0.2 * random.nextDouble());
    int repeats = 1;
    while (random.nextDouble() < loss) {
      micros += (roundTripMillis + REPEAT_MILLIS) * 1_000.0 * repeats;
      repeats *= 2;
    }
    return (long) micros;
  }

  private static char regionOf(NodeId node) {
    return REGIONS.charAt((int) node.value() - 1);
  }

  /** The node that leads and has committed in its term; null if there is none. */
  @Nullable SimNode leader() {
    for (SimNode node : nodes.values()) {
      if (node.isUp()
          && node.raft().role() == Role.LEADER
          && node.raft().log().termAt(node.raft().commitIndex()) == node.raft().term()) {
        return node;
      }
    }
    return null;
  }

  /**
   * Kills leaders, one after the other.
   *
   * @return how long it took until the next one had committed, in ms, in order
   */
  long[] killLeaders(int times) {
    long[] took = new long[times];
    for (int i = 0; i < times; i++) {
      SimNode leader = leader();
      while (leader == null) {
        pass(10);
        leader = leader();
      }
      pass(random.nextInt(1_000));
      long killed = nowMicros;
      leader.crash(true);
      while (leader() == null) {
        pass(10);
      }
      took[i] = (nowMicros - killed) / 1_000;
      leader.start();
      pass(30_000);
    }
    Arrays.sort(took);
    return took;
  }
}

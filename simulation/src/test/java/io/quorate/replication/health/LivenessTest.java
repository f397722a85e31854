package io.quorate.replication.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.Member;
import io.quorate.replication.background.Slowdown;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Echo;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which nodes a node takes for live. */
class LivenessTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId NEW = new NodeId(4);
  private static final long BEAT = LivenessConfig.DEFAULT.heartbeatNanos();

  private final SimWorld world = SimWorld.of(1);
  private final SimLane lane = new SimLane(world, "self", world.random("self"));
  private final SimClock clock = new SimClock(world, world.random("clock"));
  private final Set<NodeId> connected = new HashSet<>(Set.of(B, C));
  private final Set<NodeId> beating = new HashSet<>(Set.of(B, C));
  private final List<Event> events = new ArrayList<>();
  private final List<NodeId> sent = new ArrayList<>();

  /** How often one of the others was looked at. */
  private int looks;

  /** The last heartbeat to each. */
  private final Map<NodeId, Heartbeat> told = new HashMap<>();

  /** How far the clocks of the others are ahead of the true time. */
  private long othersAheadMillis;

  private final HybridClock hybridClock = new HybridClock(500);

  private final Liveness liveness =
      new Liveness(
          SELF,
          new LaneTime(lane, clock),
          hybridClock,
          new Network<ReplicaMessage>() {
            @Override
            public void send(NodeId to, ReplicaMessage message) {
              sent.add(to);
              told.put(to, (Heartbeat) message);
            }

            @Override
            public boolean isConnected(NodeId to) {
              looks++;
              return connected.contains(to);
            }
          },
          new OwnCondition(() -> true, new Slowdown(clock)),
          LivenessConfig.DEFAULT,
          events::add);

  @BeforeEach
  void start() {
    setMembers(SELF, B, C);
    lane.execute(liveness::start);
    for (NodeId node : List.of(B, C)) {
      beat(node);
    }
    pass(Duration.ofSeconds(20));
    events.clear();
  }

  private void setMembers(NodeId... members) {
    Map<NodeId, Member> nodes = new TreeMap<>();
    for (NodeId node : members) {
      nodes.put(node, new Member(node, "host:" + node.value(), "region", "zone", 1));
    }
    liveness.placementsChanged(new Placements(1, nodes, Map.of(), List.of()));
  }

  /** As another sends it now that heard the last one of this node the moment it was sent. */
  private Heartbeat heartbeat(NodeId node) {
    long sentNanos = Objects.requireNonNull(told.get(node)).sentNanos();
    return new Heartbeat(
        clock.wallMillis() - clock.skewMillis() + othersAheadMillis,
        0,
        true,
        100,
        world.nowNanos(),
        new Echo(sentNanos, clock.nanos() - sentNanos));
  }

  private void beat(NodeId node) {
    world.schedule(
        BEAT,
        "beat",
        () -> {
          if (beating.contains(node)) {
            lane.execute(
                () -> {
                  liveness.heard(node);
                  liveness.onHeartbeat(node, heartbeat(node));
                });
          }
          beat(node);
        });
  }

  private void pass(Duration time) {
    world.runFor(time);
  }

  private long changesOf(NodeId node) {
    return events.stream()
        .filter(
            event ->
                event instanceof HealthEvent.Liveness(NodeId whose, boolean live)
                    && whose.equals(node))
        .count();
  }

  @Test
  void peerThatBeatsIsLive() {
    assertThat(liveness.isLive(B)).isTrue();
    assertThat(liveness.phi(B)).isLessThan(1);
  }

  @Test
  void silentNodeIsSuspectedWithinASecondAndDownLater() {
    beating.remove(B);
    pass(Duration.ofMillis(600));
    assertThat(liveness.isLive(B)).isTrue();
    pass(Duration.ofMillis(600));
    assertThat(liveness.isLive(B)).isFalse();
    assertThat(liveness.isSuspected(B)).isTrue();
    assertThat(liveness.mayServe(B)).isTrue();
    assertThat(liveness.phi(B)).isGreaterThan(8);
    assertThat(liveness.isLive(C)).isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(liveness.mayServe(B)).isFalse();
    assertThat(liveness.isSuspected(B)).isFalse();
  }

  @Test
  void nodeWhoseConnectionIsLostMayServeUntilItWasSilentForLong() {
    connected.remove(B);
    pass(Duration.ofMillis(100));
    assertThat(liveness.isLive(B)).isFalse();
    assertThat(liveness.isSuspected(B)).isFalse();
    assertThat(liveness.mayServe(B)).isTrue();
    beating.remove(B);
    pass(Duration.ofSeconds(4));
    assertThat(liveness.mayServe(B)).isFalse();
  }

  @Test
  void lostConnectionIsEvidenceAtOnce() {
    connected.remove(B);
    assertThat(liveness.isLive(B)).isFalse();
  }

  /**
   * Otherwise a node that wakes from a pause would fail every request until it has heard all
   * others.
   */
  @Test
  void nodeThatStoodStillSuspectsNoPeer() {
    lane.pause();
    pass(Duration.ofSeconds(30));
    assertThat(liveness.isLive(B)).isTrue();
    assertThat(liveness.isLive(C)).isTrue();
    assertThat(events).anyMatch(event -> event instanceof HealthEvent.StoodStill);
    lane.resume();
    pass(Duration.ofSeconds(5));
    assertThat(changesOf(B)).isZero();
  }

  /** A node's own pause excuses the silence of others for that time, and not for ever. */
  @Test
  void nodeThatStoodStillFindsOutWhichPeersAreGone() {
    lane.pause();
    beating.remove(B);
    pass(Duration.ofSeconds(3));
    lane.resume();
    pass(Duration.ofMillis(1_500));
    assertThat(liveness.isLive(B)).isFalse();
    assertThat(liveness.isLive(C)).isTrue();
  }

  @Test
  void peerThatComesBackIsCountedOnAtOnce() {
    beating.remove(B);
    pass(Duration.ofSeconds(3));
    beating.add(B);
    pass(Duration.ofMillis(450));
    assertThat(liveness.isLive(B)).isTrue();
    assertThat(events).contains(HealthEvent.Window.SUSPECTED_THOUGH_ALIVE);
  }

  /** 100 times a minute the link is lost and comes back; quorums change a few times at most. */
  @Test
  void flappingLinkDoesNotChangeTheVerdictWithEveryBeat() {
    for (int i = 0; i < 100; i++) {
      connected.remove(B);
      pass(Duration.ofMillis(300));
      connected.add(B);
      pass(Duration.ofMillis(300));
    }
    assertThat(changesOf(B)).isLessThan(6);
    assertThat(events).contains(HealthEvent.Window.ON_PROBATION);
    pass(Duration.ofSeconds(4));
    assertThat(liveness.isLive(B)).isTrue();
  }

  /**
   * The node may be up, so requests are not refused because of it; but it does not count as live.
   */
  @Test
  void peerThatWasNeverHeardIsExpectedUntilItsSilenceIsSuspicious() {
    connected.add(NEW);
    setMembers(SELF, B, C, NEW);
    assertThat(liveness.isExpected(NEW)).isTrue();
    assertThat(liveness.mayServe(NEW)).isTrue();
    assertThat(liveness.isLive(NEW)).isFalse();
    pass(Duration.ofMillis(300));
    assertThat(liveness.isExpected(NEW)).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(liveness.isExpected(NEW)).isFalse();
  }

  /** Else no meter would show one that was down before this node began, and no alert would ring. */
  @Test
  void thatAPeerWasNeverLiveIsToldOnce() {
    setMembers(SELF, B, C, NEW);
    pass(Duration.ofMillis(300));
    assertThat(events).noneMatch(HealthEvent.NotLiveYet.class::isInstance);
    pass(Duration.ofSeconds(5));
    assertThat(events.stream().filter(HealthEvent.NotLiveYet.class::isInstance))
        .containsExactly(new HealthEvent.NotLiveYet(NEW));
    assertThat(changesOf(NEW)).isZero();

    connected.add(NEW);
    beating.add(NEW);
    beat(NEW);
    pass(Duration.ofSeconds(5));
    assertThat(events).contains(new HealthEvent.Liveness(NEW, true));
  }

  /** As one that this node hears, and cannot reach. */
  @Test
  void thatAPeerWasHeardAndNeverLiveIsToldToo() {
    setMembers(SELF, B, C, NEW);
    beating.add(NEW);
    beat(NEW);
    pass(Duration.ofSeconds(5));
    assertThat(events).contains(new HealthEvent.NotLiveYet(NEW));
  }

  @Test
  void peerThatWasHeardOnceIsNotExpectedWhenItFallsSilent() {
    assertThat(liveness.isExpected(B)).isFalse();
    beating.remove(B);
    pass(Duration.ofSeconds(3));
    assertThat(liveness.isExpected(B)).isFalse();
    assertThat(liveness.isExpected(SELF)).isFalse();
    assertThat(liveness.isExpected(NEW)).as("no member").isFalse();
  }

  @Test
  void peerThatJustJoinedIsGreetedAndAnsweredAtOnce() {
    connected.add(NEW);
    sent.clear();
    setMembers(SELF, B, C, NEW);
    assertThat(sent).containsExactly(NEW);

    Heartbeat heartbeat = heartbeat(NEW);
    liveness.heard(NEW);
    liveness.onHeartbeat(NEW, heartbeat);
    liveness.onHeartbeat(NEW, heartbeat);
    assertThat(sent).as("to its first heartbeat alone").containsExactly(NEW, NEW);
    assertThat(liveness.isLive(NEW)).isTrue();
  }

  @Test
  void clocksThatAgreeAreToldToAgree() {
    pass(Duration.ofSeconds(1));

    assertThat(events)
        .anyMatch(
            event ->
                event instanceof HealthEvent.ClockCompared(long ahead, boolean skewed)
                    && Math.abs(ahead) <= 2
                    && !skewed);
    assertThat(events).noneMatch(HealthEvent.ClockSkewed.class::isInstance);
  }

  @Test
  void aClockThatIsOffIsFoundWithTheNextHeartbeatsAndSoIsThatItIsBack() {
    clock.skew(5_000);
    pass(Duration.ofMillis(250));
    assertThat(liveness.isClockSkewed()).isTrue();
    assertThat(liveness.medianClockAheadMillis()).isBetween(4_990L, 5_010L);
    assertThat(liveness.whyThisNodeTakesNoWrites())
        .contains("far from those of most other nodes (ahead of it are: ")
        .containsPattern("by -(4999|500[0-9]|499[0-9]) ms");

    clock.skew(0);
    pass(Duration.ofMillis(250));
    assertThat(liveness.isClockSkewed()).isFalse();
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            HealthEvent.ClockCompared.class,
            told -> {
              assertThat(told.skewed()).isFalse();
              assertThat(told.aheadMillis()).isBetween(-2L, 2L);
            });
  }

  /** At once, not with the next heartbeat: what is taken away meanwhile does not come back. */
  @Test
  void theEarlierTimeIsThatOfMostOthersWhereThisClockIsAhead() {
    long day = 86_400_000L;
    clock.skew(day);
    assertThat(hybridClock.earlierMillis(clock.wallMillis()) - clock.wallMillis())
        .isBetween(-day - 10, -day + 10);

    clock.skew(-day);
    assertThat(hybridClock.earlierMillis(clock.wallMillis())).isEqualTo(clock.wallMillis());
  }

  /** Also where this clock follows no other one that is so far ahead. */
  @Test
  void whatExpiresDoesSoByTheClocksOfMostOthersWhereThisOneIsBehind() {
    long day = 86_400_000L;
    clock.skew(-day);
    pass(Duration.ofSeconds(2));
    assertThat(hybridClock.expiryMillis(clock.wallMillis()) - clock.wallMillis())
        .isBetween(day - 520, day);

    clock.skew(day);
    pass(Duration.ofSeconds(2));
    assertThat(hybridClock.expiryMillis(clock.wallMillis())).isEqualTo(clock.wallMillis());
  }

  @Test
  void clocksOfMostOthersThatJumpAreFound() {
    othersAheadMillis = -700;
    pass(Duration.ofMillis(500));
    assertThat(liveness.isClockSkewed()).isTrue();
    assertThat(liveness.medianClockAheadMillis()).isBetween(690L, 710L);

    othersAheadMillis = 0;
    pass(Duration.ofMillis(500));
    assertThat(liveness.isClockSkewed()).isFalse();
  }

  /** Otherwise it would decide alone which stamps a clock can have shown. */
  @Test
  void theClockOfTheOnlyPeerThatIsUpIsNotThatOfMost() {
    long days = 10 * 86_400_000L;
    long far = Hlc.of(clock.wallMillis() + days, 0);
    beating.remove(C);
    connected.remove(C);
    pass(Duration.ofSeconds(5));
    othersAheadMillis = days;
    pass(Duration.ofSeconds(5));
    assertThat(hybridClock.isCredible(far, clock.wallMillis())).isFalse();

    beating.add(C);
    connected.add(C);
    pass(Duration.ofSeconds(5));
    assertThat(hybridClock.isCredible(far, clock.wallMillis())).isTrue();
  }

  /**
   * A message that waited in a queue or for a processor is late, and proves nothing about clocks.
   */
  @Test
  void heartbeatsThatWereLongOnTheirWayAreNoSkew() {
    beating.clear();
    for (int i = 0; i < 20; i++) {
      for (NodeId node : List.of(B, C)) {
        Heartbeat late = heartbeat(node);
        world.schedule(
            Duration.ofMillis(900).toNanos(),
            "late",
            () ->
                lane.execute(
                    () -> {
                      liveness.heard(node);
                      liveness.onHeartbeat(node, late);
                    }));
      }
      pass(Duration.ofMillis(200));
      assertThat(liveness.isClockSkewed()).isFalse();
    }
  }

  @Test
  void nodeThatStoodStillDoesNotFindItsClockOff() {
    lane.pause();
    pass(Duration.ofMillis(1_900));
    lane.resume();
    for (int i = 0; i < 20; i++) {
      pass(Duration.ofMillis(50));
      assertThat(liveness.isClockSkewed()).isFalse();
    }
    assertThat(events).noneMatch(HealthEvent.ClockSkewed.class::isInstance);
  }

  /** Most likely the nodes were paused together: requests wait until they go on. */
  @Test
  void allOthersThatFallSilentTogetherAreBorneForLonger() {
    beating.clear();
    pass(Duration.ofMillis(1_500));
    assertThat(liveness.isLive(B)).isTrue();
    assertThat(liveness.isLive(C)).isTrue();
    assertThat(events).contains(HealthEvent.Window.SILENT_TOGETHER);

    pass(Duration.ofSeconds(1));
    assertThat(liveness.isLive(B)).isFalse();
    assertThat(liveness.isLive(C)).isFalse();
  }

  @Test
  void irregularHeartbeatsAreBorneUpToTheBound() {
    beating.remove(C);
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofMillis(i % 2 == 0 ? 700 : 900));
      lane.execute(
          () -> {
            liveness.heard(C);
            liveness.onHeartbeat(C, heartbeat(C));
          });
    }
    pass(Duration.ofMillis(1_300));
    assertThat(liveness.isLive(C)).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(liveness.isLive(C)).isFalse();
  }

  /** A thousand nodes may beat within a second. */
  @Test
  void whatHeartbeatsCostGrowsNoFasterThanTheCluster() {
    int few = looksPerBeatOf(20);
    int many = looksPerBeatOf(200);
    assertThat(many).isLessThan(15 * few);
  }

  /** Returns how often nodes are looked at while each of them beats once. */
  private int looksPerBeatOf(int others) {
    NodeId[] members = new NodeId[others + 1];
    for (int i = 0; i <= others; i++) {
      members[i] = new NodeId(i + 1);
      connected.add(members[i]);
    }
    setMembers(members);
    int before = looks;
    lane.execute(
        () -> {
          for (int i = 1; i <= others; i++) {
            liveness.onHeartbeat(members[i], heartbeat(members[i]));
          }
        });
    pass(Duration.ofMillis(1));
    return looks - before;
  }
}

package io.quorate.replication.coordinator.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.Member;
import io.quorate.replication.background.Slowdown;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.health.BreakerConfig;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.health.LivenessConfig;
import io.quorate.replication.health.OwnCondition;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.HybridClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which replica a coordinator asks first. */
class ClosenessTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final List<NodeId> REPLICAS = List.of(SELF, B, C);
  private static final long MILLIS = 1_000_000;

  private final SimWorld world = SimWorld.of(1);
  private final SimLane lane = new SimLane(world, "self", world.random("self"));
  private final SimClock clock = new SimClock(world, world.random("clock"));
  private final List<Event> events = new ArrayList<>();
  private final Liveness liveness =
      new Liveness(
          SELF,
          new LaneTime(lane, clock),
          new HybridClock(500),
          new Network<ReplicaMessage>() {
            @Override
            public void send(NodeId to, ReplicaMessage message) {}

            @Override
            public boolean isConnected(NodeId to) {
              return true;
            }
          },
          new OwnCondition(() -> true, new Slowdown(clock)),
          LivenessConfig.DEFAULT,
          events::add);
  private long awakeSinceNanos = clock.nanos();

  private final TrackRecords tracks =
      new TrackRecords(
          clock,
          new BreakerConfig(2, 100 * MILLIS, 10),
          Context.RESEND_NANOS,
          500 * MILLIS,
          node -> true,
          () -> awakeSinceNanos,
          events::add);
  private final Closeness closeness = new Closeness(liveness, tracks, clock, events::add);

  @BeforeEach
  void start() {
    Map<NodeId, Member> nodes = new TreeMap<>();
    for (NodeId node : REPLICAS) {
      nodes.put(node, new Member(node, "host:" + node.value(), "region", "zone", 1));
    }
    liveness.placementsChanged(new Placements(1, nodes, Map.of(), List.of()));
    lane.execute(liveness::start);
    pass(1);
    liveness.heard(B);
    liveness.heard(C);
  }

  private void pass(long millis) {
    world.runFor(Duration.ofMillis(millis));
  }

  /** Counts which node comes first, in this many orders. */
  private List<NodeId> first(int times) {
    List<NodeId> first = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      List<NodeId> order = closeness.order(REPLICAS, SELF);
      assertThat(order).containsExactlyInAnyOrder(B, C);
      first.add(order.get(0));
    }
    return first;
  }

  /** After a pause, all answers to a node are late: that is its own fault. */
  @Test
  void nodeThatStoodStillDoesNotBlameOthersForLateAnswers() {
    long before = clock.nanos();
    pass(2_000);
    awakeSinceNanos = clock.nanos();
    pass(1);
    for (int i = 0; i < 5; i++) {
      tracks.unanswered(B, before);
      tracks.answeredRead(B, clock.nanos() - before);
    }
    assertThat(tracks.of(B).breaker.isOpen()).isFalse();
    assertThat(tracks.of(B).latencyNanos()).isZero();

    pass(1_000);
    tracks.unanswered(B, awakeSinceNanos);
    tracks.unanswered(B, awakeSinceNanos);
    assertThat(tracks.of(B).breaker.isOpen()).isTrue();
  }

  @Test
  void equalsTakeTurns() {
    assertThat(first(4)).containsExactlyInAnyOrder(B, B, C, C);
  }

  @Test
  void clearlySlowerOneComesLater() {
    tracks.answeredRead(B, 20 * MILLIS);
    tracks.answeredRead(C, MILLIS);
    assertThat(first(4)).containsOnly(C);
  }

  @Test
  void oneThatLagsComesLast() {
    tracks.of(B).lags = true;
    tracks.answeredRead(C, 50 * MILLIS); // slow, and yet before it
    assertThat(first(4)).containsOnly(C);
    assertThat(events).contains(CoordinatorEvent.Window.LAG_ROUTED_AROUND);
  }

  @Test
  void oneThatDoesNotCopeComesLastAndIsTriedNowAndThen() {
    tracks.failed(B);
    tracks.failed(B);
    assertThat(events).contains(new CoordinatorEvent.BreakerOpened(B));
    assertThat(first(4)).containsOnly(C);
    pass(101);
    assertThat(first(20)).contains(B); // one of them tries it
    assertThat(events).containsOnlyOnce(CoordinatorEvent.Window.BREAKER_PROBED);
  }
}

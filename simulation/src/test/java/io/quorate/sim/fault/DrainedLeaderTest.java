package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.cluster.SimNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A node that is to be stopped hands over what it leads first, and takes no requests. */
class DrainedLeaderTest {
  /** No node campaigns by itself that soon after it heard its leader. */
  private static final Duration BEFORE_ANY_ELECTION = Duration.ofMillis(400);

  private final ThreeNodes nodes = ThreeNodes.without();

  private @Nullable SimNode leader() {
    List<SimNode> leaders = nodes.cluster().present().stream().filter(SimNode::leads).toList();
    return leaders.size() == 1 ? leaders.get(0) : null;
  }

  private SimNode awaitLeader() {
    nodes.await(() -> leader() != null);
    return Objects.requireNonNull(leader());
  }

  private void drain(SimNode node, boolean drained) {
    node.onMetadata((group, nowNanos) -> group.drain(drained));
    node.onCoordinator(coordinator -> coordinator.drain(drained));
  }

  private void decide(SimNode node, String tenant) {
    AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
    node.onMetadata(
        (group, nowNanos) ->
            group.propose(
                new Command.CreateTenant(tenant, 3, null, null, 0),
                nowNanos + 5_000_000_000L,
                outcome::set));
    nodes.await(() -> outcome.get() != null);
    assertThat(outcome.get()).isInstanceOf(CommandOutcome.Accepted.class);
  }

  @Test
  void anotherNodeLeadsBeforeAnyWouldHaveMissedTheLeader() {
    SimNode before = awaitLeader();
    drain(before, true);
    nodes.pass(BEFORE_ANY_ELECTION);
    assertThat(leader()).isNotNull().isNotEqualTo(before);
    before.crash();
    decide(Objects.requireNonNull(leader()), "orders");
  }

  /** It hands over to the one that can take over, though the other has the whole log, too. */
  @Test
  void itDoesNotHandOverToANodeThatIsDown() {
    SimNode before = awaitLeader();
    SimNode down =
        nodes.cluster().nodes().stream()
            .filter(node -> !node.equals(before))
            .findFirst()
            .orElseThrow();
    down.crash();
    nodes.passUntilNoticed();
    drain(before, true);
    nodes.pass(BEFORE_ANY_ELECTION);
    assertThat(leader()).isNotNull().isNotEqualTo(before);
  }

  /** Its vote is needed; it may win, and hands over again. */
  @Test
  void aDrainedNodeThatIsElectedHandsOver() {
    SimNode before = awaitLeader();
    drain(before, true);
    nodes.pass(BEFORE_ANY_ELECTION);
    for (int round = 0; round < 6; round++) {
      SimNode next = Objects.requireNonNull(leader());
      assertThat(next).isNotEqualTo(before);
      next.crash();
      nodes.await(() -> leader() != null && leader() != before);
      next.start();
      nodes.awaitReady();
      nodes.await(() -> leader() != null && leader() != before);
    }
  }

  private long term() {
    AtomicLong highest = new AtomicLong();
    nodes
        .cluster()
        .present()
        .forEach(
            node ->
                node.onMetadata(
                    (group, nowNanos) ->
                        highest.accumulateAndGet(group.status().term(), Math::max)));
    nodes.pass(Duration.ofMillis(1));
    return highest.get();
  }

  /** As when the whole cluster is stopped: each hands over at most once, and the last one leads. */
  @Test
  void nodesThatAreAllDrainedDoNotPassLeadershipAround() {
    awaitLeader();
    long before = term();
    nodes.cluster().present().forEach(node -> drain(node, true));
    nodes.pass(Duration.ofSeconds(1));
    assertThat(term() - before).isBetween(1L, 2L);
    assertThat(leader()).isNotNull();
  }

  /** They cannot know when another one is put back into service, and find out soon. */
  @Test
  void oneThatIsPutBackLeadsSoon() {
    awaitLeader();
    nodes.cluster().present().forEach(node -> drain(node, true));
    nodes.pass(Duration.ofSeconds(1));
    SimNode back =
        nodes.cluster().present().stream()
            .filter(node -> !node.equals(leader()))
            .findFirst()
            .orElseThrow();
    drain(back, false);
    assertThat(nodes.runUntil(() -> leader() == back, Duration.ofSeconds(5))).isTrue();
    nodes.pass(Duration.ofSeconds(1));
    assertThat(leader()).isEqualTo(back);
  }

  @Test
  void aDrainedNodeRefusesRequestsUntilItIsPutBack() {
    SimNode drained = nodes.node(1);
    drain(drained, true);
    nodes.pass(Duration.ofMillis(100));
    Outcome refused = nodes.read(1, ThreeNodes.KEY);
    assertThat(refused).isInstanceOf(Outcome.Failed.class);
    assertThat(((Outcome.Failed) refused).failure().reason()).isEqualTo(Reason.NOT_SERVING);
    nodes.put(0);
    nodes.get(2);
    drain(drained, false);
    nodes.pass(Duration.ofMillis(100));
    nodes.get(1);
  }
}

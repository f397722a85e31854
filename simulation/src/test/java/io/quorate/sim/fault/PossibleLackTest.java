package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Placements;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.hint.Hints.Standing;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.sim.program.ReplicationProgram;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Replicas of which it is only possible that they lack something are compared, and nodes do not
 * spare them until then. Here no comparison ends.
 */
class PossibleLackTest {
  private static final Duration A_WHILE = Duration.ofSeconds(10);

  private Placements placements = FixedPlacements.of(3, 3);
  private final ThreeNodes nodes =
      ThreeNodes.running(
          environment ->
              ReplicationProgram.create(
                  environment, placements, CoordinatorConfig.DEFAULT, Set.of()));

  PossibleLackTest() {
    nodes
        .cluster()
        .network()
        .addRule(
            ReplicaMessage.class,
            sent -> sent.message() instanceof CompareTree ? null : sent.message());
  }

  private void restartsWithoutItsHints() {
    nodes.node(0).crash();
    nodes.node(0).disk().loseHints();
    nodes.node(0).start();
    nodes.pass(A_WHILE);
  }

  private void restarts() {
    nodes.node(0).crash();
    nodes.node(0).start();
    nodes.pass(A_WHILE);
  }

  /** What the first node has marked, and for how long it takes the targets to be behind. */
  private record Seen(List<NodeId> marked, Duration lag) {}

  private Seen seen() {
    AtomicReference<@Nullable Seen> seen = new AtomicReference<>();
    nodes
        .node(0)
        .onCoordinator(
            coordinator -> {
              List<NodeId> marked =
                  coordinator.hints().standings().stream()
                      .filter(each -> !each.repairs().isEmpty())
                      .map(Standing::target)
                      .toList();
              long lag =
                  marked.stream().mapToLong(coordinator.hints()::lackingNanos).max().orElse(0);
              seen.set(new Seen(marked, Duration.ofNanos(lag)));
            });
    nodes.await(() -> seen.get() != null);
    return Objects.requireNonNull(seen.get());
  }

  private static NodeId id(int index) {
    return ReplicationProgram.idOf(index);
  }

  @Test
  void aNodeThatHasLostItsHintsTakesNoOtherForOneThatIsBehind() {
    restartsWithoutItsHints();
    assertThat(seen().marked).containsExactly(id(1), id(2));
    assertThat(seen().lag).isLessThan(Duration.ofSeconds(1));
    restarts();
    assertThat(seen().marked).as("durably").containsExactly(id(1), id(2));
    assertThat(seen().lag).isLessThan(Duration.ofSeconds(1));
  }

  /**
   * It passes on before the node has learnt of any change. The other one is down: a comparison that
   * begins would write the mark again.
   */
  @Test
  void aMarkThatPassesOnAtAStartIsOneOfWhatIsPossible() {
    placements = FixedPlacements.of(3, 1, List.of(0, 2));
    nodes.cluster().nodes().forEach(node -> node.crash());
    nodes.cluster().nodes().forEach(node -> node.start());
    restartsWithoutItsHints();
    assertThat(seen().marked).containsExactly(id(2));
    nodes.node(1).crash();
    nodes.node(2).crash();
    placements = FixedPlacements.of(3, 2, List.of(0, 1));
    restarts();
    assertThat(seen().marked).containsExactly(id(1));
    restarts();
    assertThat(seen().marked).containsExactly(id(1));
    assertThat(seen().lag).isLessThan(Duration.ofSeconds(1));
  }

  /** Else a node of an upgraded cluster would write all marks alike until its next start. */
  @Test
  void marksAreWrittenAsTheVersionOfTheClusterAllowsByThen() {
    placements = atVersion(Release.OLDEST_VERSION);
    restarts();
    mayLack(id(1));
    Placements raised = atVersion(Release.NEWEST_VERSION);
    nodes.node(0).onCoordinator(coordinator -> coordinator.placementsChanged(raised));
    mayLack(id(2));
    restarts();
    assertThat(lag(id(1))).as("written as release 0.1 does").isGreaterThan(Duration.ofSeconds(9));
    assertThat(lag(id(2))).isLessThan(Duration.ofSeconds(1));
  }

  /** Returns the placements as they are in a cluster at this version. */
  private Placements atVersion(int clusterVersion) {
    return new Placements(
        clusterVersion,
        placements.stateVersion(),
        placements.nodes(),
        placements.tenants(),
        placements.partitions(),
        placements.copyBytesPerSecond(),
        placements.lossEpochs());
  }

  private void mayLack(NodeId target) {
    nodes.node(0).onCoordinator(coordinator -> coordinator.hints().markRepair(target, 0));
    nodes.pass(Duration.ofSeconds(1));
  }

  /** For how long the first node takes another one to be behind. */
  private Duration lag(NodeId target) {
    AtomicReference<@Nullable Duration> lag = new AtomicReference<>();
    nodes
        .node(0)
        .onCoordinator(
            coordinator -> lag.set(Duration.ofNanos(coordinator.hints().lackingNanos(target))));
    nodes.await(() -> lag.get() != null);
    return Objects.requireNonNull(lag.get());
  }

  /** Of what is known to be missed it is. */
  @Test
  void aReplicaThatMissedSomethingIsBehindOnceItIsBack() {
    restartsWithoutItsHints();
    nodes.loses(2);
    for (int key = 0; key < 30; key++) {
      nodes.put(0, "k" + key);
    }
    nodes.node(2).start();
    nodes.pass(A_WHILE);
    assertThat(seen().lag).isGreaterThan(Duration.ofSeconds(9));
    restarts();
    assertThat(seen().lag).isGreaterThan(Duration.ofSeconds(5));
  }
}

package io.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.cluster.Member;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Another node takes the place of one that runs, and no message of the metadata group about that
 * reaches it: the others do not speak to it any more, though their replicas answer what it asks.
 */
class RemovedUnheardTest {
  private static final int NODES = 4;
  private static final Duration WITHIN = Duration.ofSeconds(15);
  private static final Duration ASK_EVERY = Duration.ofMillis(50);
  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);

  private final SimWorld world = SimWorld.of(5);
  private final List<String> seeds = IntStream.range(0, NODES).mapToObj(SimNode::address).toList();
  private final SimCluster cluster =
      new SimCluster(
          world, NODES, TENANT, WholeNode.factory(seeds, CoordinatorConfig.DEFAULT), Sabotage.NONE);

  @Test
  void aLearnerThatWasRemovedWithoutAWordFindsOut() {
    cluster.startAll();
    assertThat(world.runUntil(cluster::isReady, WITHIN)).isTrue();
    world.runFor(Duration.ofSeconds(2));
    SimNode learner =
        cluster.nodes().stream()
            .filter(node -> group(node).status().learners().contains(node.knownId()))
            .findFirst()
            .orElseThrow();
    NodeId removed = Objects.requireNonNull(learner.knownId());
    cluster
        .network()
        .addRule(byte[].class, sent -> sent.to().equals(removed) ? null : sent.message());

    replace(removed);

    for (int i = 0; i < WITHIN.toMillis() / ASK_EVERY.toMillis() && learner.isUp(); i++) {
      cluster.get(cluster.nodes().indexOf(learner), "k" + i, Level.QUORUM, Ask.within(ASK_EVERY));
      world.runFor(ASK_EVERY);
    }
    assertThat(learner.isUp()).as("it ends, though others answer it").isFalse();
    assertThat(cluster.windows().count("start refused by the cluster")).isEqualTo(1);
  }

  private void replace(NodeId lost) {
    SimNode other =
        cluster.nodes().stream()
            .filter(node -> !lost.equals(node.knownId()))
            .findFirst()
            .orElseThrow();
    Member member = Objects.requireNonNull(group(other).state().members().get(lost));
    decide(other, new Command.Readmit(lost, false));
    decide(
        other,
        new Command.NodeReplaced(
            lost,
            new NodeId(lost.value() + 1),
            member.address(),
            member.region(),
            member.zone(),
            member.weight(),
            Releases.THIS));
    assertThat(world.runUntil(() -> !group(other).state().members().containsKey(lost), WITHIN))
        .isTrue();
  }

  private static void decide(SimNode node, Command command) {
    node.onMetadata(
        (group, nowNanos) -> group.propose(command, nowNanos + WITHIN.toNanos(), outcome -> {}));
  }

  private static MetadataGroup group(SimNode node) {
    return Objects.requireNonNull(node.metadata());
  }
}

package io.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What five whole nodes do when some of them are not there. */
class WholeClusterTest {
  private static final Duration READY_MAX = Duration.ofSeconds(15);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);

  private final SimWorld world = SimWorld.of(5);
  private final List<String> seeds = IntStream.range(0, 5).mapToObj(SimNode::address).toList();
  private final SimCluster cluster =
      new SimCluster(
          world, 5, TENANT, WholeNode.factory(seeds, CoordinatorConfig.DEFAULT), Sabotage.NONE);

  /**
   * The seed that would form the cluster is among the missing: a part of the seeds must not form
   * one.
   */
  @Test
  void partOfTheSeedsFormsNoCluster() {
    cluster.nodes().stream().limit(4).forEach(SimNode::start);
    world.runFor(READY_MAX);
    assertThat(cluster.nodes()).allMatch(node -> node.cluster() == null);

    cluster.startAll();
    awaitAllReady();
    assertThat(cluster.nodes().stream().map(SimNode::cluster).distinct()).hasSize(1);
  }

  /** Three of five voters are gone: no topology change, but the data plane goes on. */
  @Test
  void dataPlaneServesWithoutAMajorityOfTheMetadataGroup() {
    cluster.startAll();
    awaitAllReady();
    String key = keyOf(0, 1);
    crashAllBut(2);
    world.runFor(Duration.ofSeconds(10));

    assertServes(0, key);
    assertServes(1, key);
  }

  /**
   * The nodes served an epoch when they died, remember it, and serve it again: no leader is needed.
   */
  @Test
  void restartedNodesServeTheirEpochsWithoutAnyLeader() {
    cluster.startAll();
    awaitAllReady();
    String key = keyOf(0, 1);
    assertServes(0, key);
    crashAllBut(0);
    cluster.node(0).start();
    cluster.node(1).start();
    world.runFor(Duration.ofSeconds(5));

    assertServes(0, key);
    assertServes(1, key);
  }

  /** A whole cluster that lost its power finds itself again, and what it acknowledged. */
  @Test
  void clusterComesBackFromPowerLoss() {
    cluster.startAll();
    awaitAllReady();
    String key = keyOf(2, 4);
    assertServes(2, key);
    crashAllBut(0);
    cluster.startAll();
    awaitAllReady();

    assertServes(4, key);
  }

  private void awaitAllReady() {
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).as("all nodes are ready").isTrue();
  }

  /** The first {@code alive} nodes go on. */
  private void crashAllBut(int alive) {
    cluster.nodes().stream().skip(alive).forEach(SimNode::crashLosingUnsynced);
  }

  /** A put and a get at QUORUM; that the get sees the put is the checker's to say. */
  private void assertServes(int node, String key) {
    Call put = cluster.put(node, key, 10, Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(put::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    assertThat(put.outcome()).isInstanceOf(Outcome.Written.class);
    Call get = cluster.get(node, key, Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(get::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    assertThat(get.outcome()).isInstanceOf(Outcome.Read.class);
  }

  /** A key of which two nodes are replicas. */
  private String keyOf(int one, int other) {
    Placements placements = Objects.requireNonNull(cluster.node(one).placements());
    NodeId first = Objects.requireNonNull(cluster.node(one).id());
    NodeId second = Objects.requireNonNull(cluster.node(other).id());
    for (int i = 0; i < 1_000; i++) {
      String name = "k" + i;
      Key key = new Key(TENANT.id(), name.getBytes(StandardCharsets.UTF_8));
      List<NodeId> replicas =
          placements.stage(key.partition(placements.partitions().size()), TENANT).replicas();
      if (replicas.contains(first) && replicas.contains(second)) {
        return name;
      }
    }
    throw new AssertionError("no partition is replicated on both: " + placements.partitions());
  }
}

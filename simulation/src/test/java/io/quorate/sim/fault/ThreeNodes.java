package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Program;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Three nodes in a world, and the steps that schedules of lost and damaged disks share. */
final class ThreeNodes {
  static final Duration TIMEOUT = Duration.ofSeconds(1);
  static final Tenant TENANT = new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);

  /** The key of a schedule that needs only one. */
  static final String KEY = "k";

  private static final Duration READY_MAX = Duration.ofSeconds(15);

  private final SimWorld world = SimWorld.of(1);
  private final SimCluster cluster;

  private ThreeNodes(Program.Factory programs, Sabotage sabotage) {
    cluster = new SimCluster(world, 3, TENANT, programs, sabotage);
    cluster.startAll();
  }

  /** Whole nodes, each of which leaves some rules out. */
  static ThreeNodes without(LeftOut... rules) {
    Sabotage sabotage =
        new Sabotage() {
          @Override
          public Set<LeftOut> leftOut() {
            return Set.of(rules);
          }
        };
    return with(sabotage);
  }

  /** Whole nodes of which some part is another one. */
  static ThreeNodes with(Sabotage sabotage) {
    List<String> seeds = IntStream.range(0, 3).mapToObj(SimNode::address).toList();
    ThreeNodes nodes =
        new ThreeNodes(WholeNode.factory(seeds, CoordinatorConfig.DEFAULT, sabotage), sabotage);
    nodes.awaitReady();
    return nodes;
  }

  /** Nodes that run this, and have heard each other. */
  static ThreeNodes running(Program.Factory programs) {
    ThreeNodes nodes = new ThreeNodes(programs, Sabotage.NONE);
    nodes.pass(TIMEOUT);
    return nodes;
  }

  SimCluster cluster() {
    return cluster;
  }

  SimNode node(int index) {
    return cluster.node(index);
  }

  long count(String window) {
    return cluster.windows().count(window);
  }

  void pass(Duration time) {
    world.runFor(time);
  }

  /** Waits until the others know of each node that is down. */
  void passUntilNoticed() {
    pass(TIMEOUT.multipliedBy(2));
  }

  /** Whether it comes to that in time. */
  boolean runUntil(BooleanSupplier what, Duration max) {
    return world.runUntil(what, max);
  }

  void await(BooleanSupplier what) {
    assertThat(world.runUntil(what, READY_MAX)).isTrue();
  }

  void awaitReady() {
    await(cluster::isReady);
  }

  /** Crashes a node, and waits until the others take it for down. */
  void loses(int node) {
    node(node).crash();
    passUntilNoticed();
  }

  void put(int node) {
    put(node, KEY);
  }

  void put(int node, String key) {
    var call = cluster.put(node, key, 10, Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    assertThat(call.outcome()).isInstanceOf(Outcome.Written.class);
  }

  /** What a client reads, the checker knows whether it may. */
  void get(int node) {
    get(node, KEY);
  }

  void get(int node, String key) {
    assertThat(read(node, key)).isInstanceOf(Outcome.Read.class);
  }

  Outcome read(int node, String key) {
    var call = cluster.get(node, key, Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    return Objects.requireNonNull(call.outcome());
  }

  /** From now on no record is brought to any node, and no node is filled. */
  void bringNothing() {
    cluster
        .network()
        .addRule(
            ReplicaMessage.class,
            sent ->
                sent.message() instanceof Write
                        || sent.message() instanceof WriteRecords
                        || sent.message() instanceof RangeReply
                    ? null
                    : sent.message());
  }

  /** All come to hold the same, once all run. */
  void comeToRest() {
    awaitReady();
    passUntilNoticed();
    cluster.checkAtRest();
  }
}

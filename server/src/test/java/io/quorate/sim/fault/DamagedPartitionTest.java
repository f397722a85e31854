package io.quorate.sim.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.CoordinatorConfig;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.LeftOut;
import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.WholeNode;
import io.quorate.sim.kernel.SimWorld;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A replica that cannot read what it holds gets it from the others, and loses nothing by that. */
class DamagedPartitionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration READY_MAX = Duration.ofSeconds(15);
  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);
  private static final Key KEY = new Key(TENANT.id(), "k".getBytes(UTF_8));
  private static final int PARTITION = KEY.partition(SimCluster.PARTITIONS);

  private final SimWorld world = SimWorld.of(1);

  @Test
  void damagedPartitionIsDroppedAndRefilledAndCountsAgain() {
    SimCluster cluster = wholeNodes();
    SimNode damaged = damageWhatTwoHold(cluster);

    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    assertThat(cluster.windows().count("PartitionDamaged")).isEqualTo(1);
    assertThat(cluster.windows().count("DamageDropped")).isEqualTo(1);
    assertThat(cluster.windows().count("PartitionFilled")).isEqualTo(1);
    assertThat(damaged.disk().durableRecords(PARTITION)).hasSize(1);
    cluster.node(0).crash();
    world.runFor(TIMEOUT.multipliedBy(2));
    get(cluster, 1);
    cluster.node(0).start();
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    world.runFor(TIMEOUT.multipliedBy(2));
    cluster.checkAtRest();
  }

  /**
   * What it finds again after its next start is dropped under an epoch that this start asked for.
   */
  @Test
  void crashBetweenBeingNotedAndBeingDroppedLosesNothing() {
    SimCluster cluster = wholeNodes();
    SimNode damaged = damageWhatTwoHold(cluster);
    assertThat(world.runUntil(() -> isFilling(cluster, damaged), READY_MAX)).isTrue();
    assertThat(cluster.windows().count("DamageDropped")).isZero();
    damaged.crash();
    world.runFor(TIMEOUT);
    damaged.start();

    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    assertThat(cluster.windows().count("DamageDropped")).isEqualTo(1);
    assertThat(cluster.windows().count("damaged while filling")).isEqualTo(1);
    cluster.node(0).crash();
    world.runFor(TIMEOUT.multipliedBy(2));
    get(cluster, 1);
  }

  @Test
  void whatTooFewOthersHoldIsKept() {
    SimCluster cluster = wholeNodes();
    cluster.node(2).crash();
    world.runFor(TIMEOUT.multipliedBy(2));
    put(cluster, 0);
    SimNode damaged = cluster.node(1);
    damaged.damage(PARTITION, KEY);
    damaged.crash();
    damaged.start();
    world.runFor(Duration.ofSeconds(8));

    assertThat(cluster.windows().count("DamageKept")).isPositive();
    assertThat(cluster.windows().count("DamageDropped")).isZero();
    assertThat(damaged.disk().durableRecords(PARTITION)).hasSize(1);
    cluster.node(2).start();
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    assertThat(cluster.windows().count("DamageDropped")).isEqualTo(1);
    get(cluster, 1);
  }

  /** What cannot be read on two of three is dropped by neither; it comes back with its device. */
  @Test
  void ofTwoThatAreDamagedNoneDrops() {
    SimCluster cluster = wholeNodes();
    put(cluster, 0);
    world.runFor(TIMEOUT);
    for (int node = 1; node <= 2; node++) {
      cluster.node(node).damage(PARTITION, KEY);
      cluster.node(node).crash();
      cluster.node(node).start();
    }
    world.runFor(Duration.ofSeconds(8));
    assertThat(cluster.windows().count("DamageKept")).isPositive();
    assertThat(cluster.windows().count("DamageDropped")).isZero();

    cluster.node(1).disk().mend();
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    assertThat(cluster.windows().count("DamageGone")).isEqualTo(1);
    assertThat(cluster.windows().count("DamageDropped")).isEqualTo(1);
    get(cluster, 2);
  }

  /** A and B hold it, C does not, B's disk damages it, and A dies. */
  @Test
  void damagedReplicaDoesNotVoteForWhatItDropped() {
    Call call = readWithoutTheOnlyHolder(wholeNodes());
    assertThat(call.outcome()).isInstanceOf(Outcome.Failed.class);
  }

  /** The twin: it drops what it holds, and answers that there is nothing, before anybody knows. */
  @Test
  void replicaThatDropsUnaskedLosesAcknowledgedWrites() {
    Sabotage dropsUnasked =
        new Sabotage() {
          @Override
          public Set<LeftOut> leftOut() {
            return Set.of(LeftOut.REFILL_BEFORE_DROP);
          }
        };
    SimCluster cluster = wholeNodes(dropsUnasked);
    assertThatThrownBy(() -> readWithoutTheOnlyHolder(cluster))
        .hasRootCauseInstanceOf(PromiseBroken.class);
  }

  private Call readWithoutTheOnlyHolder(SimCluster cluster) {
    SimNode behind = cluster.node(2);
    behind.crash();
    world.runFor(TIMEOUT.multipliedBy(2));
    put(cluster, 0);
    // Nothing brings the record to C, and B is not filled, before A dies.
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
    SimNode damaged = cluster.node(1);
    damaged.damage(PARTITION, KEY);
    damaged.crash();
    damaged.start();
    behind.start();
    assertThat(world.runUntil(() -> cluster.windows().count("PartitionDamaged") > 0, READY_MAX))
        .isTrue();
    world.runFor(TIMEOUT);
    cluster.node(0).crash();
    world.runFor(TIMEOUT);
    Call call = cluster.get(2, "k", Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    return call;
  }

  /** A client has its write acknowledged by all, and then reads by way of the node. */
  private SimNode damageWhatTwoHold(SimCluster cluster) {
    put(cluster, 0);
    world.runFor(TIMEOUT);
    SimNode damaged = cluster.node(1);
    damaged.damage(PARTITION, KEY);
    // So that nothing of it is in memory any more; who starts reads everything.
    damaged.crash();
    damaged.start();
    return damaged;
  }

  private static boolean isFilling(SimCluster cluster, SimNode node) {
    Placements known = node.placements();
    return known != null
        && node.isUp()
        && cluster.nodes().contains(node)
        && known.partitions().get(PARTITION).filling().contains(Objects.requireNonNull(node.id()));
  }

  private SimCluster wholeNodes() {
    return wholeNodes(Sabotage.NONE);
  }

  private SimCluster wholeNodes(Sabotage sabotage) {
    List<String> seeds = IntStream.range(0, 3).mapToObj(SimNode::address).toList();
    SimCluster cluster =
        new SimCluster(
            world,
            3,
            TENANT,
            WholeNode.factory(seeds, CoordinatorConfig.DEFAULT, sabotage),
            Sabotage.NONE);
    cluster.startAll();
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    return cluster;
  }

  private void put(SimCluster cluster, int node) {
    Call call = cluster.put(node, "k", 10, Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    assertThat(call.outcome()).isInstanceOf(Outcome.Written.class);
  }

  private void get(SimCluster cluster, int node) {
    Call call = cluster.get(node, "k", Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    assertThat(call.outcome()).isInstanceOf(Outcome.Read.class);
  }
}

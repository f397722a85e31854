package io.quorate.sim.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.placement.Placements;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.program.LeftOut;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A replica that cannot read what it holds gets it from the others, and loses nothing by that. */
class DamagedPartitionTest {
  private static final Key KEY = new Key(ThreeNodes.TENANT.id(), ThreeNodes.KEY.getBytes(UTF_8));
  private static final int PARTITION = KEY.partition(SimCluster.PARTITIONS);

  @Test
  void damagedPartitionIsDroppedAndRefilledAndCountsAgain() {
    ThreeNodes nodes = ThreeNodes.without();
    SimNode damaged = damageWhatAllHold(nodes);

    nodes.awaitReady();
    assertThat(nodes.count("PartitionDamaged")).isEqualTo(1);
    assertThat(nodes.count("DamageDropped")).isEqualTo(1);
    assertThat(nodes.count("PartitionFilled")).isEqualTo(1);
    assertThat(damaged.disk().durableRecords(PARTITION)).hasSize(1);
    nodes.loses(0);
    nodes.get(1);
    nodes.node(0).start();
    nodes.comeToRest();
  }

  /**
   * What it finds again after its next start is dropped under an epoch that this start asked for.
   */
  @Test
  void crashBetweenBeingNotedAndBeingDroppedLosesNothing() {
    ThreeNodes nodes = ThreeNodes.without();
    SimNode damaged = damageWhatAllHold(nodes);
    nodes.await(() -> isFilling(damaged));
    assertThat(nodes.count("DamageDropped")).isZero();
    damaged.crash();
    nodes.pass(ThreeNodes.TIMEOUT);
    damaged.start();

    nodes.awaitReady();
    assertThat(nodes.count("DamageDropped")).isEqualTo(1);
    assertThat(nodes.count("damaged while filling")).isEqualTo(1);
    nodes.loses(0);
    nodes.get(1);
  }

  /** Faults go by this: a disk that is lost for good meanwhile would be one loss too many. */
  @Test
  void nodeThatDiesBeforeItIsFullAgainIsIncompleteWhileItIsDown() {
    ThreeNodes nodes = ThreeNodes.without();
    SimNode damaged = damageWhatAllHold(nodes);
    nodes.await(() -> isFilling(damaged));
    nodes.bringNothing();
    nodes.await(() -> nodes.count("DamageDropped") > 0);
    nodes.pass(ThreeNodes.TIMEOUT);
    assertThat(isFilling(damaged)).isTrue();
    assertThat(damaged.isIncomplete()).isTrue();

    damaged.crash();
    assertThat(damaged.isIncomplete()).isTrue();
  }

  @Test
  void whatTooFewOthersHoldIsKept() {
    ThreeNodes nodes = ThreeNodes.without();
    nodes.loses(2);
    nodes.put(0);
    SimNode damaged = nodes.node(1);
    damage(damaged);
    nodes.pass(Duration.ofSeconds(8));

    assertThat(nodes.count("DamageKept")).isPositive();
    assertThat(nodes.count("DamageDropped")).isZero();
    assertThat(damaged.disk().durableRecords(PARTITION)).hasSize(1);
    nodes.node(2).start();
    nodes.awaitReady();
    assertThat(nodes.count("DamageDropped")).isEqualTo(1);
    nodes.get(1);
  }

  /** What cannot be read on two of three is dropped by neither; it comes back with its device. */
  @Test
  void ofTwoThatAreDamagedNoneDrops() {
    ThreeNodes nodes = ThreeNodes.without();
    nodes.put(0);
    nodes.pass(ThreeNodes.TIMEOUT);
    damage(nodes.node(1));
    damage(nodes.node(2));
    nodes.pass(Duration.ofSeconds(8));
    assertThat(nodes.count("DamageKept")).isPositive();
    assertThat(nodes.count("DamageDropped")).isZero();

    nodes.node(1).disk().mend();
    nodes.awaitReady();
    assertThat(nodes.count("DamageGone")).isEqualTo(1);
    assertThat(nodes.count("DamageDropped")).isEqualTo(1);
    nodes.get(2);
  }

  /** A and B hold it, C does not, B's disk damages it, and A dies. */
  @Test
  void damagedReplicaDoesNotVoteForWhatItDropped() {
    assertThat(readWithoutTheOnlyHolder(ThreeNodes.without())).isInstanceOf(Outcome.Failed.class);
  }

  /** The twin drops its records, and answers that there are none, before any node knows. */
  @Test
  void replicaThatDropsUnaskedLosesAcknowledgedWrites() {
    ThreeNodes nodes = ThreeNodes.without(LeftOut.REFILL_BEFORE_DROP);
    assertThatThrownBy(() -> readWithoutTheOnlyHolder(nodes))
        .hasRootCauseInstanceOf(PromiseBroken.class);
  }

  private static Outcome readWithoutTheOnlyHolder(ThreeNodes nodes) {
    nodes.loses(2);
    nodes.put(0);
    nodes.bringNothing(); // to C before A dies
    damage(nodes.node(1));
    nodes.node(2).start();
    nodes.await(() -> nodes.count("PartitionDamaged") > 0);
    nodes.pass(ThreeNodes.TIMEOUT);
    nodes.node(0).crash();
    nodes.pass(ThreeNodes.TIMEOUT);
    return nodes.read(2, ThreeNodes.KEY);
  }

  private static SimNode damageWhatAllHold(ThreeNodes nodes) {
    nodes.put(0);
    nodes.pass(ThreeNodes.TIMEOUT);
    SimNode damaged = nodes.node(1);
    damage(damaged);
    return damaged;
  }

  /**
   * After a restart nothing is in memory; a starting node reads everything of which no hash tree
   * came through.
   */
  private static void damage(SimNode node) {
    node.damage(PARTITION, KEY);
    node.crash();
    node.disk().loseTrees();
    node.start();
  }

  private static boolean isFilling(SimNode node) {
    Placements known = node.placements();
    return known != null
        && node.isUp()
        && known.partitions().get(PARTITION).filling().contains(Objects.requireNonNull(node.id()));
  }
}

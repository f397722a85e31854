package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.AntiEntropy.Age;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.repair.RepairScope;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Program;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What operators see of comparisons: a replica that is away shows, and no other one hides it. */
class ComparisonAgeTest {
  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final CoordinatorConfig CONFIG = config(true);

  private final SimWorld world = SimWorld.of(1);
  private final List<Program> programs = new ArrayList<>();

  private static CoordinatorConfig config(boolean enabled) {
    return new CoordinatorConfig(
        CoordinatorConfig.DEFAULT.operationsMax(),
        CoordinatorConfig.DEFAULT.valueBytesMax(),
        CoordinatorConfig.DEFAULT.recordBytesMax(),
        CoordinatorConfig.DEFAULT.versionsOnlyAboveBytes(),
        CoordinatorConfig.DEFAULT.hedgeDelayNanosMin(),
        CoordinatorConfig.DEFAULT.hedgeShare(),
        CoordinatorConfig.DEFAULT.sweepNanos(),
        CoordinatorConfig.DEFAULT.lagNanosMax(),
        CoordinatorConfig.DEFAULT.breaker(),
        new RepairConfig(enabled, INTERVAL.toNanos(), 200_000_000L, 1_000, 16, 4, 0),
        CoordinatorConfig.DEFAULT.limiter());
  }

  @Test
  void partitionIsAsOldAsItsOldestComparison() {
    SimCluster cluster = cluster(3, CONFIG);
    world.runFor(INTERVAL.multipliedBy(10));
    assertThat(pairs()).isPositive();
    assertThat(overdue()).isZero();
    for (Program each : programs) {
      assertThat(antiEntropy(each).ages())
          .allMatch(Age::known)
          .allMatch(age -> age.nanos() < INTERVAL.multipliedBy(3).toNanos());
    }

    NodeId away = Objects.requireNonNull(cluster.node(2).id());
    cluster.node(2).crash();
    world.runFor(AWAY);
    int with = 0;
    for (Program each : programs) {
      if (!each.id().equals(away)) {
        List<Age> ages = antiEntropy(each).ages();
        for (Age age : ages) {
          assertThat(age.other().equals(away)).isEqualTo(begins(each, age.partition(), away));
          assertThat(age.nanos() >= AWAY.toNanos()).isEqualTo(age.other().equals(away));
          with += age.other().equals(away) ? 1 : 0;
        }
        assertThat(ages.stream().mapToLong(Age::nanos).max())
            .hasValue(antiEntropy(each).standing().oldestNanos());
      }
    }
    assertThat(with).isPositive();
  }

  /** The only replica of what it holds; a witness holds nothing at all. */
  @Test
  void whatHasNothingToCompareIsNeverOverdue() {
    cluster(1, CONFIG);
    world.runFor(INTERVAL.multipliedBy(10));
    assertThat(pairs()).isZero();
    assertThat(overdue()).isZero();
  }

  /** If no pair is compared for long, each of them is overdue, and the alert has all to go by. */
  @Test
  void whatIsComparedOnRequestAloneIsOverdueUntilItIsAskedFor() {
    cluster(3, config(false));
    world.runFor(INTERVAL.multipliedBy(3));
    assertThat(pairs()).isPositive();
    assertThat(overdue()).isEqualTo(pairs());
    programs.forEach(each -> antiEntropy(each).repair(RepairScope.ALL, progress -> {}));
    assertThat(world.runUntil(() -> overdue() == 0, INTERVAL)).isTrue();
    world.runFor(INTERVAL.multipliedBy(3));
    assertThat(overdue()).isEqualTo(pairs());
  }

  private int pairs() {
    return programs.stream().mapToInt(each -> antiEntropy(each).standing().pairs()).sum();
  }

  private int overdue() {
    return programs.stream().mapToInt(each -> antiEntropy(each).standing().overdue()).sum();
  }

  private static boolean begins(Program node, int partition, NodeId with) {
    Placements placements = Objects.requireNonNull(node.placements());
    List<NodeId> replicas = placements.stage(partition, TENANT).replicas();
    return replicas.indexOf(node.id()) < replicas.indexOf(with);
  }

  private static AntiEntropy antiEntropy(Program node) {
    return Objects.requireNonNull(node.coordinator()).antiEntropy();
  }

  private SimCluster cluster(int size, CoordinatorConfig config) {
    Program.Factory whole =
        WholeNode.factory(IntStream.range(0, size).mapToObj(SimNode::address).toList(), config);
    SimCluster cluster =
        new SimCluster(
            world,
            size,
            TENANT,
            environment -> {
              Program program = whole.create(environment);
              programs.add(program);
              return program;
            },
            Sabotage.NONE);
    cluster.startAll();
    assertThat(world.runUntil(cluster::isReady, Duration.ofSeconds(15))).isTrue();
    return cluster;
  }
}

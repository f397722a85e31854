package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.CoordinatorConfig;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.repair.Filler;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.FixedPlacements;
import io.quorate.sim.cluster.LeftOut;
import io.quorate.sim.cluster.Program;
import io.quorate.sim.cluster.ReplicationProgram;
import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.WholeNode;
import io.quorate.sim.kernel.SimWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A replica that comes back with an empty disk has forgotten what others count on. */
class LostDiskTest {
  private static final int KEYS = 24;
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration READY_MAX = Duration.ofSeconds(15);
  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);

  private static final List<String> SEEDS =
      IntStream.range(0, 3).mapToObj(SimNode::address).toList();

  private final SimWorld world = SimWorld.of(1);

  /** That it says nothing to the others is held by {@link WholeNode} at each message. */
  @Test
  void nodeWithAnEmptyDiskWaitsUntilItsOwnIsBack() {
    SimCluster cluster = wholeNodes();
    SimNode unlucky = cluster.node(2);

    for (int attempt = 1; attempt <= 3; attempt++) {
      if (unlucky.hasLostDisk()) {
        unlucky.crash();
      } else {
        unlucky.loseDisk();
      }
      unlucky.start();
      world.runFor(Duration.ofSeconds(3));
      assertThat(unlucky.isUp()).as("it waits").isTrue();
      assertThat(unlucky.isReady()).isFalse();
      assertThat(cluster.windows().count("metadata: waited for readmission")).isPositive();
    }
    put(cluster, 0);

    unlucky.findDisk();
    unlucky.start();
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    get(cluster, 2);
  }

  @Test
  void nodeThatIsReadmittedIsFilledAndThenCounts() {
    SimCluster cluster = wholeNodes();
    cluster.node(2).crash();
    world.runFor(TIMEOUT.multipliedBy(2));
    put(cluster, 0); // on A and B only
    cluster.node(2).start();
    cluster.node(1).loseDisk();
    cluster.node(1).start();
    cluster.operator().readmit(cluster.node(1));

    List<Filler.Progress> seen = new ArrayList<>();
    assertThat(
            world.runUntil(
                () -> {
                  seen.add(cluster.node(1).filling());
                  return cluster.isReady();
                },
                READY_MAX))
        .isTrue();
    assertThat(cluster.node(1).placements()).isNotNull();
    assertThat(seen)
        .as("an operator sees how far it is")
        .anyMatch(each -> each.partitions() > 0 && each.most() == SimCluster.PARTITIONS);
    world.runFor(TIMEOUT);
    assertThat(cluster.node(1).filling().partitions()).isZero();
    assertThat(cluster.node(1).filling().bytesPerSecond()).isZero();
    assertThat(cluster.node(1).filling().records()).isPositive();
    cluster.node(0).crash();
    world.runFor(TIMEOUT.multipliedBy(2));
    get(cluster, 1); // from B and C: the checker knows what was acknowledged
    assertThat(cluster.windows().count("PartitionFilled")).isEqualTo(SimCluster.PARTITIONS);
    cluster.node(0).start();
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    world.runFor(TIMEOUT.multipliedBy(2));
    cluster.checkAtRest();
  }

  /** A holds what B acknowledged and forgot, C does not, and A dies as soon as B is full. */
  @Test
  void nodeIsNotFullBeforeAMajorityOfTheOthersHasBeenCompared() {
    SimCluster cluster = wholeNodes();
    cluster.node(2).crash();
    world.runFor(TIMEOUT.multipliedBy(2));
    for (int i = 0; i < KEYS; i++) {
      put(cluster, 0, "k" + i);
    }
    NodeId holder = Objects.requireNonNull(cluster.node(0).knownId());
    NodeId behind = Objects.requireNonNull(cluster.node(2).knownId());
    // C hears of none of it from A.
    cluster
        .network()
        .addRule(
            ReplicaMessage.class,
            sent ->
                sent.from().equals(holder)
                        && sent.to().equals(behind)
                        && (sent.message() instanceof Write
                            || sent.message() instanceof WriteRecords
                            || sent.message() instanceof RangeReply
                            || sent.message() instanceof ReplicaMessage.ReadReply)
                    ? null
                    : sent.message());
    cluster.node(2).start();
    cluster.node(1).loseDisk();
    cluster.node(1).start();
    cluster.operator().readmit(cluster.node(1));
    assertThat(
            world.runUntil(
                () -> cluster.node(1).placements() != null && !cluster.node(1).isIncomplete(),
                READY_MAX))
        .isTrue();
    cluster.node(0).crash();
    world.runFor(TIMEOUT.multipliedBy(2));

    for (int i = 0; i < KEYS; i++) {
      get(cluster, 2, "k" + i); // the checker knows what was acknowledged
    }
  }

  /** A holds what B acknowledged and forgot, C does not, and A dies before B is full. */
  @Test
  void readmittedNodeDoesNotVoteForWhatItForgot() {
    Call call = readWithoutTheOnlyHolder(wholeNodes());
    assertThat(call.outcome()).isInstanceOf(Outcome.Failed.class);
  }

  /** The twin: its early vote makes a majority with C that has never heard of the write. */
  @Test
  void nodeThatCountsBeforeItIsFullLosesAcknowledgedWrites() {
    Sabotage countsEarly =
        new Sabotage() {
          @Override
          public Set<LeftOut> leftOut() {
            return Set.of(LeftOut.FILLING);
          }
        };
    SimCluster cluster =
        wholeNodes(WholeNode.factory(SEEDS, CoordinatorConfig.DEFAULT, countsEarly));
    assertThatThrownBy(() -> readWithoutTheOnlyHolder(cluster))
        .hasRootCauseInstanceOf(PromiseBroken.class);
  }

  private Call readWithoutTheOnlyHolder(SimCluster cluster) {
    SimNode holder = cluster.node(0);
    SimNode lost = cluster.node(1);
    SimNode behind = cluster.node(2);
    behind.crash();
    world.runFor(TIMEOUT.multipliedBy(2));
    put(cluster, 0);
    lost.loseDisk();
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
    behind.start();
    assertThat(world.runUntil(behind::isReady, READY_MAX)).isTrue();
    lost.start();
    cluster.operator().readmit(lost);
    assertThat(world.runUntil(() -> lost.placements() != null, READY_MAX)).isTrue();
    holder.crash();
    assertThat(lost.isIncomplete()).isTrue();
    assertThat(
            world.runUntil(
                () -> behind.placements() != null && behind.placements().equals(lost.placements()),
                READY_MAX))
        .isTrue();
    world.runFor(Duration.ofMillis(200));
    Call call = cluster.get(2, "k", Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    return call;
  }

  private SimCluster wholeNodes() {
    return wholeNodes(WholeNode.factory(SEEDS, CoordinatorConfig.DEFAULT));
  }

  private SimCluster wholeNodes(Program.Factory programs) {
    SimCluster cluster = cluster(programs);
    cluster.startAll();
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    return cluster;
  }

  /** What the refusal is for: B acknowledged, forgot, and now forms a majority with C. */
  @Test
  void forgetfulReplicaThatAnswersLosesAcknowledgedWrites() {
    Placements placements = FixedPlacements.of(3, 3);
    SimCluster cluster = cluster(ReplicationProgram.factory(placements, CoordinatorConfig.DEFAULT));
    cluster.startAll();
    world.runFor(TIMEOUT);
    cluster.node(2).crash();
    world.runFor(TIMEOUT.multipliedBy(2));
    put(cluster, 0);
    cluster.node(1).loseDisk();
    cluster.node(0).crash();
    cluster.node(1).start();
    cluster.node(2).start();
    world.runFor(TIMEOUT.multipliedBy(2));

    assertThatThrownBy(() -> get(cluster, 1)).hasRootCauseInstanceOf(PromiseBroken.class);
  }

  private SimCluster cluster(Program.Factory program) {
    return new SimCluster(world, 3, TENANT, program, Sabotage.NONE);
  }

  private void put(SimCluster cluster, int node) {
    put(cluster, node, "k");
  }

  private void put(SimCluster cluster, int node, String key) {
    Call call = cluster.put(node, key, 10, Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    assertThat(call.outcome()).isInstanceOf(Outcome.Written.class);
  }

  private void get(SimCluster cluster, int node) {
    get(cluster, node, "k");
  }

  private void get(SimCluster cluster, int node, String key) {
    Call call = cluster.get(node, key, Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    assertThat(call.outcome()).isInstanceOf(Outcome.Read.class);
  }
}

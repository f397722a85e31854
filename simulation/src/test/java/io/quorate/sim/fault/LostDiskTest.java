package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.repair.Filler;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.ReplicationProgram;
import io.quorate.sim.program.WholeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A replica that comes back with an empty disk has forgotten what others count on. */
class LostDiskTest {
  private static final int KEYS = 24;

  /** {@link WholeNode} checks at each message that the node sends nothing to the others. */
  @Test
  void nodeWithAnEmptyDiskWaitsUntilItsOwnIsBack() {
    ThreeNodes nodes = ThreeNodes.without();
    SimNode unlucky = nodes.node(2);

    for (int attempt = 1; attempt <= 3; attempt++) {
      if (unlucky.hasLostDisk()) {
        unlucky.crash();
      } else {
        unlucky.loseDisk();
      }
      unlucky.start();
      nodes.pass(Duration.ofSeconds(3));
      assertThat(unlucky.isUp()).as("it waits").isTrue();
      assertThat(unlucky.isReady()).isFalse();
      assertThat(nodes.count("metadata: waited for readmission")).isPositive();
    }
    nodes.put(0);

    unlucky.findDisk();
    unlucky.start();
    nodes.awaitReady();
    nodes.get(2);
  }

  @Test
  void nodeThatIsReadmittedIsFilledAndThenCounts() {
    ThreeNodes nodes = ThreeNodes.without();
    nodes.loses(2);
    nodes.put(0); // on A and B only
    nodes.node(2).start();
    SimNode lost = nodes.node(1);
    readmitWithAnEmptyDisk(nodes, lost);

    List<Filler.Progress> seen = new ArrayList<>();
    nodes.await(
        () -> {
          seen.add(lost.filling());
          return nodes.cluster().isReady();
        });
    assertThat(lost.placements()).isNotNull();
    assertThat(seen)
        .as("an operator sees how far it is")
        .anyMatch(each -> each.partitions() > 0 && each.most() == SimCluster.PARTITIONS);
    nodes.pass(ThreeNodes.TIMEOUT);
    assertThat(lost.filling().partitions()).isZero();
    assertThat(lost.filling().bytesPerSecond()).isZero();
    assertThat(lost.filling().records()).isPositive();
    nodes.loses(0);
    nodes.get(1); // from B and C: the checker knows what was acknowledged
    assertThat(nodes.count("PartitionFilled")).isEqualTo(SimCluster.PARTITIONS);
    nodes.node(0).start();
    nodes.comeToRest();
  }

  /** A holds what B acknowledged and forgot, C does not, and A dies as soon as B is full. */
  @Test
  void nodeIsNotFullBeforeAMajorityOfTheOthersHasBeenCompared() {
    ThreeNodes nodes = ThreeNodes.without();
    nodes.loses(2);
    for (int i = 0; i < KEYS; i++) {
      nodes.put(0, "k" + i);
    }
    NodeId holder = Objects.requireNonNull(nodes.node(0).knownId());
    NodeId behind = Objects.requireNonNull(nodes.node(2).knownId());
    // C learns nothing of it from A.
    nodes
        .cluster()
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
    nodes.node(2).start();
    SimNode lost = nodes.node(1);
    readmitWithAnEmptyDisk(nodes, lost);
    nodes.await(() -> lost.placements() != null && !lost.isIncomplete());
    nodes.loses(0);

    for (int i = 0; i < KEYS; i++) {
      nodes.get(2, "k" + i); // the checker knows what was acknowledged
    }
  }

  /** A holds what B acknowledged and forgot, C does not, and A dies before B is full. */
  @Test
  void readmittedNodeDoesNotVoteForWhatItForgot() {
    assertThat(readWithoutTheOnlyHolder(ThreeNodes.without())).isInstanceOf(Outcome.Failed.class);
  }

  /** The early vote of the twin makes a majority with C that does not know of the write. */
  @Test
  void nodeThatCountsBeforeItIsFullLosesAcknowledgedWrites() {
    ThreeNodes nodes = ThreeNodes.without(LeftOut.FILLING);
    assertThatThrownBy(() -> readWithoutTheOnlyHolder(nodes))
        .hasRootCauseInstanceOf(PromiseBroken.class);
  }

  private static Outcome readWithoutTheOnlyHolder(ThreeNodes nodes) {
    SimNode lost = nodes.node(1);
    SimNode behind = nodes.node(2);
    nodes.loses(2);
    nodes.put(0);
    lost.loseDisk();
    nodes.bringNothing(); // to C, and B is not filled, before A dies
    behind.start();
    nodes.await(behind::isReady);
    lost.start();
    nodes.cluster().operator().readmit(lost);
    nodes.await(() -> lost.placements() != null);
    nodes.node(0).crash();
    assertThat(lost.isIncomplete()).isTrue();
    nodes.await(() -> behind.placements() != null && behind.placements().equals(lost.placements()));
    nodes.pass(Duration.ofMillis(200));
    return nodes.read(2, ThreeNodes.KEY);
  }

  private static void readmitWithAnEmptyDisk(ThreeNodes nodes, SimNode lost) {
    lost.loseDisk();
    lost.start();
    nodes.cluster().operator().readmit(lost);
  }

  /** What the refusal is for: B acknowledged, forgot, and now forms a majority with C. */
  @Test
  void forgetfulReplicaThatAnswersLosesAcknowledgedWrites() {
    Placements placements = FixedPlacements.of(3, 3);
    ThreeNodes nodes =
        ThreeNodes.running(ReplicationProgram.factory(placements, CoordinatorConfig.DEFAULT));
    nodes.loses(2);
    nodes.put(0);
    nodes.node(1).loseDisk();
    nodes.node(0).crash();
    nodes.node(1).start();
    nodes.node(2).start();
    nodes.passUntilNoticed();

    assertThatThrownBy(() -> nodes.get(1)).hasRootCauseInstanceOf(PromiseBroken.class);
  }
}

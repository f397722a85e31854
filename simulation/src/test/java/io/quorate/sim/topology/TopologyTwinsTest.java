package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cluster.Change;
import io.quorate.cluster.Command;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Sabotage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules of moves whose absence random runs hardly ever notice, since other mechanisms heal the
 * loss: for each rule, a schedule in which no other mechanism does. With the rule all is well; the
 * twin, which lacks it, loses acknowledged writes, and the test notices.
 */
class TopologyTwinsTest {
  private static final Duration LONG = Duration.ofSeconds(5);
  private static final Duration BETWEEN_TURNS = Duration.ofMillis(500);
  private static final int TURNS_MAX = 10;
  private static final int KEYS = 6;

  /** Nodes that get no records from others unless they ask for them. */
  private final Set<NodeId> givenNothing = new HashSet<>();

  /** Nodes whose requests to read records of others get lost. */
  private final Set<NodeId> toldNothing = new HashSet<>();

  /** Nodes that send no records to others, and whose answers about records get lost. */
  private final Set<NodeId> keepsAll = new HashSet<>();

  /**
   * Two of three replicas hold a record; the third and the arriving one do not. If reads used these
   * two before they have the record, and the other holder that stays died, the record would be
   * lost.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cutoverWaitsForTheCopy(boolean leftOut) {
    ChangingCluster nodes = ready(3, 1, leftOut, LeftOut.COPY_BEFORE_CUTOVER);
    NodeId behind = nodes.id(2);
    givenNothing.add(behind);
    List<String> keys = new ArrayList<>();
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      keys.add(nodes.keyOf(partition));
      put(nodes, 0, keys.getLast(), Level.QUORUM);
    }
    toldNothing.add(behind);
    nodes.joins(3);
    NodeId arriving = nodes.id(3);
    givenNothing.add(arriving);
    toldNothing.add(arriving);

    boolean early = nodes.comesTrue(() -> movedTo(nodes, behind, arriving) >= 0, LONG);
    assertThat(early).as("moved before it was copied").isEqualTo(leftOut);
    toldNothing.clear();
    nodes.await(() -> movedTo(nodes, behind, arriving) >= 0, LONG);
    int partition = movedTo(nodes, behind, arriving);
    nodes.cluster().nodes().stream()
        .filter(node -> isReplica(nodes, partition, node))
        .filter(node -> !Set.of(behind, arriving).contains(node.knownId()))
        .forEach(SimNode::crash);
    readsBack(nodes, 2, keys.get(partition), Level.QUORUM, leftOut);
  }

  /**
   * A write at level ONE is on one replica alone, and no other node knows. The replica must bring
   * it to the new replicas before it may leave the cluster with its disk.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLeavingReplicaHandsOverFirst(boolean leftOut) {
    ChangingCluster nodes = ready(4, 0, leftOut, LeftOut.HAND_OVER_BEFORE_END);
    NodeId leaving = nodes.id(3);
    int partition = 0;
    while (!isReplica(nodes, partition, nodes.node(3))) {
      partition++;
    }
    String key = nodes.keyOf(partition);
    keepsAll.add(leaving);
    put(nodes, 3, key, Level.ONE);

    nodes.wish(new Command.RemoveNode(leaving));
    nodes.await(() -> haveAllMoved(nodes), LONG.multipliedBy(12));
    boolean early = nodes.comesTrue(() -> !nodes.isMember(3), LONG);
    assertThat(early).as("left with what others lack").isEqualTo(leftOut);
    keepsAll.clear();
    nodes.await(() -> !nodes.isMember(3), LONG.multipliedBy(2));
    readsBack(nodes, 0, key, Level.ALL, leftOut);
  }

  private ChangingCluster ready(int size, int beside, boolean isLeftOut, LeftOut rule) {
    Sabotage sabotage =
        new Sabotage() {
          @Override
          public Set<LeftOut> leftOut() {
            return isLeftOut ? Set.of(rule) : Set.of();
          }
        };
    ChangingCluster nodes = ChangingCluster.ready(1, size, beside, KEYS, sabotage);
    nodes.clients().stop();
    nodes
        .cluster()
        .network()
        .addRule(
            ReplicaMessage.class,
            sent -> isLost(sent.from(), sent.to(), sent.message()) ? null : sent.message());
    return nodes;
  }

  private boolean isLost(NodeId from, NodeId to, ReplicaMessage message) {
    boolean brings = message instanceof Write || message instanceof WriteRecords;
    boolean asks =
        message instanceof CompareTree
            || message instanceof ReadVersions
            || message instanceof ReadRecords
            || message instanceof ReadRange;
    return (brings && (givenNothing.contains(to) || keepsAll.contains(from)))
        || (asks && (toldNothing.contains(from) || keepsAll.contains(to)));
  }

  /** All partitions are where they were to go, though they may not have been let go yet. */
  private static boolean haveAllMoved(ChangingCluster nodes) {
    Change change = nodes.state().change();
    return !change.needsPlan()
        && change.targets().isEmpty()
        && nodes.state().partitions().stream().noneMatch(PartitionPlacement::isDual);
  }

  /** Returns a partition whose new replicas include these two nodes; -1 if there is none. */
  private static int movedTo(ChangingCluster nodes, NodeId one, NodeId other) {
    List<PartitionPlacement> partitions = nodes.state().partitions();
    for (int number = 0; number < partitions.size(); number++) {
      PartitionPlacement partition = partitions.get(number);
      Move move = partition.move();
      boolean moved = move == null || move.step() == Move.Step.CLEANUP;
      if (moved && replicas(partition).containsAll(List.of(one, other))) {
        return number;
      }
    }
    return -1;
  }

  private static boolean isReplica(ChangingCluster nodes, int partition, SimNode node) {
    return replicas(nodes.state().partitions().get(partition)).contains(node.knownId());
  }

  private static List<NodeId> replicas(PartitionPlacement partition) {
    return partition.preferenceList().subList(0, 3);
  }

  private static void put(ChangingCluster nodes, int node, String key, Level level) {
    Call call = nodes.cluster().put(node, key, 10, level, Ask.within(LONG));
    nodes.await(call::hasEnded, LONG);
    assertThat(call.outcome()).isInstanceOf(Outcome.Written.class);
  }

  /** What was acknowledged is read; or is gone, and the simulation breaks off for that. */
  private static void readsBack(
      ChangingCluster nodes, int node, String key, Level level, boolean isLost) {
    if (isLost) {
      assertThatThrownBy(() -> get(nodes, node, key, level))
          .hasRootCauseInstanceOf(PromiseBroken.class)
          .hasStackTraceContaining("(versions)")
          .hasStackTraceContaining("is nothing, below");
    } else {
      assertThat(get(nodes, node, key, level).live()).isNotNull();
    }
  }

  /** Asked until it is answered: replicas may be too few for a moment. */
  private static Outcome.Read get(ChangingCluster nodes, int node, String key, Level level) {
    for (int turn = 0; turn < TURNS_MAX; turn++) {
      Call call = nodes.cluster().get(node, key, level, Ask.within(LONG));
      nodes.await(call::hasEnded, LONG);
      if (call.outcome() instanceof Outcome.Read read) {
        return read;
      }
      nodes.pass(BETWEEN_TURNS);
    }
    throw new AssertionError("nobody says what is under " + key);
  }
}

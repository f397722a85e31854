package io.quorate.sim.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.fault.BackupOf;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A tenant is restored while its partitions move: a batch is stored when those have it that count
 * by then, and not by what replicas have said that do not count any more.
 */
class RestoredWhileMovingTest {
  private static final String TENANT = "again";
  private static final int KEYS = 600;
  private static final int BATCH = 30;
  private static final int CLIENT_KEYS = 6;
  private static final Duration MOVED_MAX = Duration.ofSeconds(30);
  private static final Duration BATCH_MAX = Duration.ofMinutes(2);
  private static final Version BEFORE = new Version(0, Hlc.of(500, 0), new NodeId(4), 2);

  /** Longer than a batch waits for replicas that say nothing once a majority has it. */
  private static final Duration LATE = Duration.ofSeconds(4);

  private int asked;

  private static Item item(String key) {
    return new Item(key.getBytes(UTF_8), Record.value(BEFORE, 9, 0, ("of " + key).getBytes(UTF_8)));
  }

  @Test
  void allOfItIsThereAfterNodesHaveComeAndGone() {
    ChangingCluster nodes = ChangingCluster.ready(1, 3, 1, CLIENT_KEYS);
    // The first one leaves later.
    BackupOf backup = new BackupOf(nodes.cluster(), () -> 1 + asked++ % 2);
    List<Item> had = IntStream.range(0, KEYS).mapToObj(i -> item("k" + i)).toList();
    backup.begin(TENANT);
    Set<String> seen = new HashSet<>();
    nodes
        .cluster()
        .network()
        .addRule(
            ReplicaMessage.class,
            sent ->
                sent.message() instanceof WriteRecords records
                        && seen.add(records.id() + ": " + sent.from() + " > " + sent.to())
                    ? null // so that a batch is under way for a while
                    : sent.message());
    List<AtomicReference<@Nullable Object>> answers = new ArrayList<>();
    nodes.node(3).invite(Joining.WITH_SHARE);
    for (int from = 0; from < KEYS; from += BATCH) {
      answers.add(backup.tryToStore(had.subList(from, from + BATCH), TENANT, BATCH_MAX));
      nodes.pass(Duration.ofMillis(400));
      if (from == KEYS / 2) {
        nodes.await(() -> nodes.isMember(3) && nodes.owned(3) > 0, MOVED_MAX);
        nodes.wish(new Command.RemoveNode(nodes.id(0)));
      }
    }
    nodes.await(() -> answers.stream().allMatch(each -> each.get() != null), BATCH_MAX);
    nodes.await(nodes::isAtItsEnd, BATCH_MAX);

    assertThat(answers).extracting(AtomicReference::get).containsOnly("stored");
    assertThat(nodes.count("restored under another epoch")).isPositive();
    backup.finish(TENANT);
    assertThat(BackupOf.texts(backup.read(TENANT))).isEqualTo(BackupOf.texts(had));
    nodes.comeToRest();
  }

  /**
   * Of the replicas before a move, one has a batch, which has left by the time at which one of
   * those has it that stay: two of five, and one of the three that count.
   */
  @Test
  void aReplicaThatHasLeftDoesNotCount() {
    ChangingCluster nodes = ChangingCluster.ready(1, 3, 1, CLIENT_KEYS);
    nodes.clients().stop();
    BackupOf backup = new BackupOf(nodes.cluster(), () -> asked);
    backup.begin(TENANT);
    Set<String> open = new HashSet<>();
    nodes
        .cluster()
        .network()
        .addRule(
            ReplicaMessage.class,
            sent ->
                sent.message() instanceof WriteRecords records
                        && !open.contains(records.partition() + " to " + sent.to())
                    ? null
                    : sent.message());
    // Each node has one of each partition: it is not known yet which of them is to leave it.
    List<List<AtomicReference<@Nullable Object>>> answers = new ArrayList<>();
    List<Item> all = new ArrayList<>();
    for (int node = 0; node < 3; node++) {
      asked = node;
      List<AtomicReference<@Nullable Object>> ofNode = new ArrayList<>();
      for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
        Item item = itemOf(nodes, partition, "by " + node);
        all.add(item);
        ofNode.add(backup.tryToStore(List.of(item), TENANT, BATCH_MAX));
      }
      answers.add(ofNode);
    }
    nodes.joins(3);
    nodes.await(() -> left(nodes) != null, MOVED_MAX);
    Left left = Objects.requireNonNull(left(nodes));
    AtomicReference<@Nullable Object> answer = answers.get(left.node()).get(left.partition());

    open.add(left.partition() + " to " + left.stays());
    nodes.pass(LATE);
    assertThat(answer.get()).as("by one of three").isNull();

    nodes.cluster().network().clearRules();
    nodes.await(
        () -> answers.stream().flatMap(List::stream).allMatch(each -> each.get() != null),
        BATCH_MAX);
    assertThat(answers.stream().flatMap(List::stream).map(AtomicReference::get).toList())
        .containsOnly("stored");
    backup.finish(TENANT);
    assertThat(BackupOf.texts(backup.read(TENANT))).isEqualTo(BackupOf.texts(all));
  }

  private static Item itemOf(ChangingCluster nodes, int partition, String beginning) {
    int tenant = Objects.requireNonNull(nodes.state().tenants().get(TENANT)).id();
    return IntStream.range(0, 1_000)
        .mapToObj(i -> item(beginning + " " + i))
        .filter(each -> new Key(tenant, each.key()).partition(SimCluster.PARTITIONS) == partition)
        .findFirst()
        .orElseThrow();
  }

  /**
   * A partition that has moved from one node.
   *
   * @param node that it has moved from
   * @param stays one of those that had it before, and have it still
   */
  private record Left(int partition, int node, NodeId stays) {}

  /** Null as long as there is none that all nodes know of. */
  private static @Nullable Left left(ChangingCluster nodes) {
    NodeId arrived = nodes.id(3);
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      int number = partition;
      boolean areThere =
          nodes.cluster().present().stream()
              .map(SimNode::placements)
              .allMatch(
                  known -> known != null && hasMoved(known.partitions().get(number), arrived));
      if (areThere) {
        List<NodeId> now = replicas(nodes.state().partitions().get(partition));
        for (int node = 0; node < 3; node++) {
          if (!now.contains(nodes.id(node))) {
            NodeId stays =
                now.stream().filter(each -> !each.equals(arrived)).findFirst().orElseThrow();
            return new Left(partition, node, stays);
          }
        }
      }
    }
    return null;
  }

  private static boolean hasMoved(PartitionPlacement partition, NodeId to) {
    Move move = partition.move();
    return (move == null || move.step() == Move.Step.CLEANUP) && replicas(partition).contains(to);
  }

  private static List<NodeId> replicas(PartitionPlacement partition) {
    return partition.preferenceList().subList(0, 3);
  }
}

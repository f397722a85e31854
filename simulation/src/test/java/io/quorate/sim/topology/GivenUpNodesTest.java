package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.Seeds;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two of five nodes are lost for good, and with them the majority of some partitions' replicas, and
 * writes that only they had. An operator gives them up: all goes on, and every read that may miss
 * such a write says so, until that is acknowledged.
 */
class GivenUpNodesTest {
  private static final int NODES = 5;
  private static final Duration LONG = Duration.ofSeconds(15);
  private static final Duration CHANGED_MAX = Duration.ofSeconds(90);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);

  /** What one story needs. */
  private static final class Story {
    final SimWorld world;
    final SimCluster cluster;
    final List<SimNode> lost = new ArrayList<>();
    final SimNode last;
    final String key;
    final String known;

    Story(long seed, Sabotage sabotage) {
      world = SimWorld.of(seed);
      List<String> seeds = IntStream.range(0, NODES).mapToObj(SimNode::address).toList();
      cluster =
          new SimCluster(
              world,
              NODES,
              TENANT,
              WholeNode.factory(seeds, CoordinatorConfig.DEFAULT, sabotage),
              sabotage);
      cluster.startAll();
      assertThat(world.runUntil(cluster::isReady, LONG)).isTrue();
      world.runFor(Duration.ofSeconds(1));
      // The partition of the first key loses two of its three.
      List<NodeId> replicas = replicas("k0");
      last = node(replicas.get(0));
      lost.add(node(replicas.get(1)));
      lost.add(node(replicas.get(2)));
      key = "k0";
      known = another(replicas);
    }

    ClusterState state() {
      return Objects.requireNonNull(last.metadata()).state();
    }

    int partition(String name) {
      return new Key(TENANT.id(), name.getBytes(StandardCharsets.UTF_8))
          .partition(SimCluster.PARTITIONS);
    }

    List<NodeId> replicas(String name) {
      PartitionPlacement placement =
          Objects.requireNonNull(cluster.node(0).placements()).partitions().get(partition(name));
      return placement.preferenceList().subList(0, 3);
    }

    private SimNode node(NodeId id) {
      return cluster.nodes().stream()
          .filter(each -> id.equals(each.id()))
          .findFirst()
          .orElseThrow();
    }

    /** Another key of the same partition. */
    private String another(List<NodeId> replicas) {
      return IntStream.range(1, 1_000)
          .mapToObj(i -> "k" + i)
          .filter(name -> partition(name) == partition("k0") && replicas(name).equals(replicas))
          .findFirst()
          .orElseThrow();
    }

    Outcome.@Nullable Written put(SimNode at, String name) {
      Call put =
          cluster.put(cluster.nodes().indexOf(at), name, 10, Level.QUORUM, Ask.within(TIMEOUT));
      assertThat(world.runUntil(put::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
      return put.outcome() instanceof Outcome.Written written ? written : null;
    }

    Outcome.Read get(SimNode at, String name) {
      Call get = cluster.get(cluster.nodes().indexOf(at), name, Level.QUORUM, Ask.within(TIMEOUT));
      assertThat(world.runUntil(get::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
      assertThat(get.outcome()).isInstanceOf(Outcome.Read.class);
      return (Outcome.Read) Objects.requireNonNull(get.outcome());
    }

    CommandOutcome ask(Command command) {
      AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
      last.onMetadata(
          (group, nowNanos) ->
              group.propose(command, nowNanos + 10 * TIMEOUT.toNanos(), outcome::set));
      assertThat(world.runUntil(() -> outcome.get() != null, LONG)).isTrue();
      return Objects.requireNonNull(outcome.get());
    }

    /**
     * One write reaches only the two nodes that are lost then; an earlier one reaches all three.
     */
    void loseWhatOnlyTwoHave() {
      assertThat(put(last, known)).isNotNull();
      assertThat(put(last, key)).isNotNull();
      world.runFor(TIMEOUT);
      cluster.network().isolate(Objects.requireNonNull(last.id()));
      assertThat(put(lost.getFirst(), key)).isNotNull();
      lost.forEach(SimNode::crashLosingUnsynced);
      cluster.network().healAll();
      world.runFor(Duration.ofSeconds(3));
      assertThat(put(last, key)).as("no majority, no write").isNull();
    }

    Set<NodeId> lostIds() {
      Set<NodeId> ids = new TreeSet<>();
      lost.forEach(node -> ids.add(Objects.requireNonNull(node.knownId())));
      return ids;
    }

    void giveUp() {
      GiveUpNodes giveUp = new GiveUpNodes(new TreeSet<>(lostIds()), true);
      assertThat(ask(giveUp)).isInstanceOf(CommandOutcome.Accepted.class);
    }

    /** Puts and gets of a few keys, at nodes that run. */
    void callsAtAll(SimRandom random, int calls) {
      for (int i = 0; i < calls; i++) {
        SimNode at = random.pick(cluster.nodes().stream().filter(SimNode::isUp).toList());
        int index = cluster.nodes().indexOf(at);
        String name = "k" + random.nextInt(12);
        Call unused =
            random.nextInt(2) == 0
                ? cluster.put(index, name, 10, Level.QUORUM, Ask.within(TIMEOUT))
                : cluster.get(index, name, Level.QUORUM, Ask.within(TIMEOUT));
        world.runFor(Duration.ofMillis(random.between(0, 30)));
      }
    }

    boolean isRestored() {
      ClusterState now = state();
      return !now.isChanging()
          && now.members().size() == NODES - 2
          && now.partitions().stream().allMatch(each -> each.preferenceList().size() >= 3);
    }
  }

  @Seeds({1, 2, 3, 4})
  void everyReadThatMayMissWhatIsLostSaysSoUntilThatIsAcknowledged(long seed) {
    Story story = new Story(seed, Sabotage.NONE);
    story.loseWhatOnlyTwoHave();
    assertThat(story.ask(new GiveUpNodes(new TreeSet<>(story.lostIds()), false)))
        .isInstanceOf(CommandOutcome.Rejected.class);
    story.giveUp();

    // Served at once, though the write that only the two had is gone: and that is said.
    assertThat(story.get(story.last, story.key).info().potentiallyStale()).isTrue();
    assertThat(story.get(story.last, story.known).info().potentiallyStale()).isTrue();
    assertThat(story.get(story.last, "absent " + story.key).info().potentiallyStale())
        .isEqualTo(story.state().losses().containsKey(story.partition("absent " + story.key)));
    Set<Integer> lossy = new TreeSet<>(story.state().losses().keySet());
    assertThat(lossy).contains(story.partition(story.key)).hasSizeLessThan(SimCluster.PARTITIONS);

    // What is written from now on cannot have been lost.
    assertThat(story.put(story.last, story.key)).isNotNull();
    assertThat(story.get(story.last, story.key).info().potentiallyStale()).isFalse();

    // Moves bring all partitions back to three replicas; the two nodes have left.
    assertThat(story.world.runUntil(story::isRestored, CHANGED_MAX))
        .as(() -> story.state().change() + " " + story.state().partitions())
        .isTrue();
    assertThat(story.state().losses().keySet()).isEqualTo(lossy);
    SimNode other =
        story.cluster.nodes().stream()
            .filter(node -> node.isUp() && node != story.last)
            .findFirst()
            .orElseThrow();
    assertThat(story.get(other, story.known).info().potentiallyStale()).isTrue();
    assertThat(story.get(other, story.key).info().potentiallyStale()).isFalse();
    assertThat(story.ask(new AcknowledgeLoss())).isInstanceOf(CommandOutcome.Accepted.class);
    assertThat(story.get(story.last, story.known).info().potentiallyStale()).isFalse();

    // One of the two nodes was not dead: it learns that it was removed, and ends.
    SimNode back = story.lost.getFirst();
    back.start();
    assertThat(story.world.runUntil(() -> !back.isUp(), LONG)).isTrue();
  }

  /**
   * Any two nodes are lost, after a while in which any may have been cut off, and are given up;
   * calls go on all the time at all nodes. No read misses a write unless it says so, and only reads
   * of partitions with a loss say so.
   */
  @Test
  void underLoadNoReadMissesAnythingUntold() {
    long told = 0;
    for (long seed = 11; seed <= 40; seed++) {
      told += readsToldOfLossUnderLoad(seed);
    }
    assertThat(told).isGreaterThan(30);
  }

  private static long readsToldOfLossUnderLoad(long seed) {
    Story story = new Story(seed, Sabotage.NONE);
    SimRandom random = story.world.random("story");
    for (int turn = 0; turn < 12; turn++) {
      if (turn % 3 == 0) {
        story
            .cluster
            .network()
            .isolate(Objects.requireNonNull(random.pick(story.cluster.nodes()).id()));
      }
      story.callsAtAll(random, 10);
      story.cluster.network().healAll();
      story.world.runFor(Duration.ofMillis(random.between(1, 400)));
    }
    // While the last calls are under way.
    story.cluster.network().isolate(Objects.requireNonNull(story.last.id()));
    story.callsAtAll(random, 20);
    story.lost.forEach(SimNode::crashLosingUnsynced);
    story.cluster.network().healAll();
    story.world.runFor(Duration.ofSeconds(3));
    story.giveUp();
    for (int turn = 0; turn < 40 && !story.isRestored(); turn++) {
      story.callsAtAll(random, 10);
      story.world.runFor(Duration.ofSeconds(1));
    }
    assertThat(story.world.runUntil(story::isRestored, CHANGED_MAX)).isTrue();
    story.callsAtAll(random, 30);
    story.world.runFor(TIMEOUT.multipliedBy(2));
    return story.cluster.windows().count("read told of loss");
  }

  /** The twin: a read that forgets the mark returns what is older than what was acknowledged. */
  @Seeds({1, 2})
  void withoutTheMarkAReadGoesBackAndNobodyIsTold(long seed) {
    Story story =
        new Story(
            seed,
            new Sabotage() {
              @Override
              public Set<LeftOut> leftOut() {
                return Set.of(LeftOut.LOSS_TOLD);
              }
            });
    story.loseWhatOnlyTwoHave();
    story.giveUp();
    assertThatThrownBy(() -> story.get(story.last, story.key))
        .hasRootCauseInstanceOf(PromiseBroken.class)
        .hasMessageContaining("below");
  }
}

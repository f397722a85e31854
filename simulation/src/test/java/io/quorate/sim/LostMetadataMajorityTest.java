package io.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metadata.LostMajority;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Seven whole nodes, of which five vote, lose three voters. The data plane goes on; a survivor is
 * made the only voter, and the cluster can change again. That no read misses what was acknowledged
 * is the checkers' to say.
 */
class LostMetadataMajorityTest {
  private static final int NODES = 7;
  private static final int LOST = 3;
  private static final Duration READY_MAX = Duration.ofSeconds(15);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);

  private final SimWorld world = SimWorld.of(11);
  private final List<String> seeds = IntStream.range(0, NODES).mapToObj(SimNode::address).toList();
  private final SimCluster cluster =
      new SimCluster(
          world, NODES, TENANT, WholeNode.factory(seeds, CoordinatorConfig.DEFAULT), Sabotage.NONE);

  @Test
  void theClusterServesThroughItAndChangesAgain() {
    cluster.startAll();
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).isTrue();
    world.runFor(Duration.ofSeconds(2));
    List<SimNode> voters = voters();
    List<SimNode> lost = voters.subList(0, LOST);
    List<SimNode> left = cluster.nodes().stream().filter(node -> !lost.contains(node)).toList();
    List<String> keys = keysWithAMajorityAmong(left);
    keys.forEach(key -> assertServes(left.get(0), key));

    lost.forEach(SimNode::crashLosingUnsynced);
    world.runFor(Duration.ofSeconds(5));
    keys.forEach(key -> assertServes(left.get(1), key));
    SimNode survivor = voters.get(LOST);
    long epoch = epoch(survivor);

    survivor.crash();
    keys.forEach(key -> call(left.get(0), key)); // under load, whatever becomes of it
    recover(survivor);
    survivor.start();
    assertThat(world.runUntil(() -> left.stream().allMatch(node -> epoch(node) > epoch), READY_MAX))
        .as("all that are left follow the survivor")
        .isTrue();
    keys.forEach(key -> assertServes(left.get(2), key));
    assertThat(world.runUntil(() -> group(survivor).status().voters().size() == 3, READY_MAX))
        .as("voters %s", group(survivor).status().voters())
        .isTrue();

    // A node that was believed lost comes back with its disk: it follows, and serves.
    SimNode late = lost.get(0);
    late.start();
    assertThat(world.runUntil(() -> late.isReady() && epoch(late) > epoch, READY_MAX)).isTrue();
    assertThat(group(late).status().leader()).isEqualTo(survivor.id());
    keys.forEach(key -> assertServes(late, key));
  }

  private List<SimNode> voters() {
    List<NodeId> ids = group(cluster.node(0)).status().voters();
    return cluster.nodes().stream().filter(node -> ids.contains(node.id())).toList();
  }

  private static MetadataGroup group(SimNode node) {
    return Objects.requireNonNull(node.metadata());
  }

  private static long epoch(SimNode node) {
    return Objects.requireNonNull(node.placements()).epoch(0);
  }

  /** As {@code quorate metadata recover} does with a real disk. */
  private void recover(SimNode node) {
    SimLane lane = new SimLane(world, "recover", world.random("recover"));
    try (Storage storage =
        node.disk()
            .mount(
                lane,
                new SimRandomness(world.random("recovery")),
                StorageListener.NONE,
                health -> {})) {
      RaftStore store = storage.raft(lane);
      store.save(
          LostMajority.recover(
                  Objects.requireNonNull(node.knownId()),
                  store.load(),
                  7,
                  1,
                  "operator",
                  Releases.THIS)
              .change(),
          new PutCallback() {
            @Override
            public void stored() {}

            @Override
            public void failed(StorageFault fault) {
              throw new AssertionError(fault.message());
            }
          });
    }
  }

  private Call call(SimNode node, String key) {
    return cluster.put(cluster.nodes().indexOf(node), key, 10, Level.QUORUM, Ask.within(TIMEOUT));
  }

  private void assertServes(SimNode node, String key) {
    Call put = call(node, key);
    assertThat(world.runUntil(put::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    assertThat(put.outcome()).isInstanceOf(Outcome.Written.class);
    Call get = cluster.get(cluster.nodes().indexOf(node), key, Level.QUORUM, Ask.within(TIMEOUT));
    assertThat(world.runUntil(get::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    assertThat(get.outcome()).isInstanceOf(Outcome.Read.class);
  }

  /** Keys that keep two of three replicas though one of those left stops for a while. */
  private List<String> keysWithAMajorityAmong(List<SimNode> left) {
    Placements placements = Objects.requireNonNull(left.get(0).placements());
    List<NodeId> ids = left.stream().map(SimNode::id).map(Objects::requireNonNull).toList();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 200 && keys.size() < 8; i++) {
      String name = "k" + i;
      Key key = new Key(TENANT.id(), name.getBytes(StandardCharsets.UTF_8));
      List<NodeId> replicas =
          placements.stage(key.partition(placements.partitions().size()), TENANT).replicas();
      if (replicas.stream().filter(ids::contains).count() >= 2) {
        keys.add(name);
      }
    }
    assertThat(keys).isNotEmpty();
    return keys;
  }
}

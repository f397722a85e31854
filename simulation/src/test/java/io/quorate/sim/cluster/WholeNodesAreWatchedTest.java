package io.quorate.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.runtime.Lane;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What goes wrong inside of whole nodes is seen while they run. */
class WholeNodesAreWatchedTest {
  private final SimWorld world = SimWorld.of(1);

  /** All nodes lose power at once, and find neither terms, votes nor logs on their disks. */
  @Test
  void raftThatForgetsItsLogBreaksItsPromises() {
    SimCluster sound = cluster(Sabotage.NONE);
    losePower(sound);
    assertThat(world.runUntil(sound::isReady, Duration.ofSeconds(15))).isTrue();

    SimCluster forgetful =
        cluster(
            new Sabotage() {
              @Override
              public Storage storage(Storage real) {
                return new ForgetfulStorage(real);
              }
            });
    assertThatExceptionOfType(PromiseBroken.class)
        .isThrownBy(
            () -> {
              for (int i = 0; i < 10; i++) {
                losePower(forgetful);
              }
            })
        .matches(broken -> broken.checker().equals("raft"));
  }

  @Test
  void requestThatIsNeverAnsweredIsFoundWhileItHangs() {
    SimCluster cluster =
        cluster(
            new Sabotage() {
              @Override
              public DataPlane dataPlane(DataPlane real) {
                return new SilentDataPlane();
              }
            });
    cluster.get(0, "k", Level.QUORUM, Ask.within(Duration.ofMillis(100)));
    assertThatExceptionOfType(PromiseBroken.class)
        .isThrownBy(() -> world.runFor(Duration.ofMillis(200)))
        .matches(broken -> broken.checker().equals("deadlines"));
  }

  private SimCluster cluster(Sabotage sabotage) {
    List<String> seeds = IntStream.range(0, 3).mapToObj(SimNode::address).toList();
    var tenant = new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);
    var cluster =
        new SimCluster(
            world, 3, tenant, WholeNode.factory(seeds, CoordinatorConfig.DEFAULT), sabotage);
    cluster.startAll();
    assertThat(world.runUntil(cluster::isReady, Duration.ofSeconds(15))).isTrue();
    return cluster;
  }

  private void losePower(SimCluster cluster) {
    cluster.nodes().forEach(SimNode::crashLosingUnsynced);
    cluster.startAll();
    world.runFor(Duration.ofSeconds(3));
  }

  /** Keeps nothing of Raft's but what the cluster began with. */
  private record ForgetfulStorage(Storage real) implements PassingStorage {
    @Override
    public RaftStore raft(Lane lane) {
      RaftStore store = real.raft(lane);
      return new RaftStore() {
        @Override
        public Image load() {
          return new Image(HardState.INITIAL, store.load().snapshot(), List.of());
        }

        @Override
        public void save(Change change, RecordStore.PutCallback durable) {
          Snapshot first = store.load().snapshot();
          Snapshot kept = first == null ? change.snapshot() : first;
          store.save(new Change(null, kept, false, List.of()), durable);
        }
      };
    }
  }

  /** Takes requests and answers none. */
  private static final class SilentDataPlane implements DataPlane {
    @Override
    public void submit(Operation operation, long deadlineNanos, OutcomeCallback callback) {}

    @Override
    public void scan(ScanRequest request, long deadlineNanos, ScanCallback callback) {}
  }
}

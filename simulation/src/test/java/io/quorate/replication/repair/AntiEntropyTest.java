package io.quorate.replication.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.hint.HintConfig;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.tree.KeepsAll;
import io.quorate.replication.tree.Trees;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which partitions a node compares, and when. */
class AntiEntropyTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final int PURGED = 20;
  private static final Duration A_COMPARISON = Duration.ofSeconds(1);

  private final SimWorld world = SimWorld.of(1);
  private final SimLane lane = new SimLane(world, "a", world.random("lane"));
  private final SimClock clock = new SimClock(world, world.random("clock"));
  private final Storage storage =
      new MemoryDisk(DiskSpeed.FLASH)
          .mount(lane, new SimRandomness(world.random("disk")), StorageListener.NONE, health -> {});
  private final Map<Integer, Integer> compared = new TreeMap<>();

  /** Nothing is under way and nothing is dropped. */
  /** Holds the same, and says so after a while. */
  private final class Same extends NoPeers {
    @Override
    public void compareTree(
        NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback) {
      compared.merge(place.partition(), 1, Integer::sum);
      var unused = lane.schedule(A_COMPARISON.toNanos(), () -> callback.accept(SameTree.INSTANCE));
    }
  }

  /** More partitions await a purge than can be compared before the first is due again. */
  @Test
  void partitionsThatNoPurgeAwaitsHaveTheirTurn() {
    Placements placements = placements();
    var trees = new Trees(storage.records(lane), new KeepsAll(), clock, placements);
    AntiEntropy antiEntropy = antiEntropy(trees, placements);
    tickForEver(antiEntropy);
    world.runFor(Duration.ofMinutes(12));

    assertThat(compared).hasSize(PURGED + 2);
    assertThat(compared.get(PURGED)).isGreaterThanOrEqualTo(2);
    assertThat(compared.get(PURGED + 1)).isGreaterThanOrEqualTo(2);
    assertThat(compared.get(0)).as("as soon as possible").isGreaterThan(20);
  }

  private void tickForEver(AntiEntropy antiEntropy) {
    var unused =
        lane.schedule(
            10_000_000,
            () -> {
              antiEntropy.tick();
              tickForEver(antiEntropy);
            });
  }

  private AntiEntropy antiEntropy(Trees trees, Placements placements) {
    Hints hints =
        new Hints(
            storage.hints(lane),
            node -> true,
            clock,
            (hint, callback) -> {},
            BackgroundBudget.UNLIMITED,
            HintConfig.DEFAULT,
            event -> {});
    return new AntiEntropy(
        new AntiEntropy.Collaborators(
            SELF,
            trees,
            hints,
            new Same(),
            node -> true,
            clock,
            BackgroundBudget.UNLIMITED,
            RepairConfig.DEFAULT,
            event -> {}),
        placements);
  }

  private static Placements placements() {
    List<NodeId> owners = List.of(SELF, OTHER);
    PurgeMarks open = new PurgeMarks(5, 0);
    List<PartitionPlacement> partitions =
        new ArrayList<>(
            Collections.nCopies(
                PURGED, new PartitionPlacement(1, owners, open, Collections.emptySortedSet())));
    partitions.addAll(Collections.nCopies(2, new PartitionPlacement(1, owners)));
    return new Placements(
        1, Map.of(), Map.of("t", new Tenant(1, "t", 2, Level.QUORUM, Level.QUORUM, 0)), partitions);
  }
}

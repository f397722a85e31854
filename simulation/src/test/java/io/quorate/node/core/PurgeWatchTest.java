package io.quorate.node.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.admin.ClusterAdmin.Purging;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
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
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tombstones that are not purged are counted, however the rounds end. */
class PurgeWatchTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final long AFTER = 1_000;
  private static final long NOW = 1_000_000;
  private static final int TENANT = 1;

  private final SimWorld world = SimWorld.of(1);
  private final SimLane lane = new SimLane(world, "a", world.random("lane"));
  private final Storage storage =
      new MemoryDisk(DiskSpeed.FLASH)
          .mount(lane, new SimRandomness(world.random("disk")), StorageListener.NONE, health -> {});
  private final Trees trees =
      new Trees(
          storage.records(lane),
          new KeepsAll(),
          new SimClock(world, world.random("clock")),
          placements(PurgeMarks.NONE));
  private final PurgeWatch watch = new PurgeWatch(SELF, trees, AFTER);

  /** Nothing is under way and nothing is dropped. */
  PurgeWatchTest() {
    for (int partition = 0; partition < 3; partition++) {
      List<Integer> each = List.of(partition);
      lane.execute(() -> trees.build(each));
      world.runFor(Duration.ofSeconds(1));
      for (int tick = 0; tick < 3; tick++) {
        lane.execute(trees::tick);
        world.runFor(Duration.ofSeconds(1));
      }
    }
    assertThat(trees.tree(2, Factor.of(1))).isNotNull();
  }

  /** This node holds partitions 0 and 1, and no longer partition 2. */
  private static Placements placements(PurgeMarks ofFirst) {
    return new Placements(
        1,
        Map.of(),
        Map.of("t", new Tenant(TENANT, "t", 1, Level.QUORUM, Level.QUORUM, 0)),
        List.of(
            partition(SELF, ofFirst),
            partition(SELF, PurgeMarks.NONE),
            partition(OTHER, new PurgeMarks(Hlc.of(NOW, 0), 0))));
  }

  private static PartitionPlacement partition(NodeId holder, PurgeMarks marks) {
    return new PartitionPlacement(1, List.of(holder), marks, Collections.emptySortedSet());
  }

  private void delete(int partition, String key, long atMillis) {
    Version version = new Version(0, Hlc.of(atMillis, 0), SELF, 1);
    trees.changed(
        partition, new Key(TENANT, key.getBytes(UTF_8)), null, Record.tombstone(version, 1));
  }

  private Purging look(PurgeMarks ofFirst) {
    return watch.look(placements(ofFirst), NOW);
  }

  @Test
  void nothingIsOverdueWhereNothingIsDeleted() {
    assertThat(look(PurgeMarks.NONE)).isEqualTo(Purging.NOTHING);
  }

  @Test
  void whatIsKeptInAnyCaseIsNotOverdue() {
    delete(0, "young", NOW - AFTER + 1);
    assertThat(look(PurgeMarks.NONE)).isEqualTo(new Purging(1, 0, 0, 0, 0));
  }

  @Test
  void whatIsDeletedIsOverdueThoughNoRoundIsOpened() {
    delete(0, "old", NOW - AFTER - 300);
    delete(1, "older", NOW - AFTER - 700);
    delete(1, "young", NOW);
    assertThat(look(PurgeMarks.NONE)).isEqualTo(new Purging(3, 2, 0, 700, 0));
  }

  @Test
  void whatLiesInPartitionsOfOthersIsNotTheirBusiness() {
    delete(2, "old", NOW - AFTER - 900);
    assertThat(look(PurgeMarks.NONE).overdueMillis()).isZero();
    assertThat(look(PurgeMarks.NONE).due()).isZero();
    assertThat(look(PurgeMarks.NONE).open()).isZero();
  }

  @Test
  void openRoundsAndTheLastPurgeAreSeen() {
    delete(0, "old", NOW - AFTER - 50);
    PurgeMarks open = new PurgeMarks(Hlc.of(NOW - 2_000, 0), Hlc.of(NOW - 9_000, 0));
    assertThat(look(open)).isEqualTo(new Purging(1, 1, 1, 50, 9_000));
  }
}

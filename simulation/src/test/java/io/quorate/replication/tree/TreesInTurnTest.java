package io.quorate.replication.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Partitions whose trees are lost again and again keep no others from being read. */
class TreesInTurnTest {
  private static final NodeId SELF = new NodeId(1);
  private static final int PARTITIONS = 8;

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
          new Placements(
              1,
              Map.of(),
              Map.of("t", new Tenant(1, "t", 1, Level.QUORUM, Level.QUORUM, 0)),
              Collections.nCopies(PARTITIONS, new PartitionPlacement(1, List.of(SELF)))));

  /** Nothing is under way and nothing is dropped. */
  @Test
  void eachPartitionHasItsTurn() {
    List<Integer> all = IntStream.range(0, PARTITIONS).boxed().toList();
    for (int turn = 0; turn < 20 * PARTITIONS; turn++) {
      lane.execute(
          () -> {
            trees.doubt(0); // as by a purge there, or a write that fails
            trees.doubt(1);
            trees.build(all);
            trees.tick();
          });
      world.runFor(Duration.ofMillis(20));
    }
    for (int partition = 2; partition < PARTITIONS; partition++) {
      assertThat(trees.tree(partition, Factor.of(1))).as("partition %d", partition).isNotNull();
    }
  }
}

package io.quorate.replication.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.sim.cluster.PassingRecords;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TenantSizesTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final Tenant TENANT = new Tenant(1, "t", 1, Level.QUORUM, Level.QUORUM, 0);

  /** This node has the first, is leaving the second, and has nothing of the third. */
  private static final Placements PLACEMENTS =
      new Placements(
          1,
          Map.of(),
          Map.of(TENANT.name(), TENANT),
          List.of(
              new PartitionPlacement(1, List.of(SELF)),
              new PartitionPlacement(
                  2,
                  List.of(OTHER),
                  PurgeMarks.NONE,
                  new TreeSet<>(),
                  new Move(Move.Step.CLEANUP, List.of(SELF), 1)),
              new PartitionPlacement(1, List.of(OTHER))));

  private final SimWorld world = SimWorld.of(1);
  private final SimLane lane = new SimLane(world, "a", world.random("lane"));
  private final Storage storage =
      new MemoryDisk(DiskSpeed.FLASH)
          .mount(lane, new SimRandomness(world.random("disk")), StorageListener.NONE, health -> {});
  private final List<Integer> askedFor = new ArrayList<>();

  /** Notes which partitions its disk is asked for. */
  private final class Noting implements PassingRecords {
    private final RecordStore real = storage.records(lane);

    @Override
    public RecordStore real() {
      return real;
    }

    @Override
    public void bytes(
        List<Integer> partitions, List<Integer> tenants, Consumer<long @Nullable []> callback) {
      askedFor.addAll(partitions);
      callback.accept(null);
    }
  }

  /** A look at the disk for each tenant and partition keeps reads of clients waiting. */
  @Test
  void theDiskIsAskedForPartitionsThatTheNodeMayHold() {
    RecordStore store = new Noting();
    SimClock clock = new SimClock(world, world.random("clock"));
    Trees trees = new Trees(store, new KeepsAll(), clock, PLACEMENTS);
    new TenantSizes(SELF, store, trees).of(List.of(TENANT), PLACEMENTS, sizes -> {});
    assertThat(askedFor).containsExactly(0, 1);
  }
}

package io.quorate.replication.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Quorum;
import io.quorate.placement.Tenant;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Pace;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Node 1 compares what it holds with node 2 of its region, and with 3 and 4 of another one. */
class PartitionFillTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId NEAR = new NodeId(2);
  private static final NodeId FAR = new NodeId(3);
  private static final NodeId FURTHER = new NodeId(4);
  private static final Factor FACTOR = Factor.of(4);
  private static final Tenant TENANT = new Tenant(1, "t", 4, Level.QUORUM, Level.QUORUM, 0);

  private final Clock clock = new Standing();
  private final Trees trees =
      new Trees(
          new SortedStore(),
          new Nothing(),
          clock,
          new Placements(
              1,
              Map.of(),
              Map.of(TENANT.name(), TENANT),
              List.of(new PartitionPlacement(1, List.of(SELF, NEAR, FAR, FURTHER)))));
  private final List<NodeId> asked = new ArrayList<>();
  private boolean isRoomBetweenRegions = true;
  private boolean isFull;

  @Test
  void othersOfItsRegionReadWhatTheyHoldBeforeItIsTheirTurn() {
    fill(2).goOn();
    assertThat(asked).containsExactly(NEAR);
  }

  /** A tree takes 8 KiB, and many partitions are compared at once. */
  @Test
  void asksOtherRegionsOnlyWhileThereIsRoom() {
    isRoomBetweenRegions = false;
    PartitionFill fill = fill(2);
    goOn(fill);
    assertThat(asked).containsOnly(NEAR);
    assertThat(isFull).isFalse();

    isRoomBetweenRegions = true;
    goOn(fill);
    assertThat(asked).contains(FAR).doesNotContain(FURTHER);
    assertThat(isFull).isTrue();
  }

  private void goOn(PartitionFill fill) {
    for (int i = 0; i < 10; i++) {
      fill.goOn();
      trees.tick();
    }
  }

  /** A fill that is complete once this number of the others was compared with. */
  private PartitionFill fill(int needed) {
    List<NodeId> others = List.of(FAR, FURTHER, NEAR);
    Quorum quorum = new Quorum(List.of(new Quorum.Group(others, needed)));
    return new PartitionFill(
        new PartitionFill.With(
            SELF,
            new Equal(),
            trees,
            tenant -> RecordModel.LAST_WRITE_WINS,
            new NoLane(),
            clock,
            new Budget(),
            new Pace(clock, 0),
            RepairConfig.DEFAULT),
        new Peers.Place(0, 1),
        new TreeMap<>(Map.of(FACTOR, List.of(TENANT.id()))),
        factor -> new CompareGoal(others, quorum, false, false, true),
        new Listening());
  }

  /** All hold the same. */
  private final class Equal extends NoPeers {
    @Override
    public void compareTree(
        NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback) {
      asked.add(replica);
      callback.accept(SameTree.INSTANCE);
    }
  }

  private final class Budget implements BackgroundBudget {
    @Override
    public boolean isOpen(NodeId with) {
      return with.equals(NEAR) || isRoomBetweenRegions;
    }

    @Override
    public void took(NodeId with, int records) {}

    @Override
    public void carried(NodeId with, long bytes) {}
  }

  private final class Listening implements PartitionFill.Listener {
    @Override
    public boolean isLive(NodeId node) {
      return true;
    }

    @Override
    public boolean isNear(NodeId node) {
      return node.equals(NEAR);
    }

    @Override
    public void copied(int records, long bytes, int skipped) {}

    @Override
    public void compared(PartitionFill.Compared with) {}

    @Override
    public void stuck() {
      throw new IllegalStateException("all others can be asked");
    }

    @Override
    public void full(long offered) {
      isFull = true;
    }
  }

  private static final class NoLane implements Lane {
    @Override
    public void execute(Runnable task) {
      throw new IllegalStateException("nothing is copied");
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      throw new IllegalStateException("all know what they hold");
    }

    @Override
    public boolean isCurrent() {
      return true;
    }
  }

  private static final class Nothing implements Trees.Held {
    @Override
    public @Nullable RecordHeader reported(int partition, Key key, Record read) {
      return null;
    }

    @Override
    public boolean mayDrop(int partition, Key key, Record record) {
      return false;
    }

    @Override
    public void drop(int partition, Key key, Runnable ended) {
      ended.run();
    }
  }
}

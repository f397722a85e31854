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
import io.quorate.replication.message.ReplicaMessage.KeptVersions;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.TestClock;
import io.quorate.storage.HistoryStore.Kept;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final byte[] KEY = {1};
  private static final Record VALUE =
      Record.value(new Version(0, 5, SELF, 1), 1, 0, new byte[] {7});
  private static final Factor FACTOR = Factor.of(4);
  private static final Tenant TENANT = new Tenant(1, "t", 4, Level.QUORUM, Level.QUORUM, 0);

  private long nanos;

  private final Clock clock = TestClock.of(() -> 1_000_000, () -> nanos);

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

  /** By node: the mark of the history that it gives; histories are left alone while it is empty. */
  private Map<NodeId, Long> since = Map.of();

  /** What {@link #FAR} says in place of a page of its history; null for such a page. */
  private @Nullable KeptVersions wrongPage;

  private @Nullable Map<Integer, ? extends Collection<Long>> histories;
  private List<Integer> tenants = List.of(TENANT.id());
  private Set<Integer> withHistory = Set.of(TENANT.id());

  /** By page that was to be kept: its tenant. */
  private final List<Integer> tenantsKept = new ArrayList<>();

  /** Whether pages of histories stay on their way. */
  private boolean historyWaits;

  private final List<Runnable> pages = new ArrayList<>();
  private int failuresOfTheDisk;

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

  @Test
  void takesTheHistoriesOfThoseThatItWasComparedWithOnceItWas() {
    since = Map.of(NEAR, 10L, FAR, 20L, FURTHER, 30L);
    goOn(fill(2));

    assertThat(isFull).isTrue();
    assertThat(histories).isEqualTo(Map.of(TENANT.id(), List.of(10L, 20L)));
    assertThat(asked.subList(asked.size() - 4, asked.size()))
        .as("two pages of each, and trees before")
        .containsExactly(NEAR, NEAR, FAR, FAR);
    assertThat(tenantsKept).hasSize(4);
  }

  @Test
  void takesTheHistoriesOfEachTenantThatHasOneAndOfNoOther() {
    tenants = List.of(1, 2, 3);
    withHistory = Set.of(1, 3);
    since = Map.of(NEAR, 10L, FAR, 20L, FURTHER, 30L);
    goOn(fill(2));

    assertThat(histories).isEqualTo(Map.of(1, List.of(10L, 20L), 3, List.of(10L, 20L)));
    assertThat(tenantsKept).containsExactly(1, 1, 1, 1, 3, 3, 3, 3);
  }

  /** Its tenant may have been dropped, or the partition has another epoch. */
  @Test
  void keepsNoPageThatComesOnceItIsAbandoned() {
    since = Map.of(NEAR, 10L, FAR, 20L);
    historyWaits = true;
    PartitionFill fill = fill(2);
    goOn(fill);
    assertThat(pages).hasSize(1);
    fill.abandon();
    pages.forEach(Runnable::run);
    goOn(fill);

    assertThat(tenantsKept).isEmpty();
    assertThat(isFull).isFalse();
  }

  @Test
  void isComparedWithAnotherOneWhereOneGivesNoHistory() {
    since = Map.of(NEAR, 10L, FURTHER, 30L);
    PartitionFill fill = fill(2);
    goOnForLong(fill);

    assertThat(histories).isEqualTo(Map.of(TENANT.id(), List.of(10L, 30L)));
  }

  @Test
  void leavesHistoriesOutWhereTooFewGiveTheirs() {
    since = Map.of(NEAR, 10L);
    PartitionFill fill = fill(2);
    goOnForLong(fill);

    assertThat(isFull).isTrue();
    assertThat(histories).isEmpty();
  }

  @Test
  void whatIsNotDurableHereIsAskedForAgain() {
    since = Map.of(NEAR, 10L, FAR, 20L);
    failuresOfTheDisk = 3;
    PartitionFill fill = fill(2);
    goOn(fill);
    assertThat(isFull).isFalse();
    goOnForLong(fill);

    assertThat(histories).isEqualTo(Map.of(TENANT.id(), List.of(10L, 20L)));
  }

  @Test
  void takesThePageOfNoOtherTenantAndNoneThatDoesNotGoOn() {
    since = Map.of(NEAR, 10L, FAR, 20L, FURTHER, 30L);
    for (KeptVersions wrong :
        List.of(
            new KeptVersions(1, 5, List.of(), new byte[] {1}),
            new KeptVersions(1, 5, List.of(new Kept(new Key(2, KEY), VALUE, 7)), new byte[0]))) {
      wrongPage = wrong;
      histories = null;
      goOnForLong(fill(2));
      assertThat(histories).isEqualTo(Map.of(TENANT.id(), List.of(10L, 30L)));
    }
  }

  private void goOnForLong(PartitionFill fill) {
    for (int i = 0; i < 20; i++) {
      goOn(fill);
      nanos += RepairConfig.DEFAULT.retryNanos();
    }
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
        new TreeMap<>(Map.of(FACTOR, tenants)),
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

    /** Two pages, of one version each. */
    @Override
    public void readHistory(
        NodeId replica, Place place, int tenant, byte[] from, Consumer<RangeOutcome> callback) {
      asked.add(replica);
      Long mark = since.get(replica);
      if (mark == null) {
        callback.accept(new Refused("not understood"));
      } else if (wrongPage != null && replica.equals(FAR)) {
        callback.accept(wrongPage);
      } else {
        Kept kept = new Kept(new Key(tenant, KEY), VALUE, 7);
        byte[] next = new byte[1 - from.length];
        long now = from.length == 0 ? mark - 5 : mark; // it rises meanwhile
        KeptVersions page = new KeptVersions(tenant, now, List.of(kept), next);
        pages.add(() -> callback.accept(page));
        if (!historyWaits) {
          pages.removeLast().run();
        }
      }
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
    public boolean takesHistory(Factor factor, int tenant, Set<NodeId> from) {
      return !since.isEmpty() && withHistory.contains(tenant);
    }

    @Override
    public void keep(List<Kept> versions, Consumer<Boolean> callback) {
      boolean durable = failuresOfTheDisk == 0;
      failuresOfTheDisk -= durable ? 0 : 1;
      tenantsKept.add(versions.getFirst().key().tenant());
      callback.accept(durable);
    }

    @Override
    public void full(long offered, Map<Integer, ? extends Collection<Long>> taken) {
      isFull = true;
      histories = taken;
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

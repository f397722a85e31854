package io.quorate.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.cluster.ClusterState;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.proto.v1.PartitionChange;
import io.quorate.proto.v1.WatchPlacementResponse;
import io.quorate.transport.codec.admin.AdminCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The updates that a watcher gets lead to the same table as the whole placement. */
class PlacementUpdatesTest {
  private final PlacementUpdates updates = new PlacementUpdates();

  /**
   * Any sequence of states; callers that begin at any time with what they know, read a message or
   * several now and then, and stop in the middle of an update for as long as they like.
   */
  @Property(tries = 200)
  void updatesLeadToTheSameTableAsTheWholePlacement(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int partitions) throws Exception {
    Random random = new Random(seed);
    PlacementUpdates told = new PlacementUpdates(1 + random.nextInt(300));
    ChangingClusterState cluster = new ChangingClusterState(random, partitions);
    for (int i = random.nextInt(3); i > 0; i--) {
      cluster.change();
    }
    told.follow(cluster.now());
    List<Watcher> watchers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      if (random.nextInt(3) > 0) {
        told.follow(cluster.change());
      } else {
        cluster.change(); // one that is skipped, as by a snapshot
      }
      if (watchers.size() < 12) {
        watchers.add(new Watcher(told));
      }
      for (Watcher watcher : watchers) {
        if (random.nextInt(4) == 0) {
          watcher.read(random.nextInt(3));
        }
        if (random.nextInt(20) == 0) {
          watcher.reconnect();
        }
      }
      assertThat(told.kept()).isLessThanOrEqualTo(PlacementUpdates.KEPT_MAX);
    }
    told.follow(cluster.change());
    for (Watcher watcher : watchers) {
      watcher.read(Integer.MAX_VALUE);
      assertThat(watcher.placement.stateVersion()).isEqualTo(cluster.now().stateVersion());
      assertThat(watcher.placement.table()).isEqualTo(whole(cluster.now()));
    }
  }

  @Test
  void eachKindOfChangeIsToldAlone() throws Exception {
    ChangingClusterState cluster = new ChangingClusterState(new Random(7), 16);
    updates.follow(cluster.now());

    long before = cluster.now().stateVersion();
    NodeId joined = lastOf(cluster.join(), cluster, before);
    WatchPlacementResponse join = only(before, cluster.now());
    assertThat(join.getNodesList())
        .singleElement()
        .satisfies(node -> assertThat(node.getId()).isEqualTo(joined.value()));
    assertThat(join.getPartitionsCount() + join.getTenantsCount()).isZero();

    before = cluster.now().stateVersion();
    WatchPlacementResponse left = only(before, cluster.leave());
    assertThat(left.getRemovedNodesCount()).isEqualTo(1);
    assertThat(left.getNodesCount() + left.getPartitionsCount()).isZero();

    before = cluster.now().stateVersion();
    WatchPlacementResponse moved = only(before, cluster.restartElsewhere());
    assertThat(moved.getNodesList())
        .singleElement()
        .satisfies(node -> assertThat(node.getAddress()).startsWith("host-"));

    before = cluster.now().stateVersion();
    WatchPlacementResponse renamed = only(before, cluster.rename("db-east-1"));
    assertThat(renamed.getNodesList())
        .singleElement()
        .satisfies(node -> assertThat(node.getName()).isEqualTo("db-east-1"));

    before = cluster.now().stateVersion();
    WatchPlacementResponse list = only(before, cluster.list(3));
    PartitionChange change = list.getPartitions(0);
    assertThat(list.getPartitionsCount()).isEqualTo(1);
    assertThat(change.getPartition()).isEqualTo(3);
    assertThat(change.getEpoch()).isEqualTo(2);
    assertThat(change.getPreferenceListList().stream().map(list::getListedNodes))
        .containsExactlyElementsOf(
            cluster.now().partitions().get(3).preferenceList().stream()
                .map(NodeId::value)
                .toList());
    assertThat(list.getNodesCount()).isZero();

    before = cluster.now().stateVersion();
    WatchPlacementResponse epoch = only(before, cluster.epoch(5));
    assertThat(epoch.getPartitionsList())
        .containsExactly(PartitionChange.newBuilder().setPartition(5).setEpoch(2).build());
    assertThat(epoch.getListedNodesCount()).isZero();

    before = cluster.now().stateVersion();
    WatchPlacementResponse cutover = only(before, cluster.cutOver(6));
    assertThat(cutover.getPartitions(0).getPreferenceListCount()).isEqualTo(3);

    before = cluster.now().stateVersion();
    WatchPlacementResponse nothing = only(before, cluster.somethingElse());
    assertThat(nothing)
        .isEqualTo(
            WatchPlacementResponse.newBuilder()
                .setClusterId(0xC1)
                .setBaseStateVersion(before)
                .setStateVersion(cluster.now().stateVersion())
                .setPartitionCount(16)
                .setClusterVersion(cluster.now().clusterVersion())
                .build());
  }

  /** The newest node of a state that had not joined before. */
  private static NodeId lastOf(ClusterState state, ChangingClusterState cluster, long before) {
    assertThat(cluster.now().stateVersion()).isGreaterThan(before);
    return state.members().values().stream()
        .filter(member -> member.address().startsWith("node-5"))
        .findFirst()
        .orElseThrow()
        .id();
  }

  @Test
  void callersThatKnowNothingOrTooLittleGetAll() throws Exception {
    ChangingClusterState cluster = new ChangingClusterState(new Random(8), 16);
    updates.follow(cluster.now());
    long first = cluster.now().stateVersion();
    ClusterState now = cluster.list(1);
    assertThat(only(0, now).getPartitionsCount()).isEqualTo(16);
    assertThat(only(first - 1, now).getBaseStateVersion()).isZero();
    assertThat(only(first, now).getBaseStateVersion()).isEqualTo(first);
    assertThat(updates.since(now.stateVersion())).isNull();
    assertThat(updates.since(now.stateVersion() + 1)).isNull();
  }

  @Test
  void anotherClusterBeginsFromNothing() throws Exception {
    ChangingClusterState one = new ChangingClusterState(new Random(9), 16);
    updates.follow(one.now());
    long known = one.now().stateVersion();
    ChangingClusterState other = new ChangingClusterState(new Random(10), 8, new ClusterId(0xC2));
    updates.follow(other.list(2));
    WatchPlacementResponse all = only(known, other.now());
    assertThat(all.getBaseStateVersion()).isZero();
    assertThat(all.getClusterId()).isEqualTo(0xC2);
    assertThat(all.getPartitionsCount()).isEqualTo(8);
  }

  /**
   * After a recovery of the metadata group from a survivor, which did not know of the last changes:
   * what these had told a client must not stay, though the two states that this node sees do not
   * differ in it.
   */
  @Test
  void recoveredGroupBeginsFromNothing() throws Exception {
    ChangingClusterState cluster = new ChangingClusterState(new Random(15), 16);
    ClusterState survived = cluster.now();
    updates.follow(survived);
    PlacementUpdates elsewhere = new PlacementUpdates();
    elsewhere.follow(survived);
    elsewhere.follow(cluster.list(3));
    elsewhere.follow(cluster.join());
    Watcher watcher = new Watcher(elsewhere);
    watcher.read(Integer.MAX_VALUE);
    updates.follow(cluster.recovered(survived));
    Watcher here = new Watcher(updates, watcher.placement);
    here.read(Integer.MAX_VALUE);
    assertThat(here.placement.table()).isEqualTo(whole(cluster.now()));
  }

  /** Clients of an older history, or from before a restart, each know another version. */
  @Test
  void callersThatMustBeToldAllShareOneUpdate() {
    ChangingClusterState cluster = new ChangingClusterState(new Random(16), 16);
    updates.follow(cluster.now());
    updates.follow(cluster.list(1));
    PlacementPages all = since(0);
    for (long tooOld = 1; tooOld < 5; tooOld++) {
      assertThat(since(tooOld)).isSameAs(all);
    }
    assertThat(updates.kept()).isEqualTo(1);
  }

  @Test
  void aLargeUpdateComesInPagesOfBoundedSize() throws Exception {
    int partitions = 20_000;
    ChangingClusterState cluster = new ChangingClusterState(new Random(11), partitions);
    updates.follow(cluster.now());
    WatchedPlacement placement = new WatchedPlacement();
    PlacementPages pages = since(0);
    int number = 0;
    do {
      byte[] page = pages.page(number);
      assertThat(page).hasSizeLessThan(PlacementPages.PAGE_BYTES + 1_000);
      assertThat(since(0).page(number)).as("made once for all").isSameAs(page);
      placement.onMessage(WatchPlacementResponse.parseFrom(page));
    } while (!pages.isLast(number++));
    assertThat(number).isGreaterThan(3);
    assertThat(placement.table()).isEqualTo(whole(cluster.now()));
  }

  /** However many callers stop in the middle, each in another version, little is kept for them. */
  @Test
  void updatesThatNobodyReadsOnAreDropped() throws Exception {
    ChangingClusterState cluster = new ChangingClusterState(new Random(12), 20_000);
    List<Watcher> stopped = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      updates.follow(cluster.list(i));
      Watcher watcher = new Watcher(updates);
      watcher.read(1);
      stopped.add(watcher);
    }
    assertThat(updates.kept()).isEqualTo(PlacementUpdates.KEPT_MAX);
    assertThat(stopped.getFirst().underWay)
        .satisfies(update -> assertThat(update.isDropped()).isTrue());
    stopped.getFirst().read(Integer.MAX_VALUE);
    assertThat(stopped.getFirst().placement.table()).isEqualTo(whole(cluster.now()));
  }

  /** The update that is read on is not the one that is dropped, though it is the oldest. */
  @Test
  void updateThatIsReadOnIsKept() throws Exception {
    ChangingClusterState cluster = new ChangingClusterState(new Random(17), 20_000);
    updates.follow(cluster.now());
    Watcher reads = new Watcher(updates);
    reads.read(1);
    List<Watcher> stopped = new ArrayList<>();
    for (int i = 1; i < PlacementUpdates.KEPT_MAX; i++) {
      updates.follow(cluster.list(i));
      stopped.add(new Watcher(updates));
      stopped.getLast().read(1);
    }
    reads.read(1);
    updates.follow(cluster.list(0));
    new Watcher(updates).read(1);
    assertThat(Objects.requireNonNull(reads.underWay).isDropped()).isFalse();
    assertThat(Objects.requireNonNull(stopped.getFirst().underWay).isDropped()).isTrue();
  }

  /** During a topology change, watchers that are up to date get many small updates. */
  @Test
  void smallUpdatesDoNotKeepASlowCallerFromTheEndOfALargeOne() throws Exception {
    ChangingClusterState cluster = new ChangingClusterState(new Random(18), 20_000);
    updates.follow(cluster.now());
    Watcher prompt = new Watcher(updates);
    prompt.read(Integer.MAX_VALUE);
    Watcher slow = new Watcher(updates);
    int pages = 0;
    while (slow.placement.stateVersion() == 0) {
      slow.read(1);
      pages++;
      for (int i = 0; i < 20; i++) {
        updates.follow(cluster.list(i));
        prompt.read(1);
      }
      assertThat(pages).isLessThan(20);
    }
    assertThat(updates.kept()).isLessThanOrEqualTo(PlacementUpdates.KEPT_MAX);
  }

  @Test
  void whenTooManyNodesHaveLeftOldCallersGetAll() throws Exception {
    ChangingClusterState cluster = new ChangingClusterState(new Random(13), 1);
    updates.follow(cluster.now());
    long first = cluster.now().stateVersion();
    for (int i = 0; i < 1_030; i++) {
      updates.follow(cluster.join());
      updates.follow(cluster.leave());
    }
    assertThat(only(first, cluster.now()).getBaseStateVersion()).isZero();
    long known = cluster.now().stateVersion();
    updates.follow(cluster.join());
    assertThat(only(known, cluster.leave()).getBaseStateVersion()).isEqualTo(known);
  }

  /** A step of a move, in a cluster of the usual size: a table is 500 times as long. */
  @Test
  void aStepOfAMoveCostsFewBytes() throws Exception {
    ChangingClusterState cluster = new ChangingClusterState(new Random(14), 4_096);
    updates.follow(cluster.now());
    long before = cluster.now().stateVersion();
    int step = only(before, cluster.list(9)).getSerializedSize();
    int whole = AdminCodec.placement(cluster.now(), 0).getSerializedSize();
    int all = only(0, cluster.now()).getSerializedSize();
    assertThat(step).isLessThan(100);
    assertThat(whole).isGreaterThan(500 * step);
    assertThat(all).isLessThan(2 * whole);
  }

  private static WatchedPlacement.Table whole(ClusterState state) {
    return WatchedPlacement.table(AdminCodec.placement(state, 0));
  }

  private PlacementPages since(long base) {
    return Objects.requireNonNull(updates.since(base));
  }

  /** The update from one version to a state that is followed now, which has one message. */
  private WatchPlacementResponse only(long base, ClusterState next)
      throws InvalidProtocolBufferException {
    updates.follow(next);
    PlacementPages pages = since(base);
    WatchPlacementResponse update = WatchPlacementResponse.parseFrom(pages.page(0));
    assertThat(pages.isLast(0)).isTrue();
    assertThat(update.getMore()).isFalse();
    return update;
  }

  /** A caller, as a stream looks after it. */
  private static final class Watcher {
    private final PlacementUpdates updates;
    private final WatchedPlacement placement;
    private @Nullable PlacementPages underWay;
    private int page;
    private long base;

    Watcher(PlacementUpdates updates) {
      this(updates, new WatchedPlacement());
    }

    /** A watcher that comes with a table that it has from another node. */
    Watcher(PlacementUpdates updates, WatchedPlacement known) {
      this.updates = updates;
      this.placement = known;
      this.base = known.stateVersion();
    }

    void read(int messages) throws InvalidProtocolBufferException {
      for (int i = 0; i < messages; i++) {
        if (underWay == null || underWay.isDropped()) {
          underWay = updates.since(base);
          page = 0;
        }
        PlacementPages pages = underWay;
        if (pages == null) {
          return;
        }
        placement.onMessage(WatchPlacementResponse.parseFrom(updates.page(pages, page)));
        if (pages.isLast(page++)) {
          base = pages.version();
          underWay = null;
        }
      }
    }

    /** To a node that has seen the same, with what it knows by then. */
    void reconnect() {
      underWay = null;
      base = placement.stateVersion();
    }
  }
}

package io.quorate.replication.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.replica.NoteLimits;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.sim.cluster.PassingRecords;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A tree that may differ from the disk is built again; a matching one is kept. */
class TreesOverRestartTest {
  private static final NodeId SELF = new NodeId(1);
  private static final int RECORDS = 3_000;
  private static final Tenant TENANT = tenant(3);

  private final SimWorld world = SimWorld.of(1);
  private final MemoryDisk disk = new MemoryDisk(DiskSpeed.FLASH);
  private final List<Event> events = new ArrayList<>();
  private int boot;

  /** One start of the node. */
  private final class Life {
    final SimLane lane;
    final Storage storage;
    final CountingStore store;
    final Replica replica;
    private long epoch;

    Life(Placements placements) {
      this(placements, true);
    }

    Life(Placements placements, boolean keepsTrees) {
      epoch = placements.epoch(0);
      boot++;
      lane = new SimLane(world, "a", world.random("lane " + boot));
      var clock = new SimClock(world, world.random("clock " + boot));
      storage =
          disk.mount(
              lane,
              new SimRandomness(world.random("disk " + boot)),
              StorageListener.NONE,
              health -> {});
      store = new CountingStore(storage.records(lane));
      replica =
          new Replica(
              new Replica.Collaborators(
                  SELF,
                  store,
                  storage.arrivals(lane),
                  storage.notes(lane),
                  clock,
                  new HybridClock(500),
                  new CacheSizes(0, 0),
                  NoteLimits.DEFAULT,
                  events::add),
              placements);
      if (keepsTrees) {
        replica.trees().resume(storage.trees(lane), boot, new TreePace(1_000, 4_000), events::add);
      }
    }

    void write(int number, String value) {
      write(TENANT, number, value);
    }

    void write(Tenant tenant, int number, String value) {
      write(tenant, number, boot * 10_000L + number, value);
    }

    /** An empty value deletes. */
    void write(Tenant tenant, int number, long hlc, String value) {
      Version version = new Version(0, hlc, SELF, boot);
      Record record =
          value.isEmpty()
              ? Record.tombstone(version, 1)
              : Record.value(version, 1, 0, value.getBytes(UTF_8));
      Key key = new Key(tenant.id(), ("key " + number).getBytes(UTF_8));
      Write write = new Write(number, 0, epoch, key, record, Cause.FRESH, 1_000);
      lane.execute(() -> replica.write(write, outcome -> {}));
    }

    void learn(Placements placements) {
      epoch = placements.epoch(0);
      lane.execute(() -> replica.placementsChanged(placements));
      world.runFor(Duration.ofSeconds(1));
    }

    /** As if a write had failed; a page of several is read. */
    void beginToRead() {
      lane.execute(
          () -> {
            replica.trees().doubt(0);
            replica.trees().build(List.of(0));
          });
      world.runFor(Duration.ofMillis(100));
      assertThat(replica.trees().isReading()).isTrue();
    }

    /** For long enough to read the tree, if it may be. */
    void tick() {
      for (int i = 0; i < 100; i++) {
        lane.execute(
            () -> {
              replica.trees().build(List.of(0));
              replica.trees().tick();
            });
        world.runFor(Duration.ofMillis(100));
      }
    }

    /** The tree, read if it is not known. */
    HashTree tree() {
      tick();
      return Objects.requireNonNull(replica.trees().tree(0, Factor.of(TENANT.replicationFactor())));
    }

    void stopInOrder() {
      boolean[] left = new boolean[1];
      lane.execute(
          () -> {
            replica.trees().leave();
            left[0] = true;
          });
      while (!left[0]) {
        assertThat(world.step()).isTrue();
      }
      lane.kill();
      storage.close();
    }

    void crash() {
      lane.kill();
      disk.crash();
    }
  }

  private static final Tenant ANOTHER =
      new Tenant(2, "two", TENANT.replicationFactor(), Level.QUORUM, Level.QUORUM, 0);

  private static Tenant tenant(int factor) {
    return new Tenant(1, "one", factor, Level.QUORUM, Level.QUORUM, 0);
  }

  private static Placements placements(Tenant tenant, long epoch, PurgeMarks marks) {
    return placements(epoch, marks, tenant);
  }

  private static Placements placements(Tenant... tenants) {
    return placements(1, PurgeMarks.NONE, tenants);
  }

  private static Placements placements(long epoch, PurgeMarks marks, Tenant... tenants) {
    var partition =
        new PartitionPlacement(epoch, List.of(SELF), marks, Collections.emptySortedSet());
    Map<String, Tenant> byName =
        Arrays.stream(tenants).collect(Collectors.toMap(Tenant::name, tenant -> tenant));
    return new Placements(epoch, Map.of(), byName, List.of(partition));
  }

  private static final Placements PLACEMENTS = placements(TENANT, 1, PurgeMarks.NONE);

  private HashTree ofTheDisk() {
    HashTree tree = new HashTree();
    for (RecordStore.Entry entry : disk.durableRecords(0)) {
      long keyHash = RecordHash.ofKey(entry.key());
      tree.replace(keyHash, 0, RecordHash.of(keyHash, entry.record()));
    }
    return tree;
  }

  private long keysOnDisk() {
    return disk.durableRecords(0).stream().filter(each -> !each.record().isTombstone()).count();
  }

  private Life filled() {
    return filled(new Life(PLACEMENTS));
  }

  private Life filledWithoutTrees() {
    return filled(new Life(PLACEMENTS, false));
  }

  private Life filled(Life first) {
    for (int i = 0; i < RECORDS; i++) {
      first.write(i, "first");
    }
    world.runFor(Duration.ofSeconds(5));
    HashTree unused = first.tree();
    assertThat(first.store.recordsRead).as("to be built").isGreaterThanOrEqualTo(RECORDS);
    return first;
  }

  @Test
  void afterAStopInOrderNothingIsReadToKnowTheTree() {
    filled().stopInOrder();
    Life second = new Life(PLACEMENTS);
    assertThat(second.tree()).isEqualTo(ofTheDisk());
    assertThat(second.store.recordsRead).isZero();
    assertThat(events).contains(TreeEvent.Window.TREE_KEPT_OVER_RESTART);
    second.write(3, "second");
    assertThat(second.tree()).isEqualTo(ofTheDisk());
    second.stopInOrder();
    Life third = new Life(PLACEMENTS);
    assertThat(third.tree()).isEqualTo(ofTheDisk());
    assertThat(third.store.recordsRead).isZero();
  }

  /** As a release that knows nothing of the log would start, and write beside it. */
  @Test
  void aTreeIsNotTrustedAfterAStartThatKeptNone() {
    filled().stopInOrder();
    Life second = new Life(PLACEMENTS, false);
    second.write(3, "second");
    world.runFor(Duration.ofSeconds(1));
    second.crash();
    events.clear();
    Life third = new Life(PLACEMENTS);
    assertThat(third.tree()).isEqualTo(ofTheDisk());
    assertThat(third.store.recordsRead).isGreaterThanOrEqualTo(RECORDS);
    assertThat(events)
        .contains(TreeEvent.Window.TREE_REBUILT_AFTER_CRASH)
        .doesNotContain(
            TreeEvent.Window.TREE_KEPT_OVER_RESTART, TreeEvent.Window.TREE_KEPT_OVER_CRASH);
  }

  @Test
  void afterACrashNothingIsReadToKnowTheTree() {
    filled().stopInOrder();
    Life second = new Life(PLACEMENTS);
    for (int i = 0; i < 200; i++) {
      second.write(2 * i, "second");
    }
    world.runFor(Duration.ofSeconds(1));
    second.crash();
    events.clear();
    Life third = new Life(PLACEMENTS);
    assertThat(third.replica.trees().tree(0, Factor.of(3))).isEqualTo(ofTheDisk());
    assertThat(events)
        .contains(TreeEvent.Window.TREE_KEPT_OVER_CRASH, TreeEvent.Window.TREE_CHANGES_REPLAYED);
    third.write(3, "third");
    assertThat(third.tree()).isEqualTo(ofTheDisk());
    assertThat(third.store.recordsRead).isZero();
    third.crash();
    Life fourth = new Life(PLACEMENTS);
    assertThat(fourth.tree()).isEqualTo(ofTheDisk());
    assertThat(fourth.store.recordsRead).isZero();
    assertThat(fourth.replica.trees().keys(0, TENANT.id())).hasValue(RECORDS);
  }

  /** A crash at any moment of many writes, some of which are not durable, over and over. */
  @Test
  void atWhateverMomentItCrashesTheTreeIsThatOfTheDisk() {
    Life life = filled();
    var random = world.random("crashes");
    long hlc = 1_000_000;
    int taken = 0;
    for (int round = 0; round < 120; round++) {
      for (int i = 0; i < random.nextInt(300); i++) {
        hlc++;
        String value = random.chance(0.2) ? "" : "round " + round;
        life.write(TENANT, random.nextInt(RECORDS + 100), hlc, value);
        Trees trees = life.replica.trees();
        if (random.chance(0.4)) {
          life.lane.execute(trees::tick);
        }
        if (random.chance(0.01)) {
          life.lane.execute(() -> trees.doubt(0));
        }
        if (random.chance(0.1)) {
          life.lane.execute(() -> trees.build(List.of(0)));
        }
        if (random.chance(0.1)) {
          world.runFor(Duration.ofNanos(random.exponential(300_000)));
        }
      }
      life.lane.kill();
      disk.crashKeepingSome(new SimRandomness(random));
      life = new Life(PLACEMENTS);
      HashTree found = life.replica.trees().tree(0, Factor.of(3));
      if (found != null) {
        taken++;
        assertThat(found.differingFrom(ofTheDisk()).cardinality()).as("round %d", round).isZero();
        assertThat(life.replica.trees().keys(0, TENANT.id())).hasValue(keysOnDisk());
        assertThat(life.replica.trees().tombstones())
            .isEqualTo(disk.durableRecords(0).size() - keysOnDisk());
      }
      assertThat(life.tree()).isEqualTo(ofTheDisk());
    }
    assertThat(taken).isBetween(30, 119);
    assertThat(events).contains(TreeEvent.Window.TREE_LOG_CUT);
    assertThat(disk.durableTreeLog()).isLessThan(2_000);
  }

  @Test
  void aTreeThatIsInDoubtIsNotThereAfterACrash() {
    Life first = filled();
    first.write(1, "kept");
    world.runFor(Duration.ofSeconds(1));
    HashTree unused = first.tree();
    assertThat(disk.durableTrees()).containsExactly(0);
    first.lane.execute(() -> first.replica.trees().doubt(0));
    first.write(2, "after");
    world.runFor(Duration.ofSeconds(1));
    assertThat(disk.durableTrees()).isEmpty();
    first.crash();
    events.clear();
    Life second = new Life(PLACEMENTS);
    assertThat(second.replica.trees().tree(0, Factor.of(3))).isNull();
    assertThat(second.tree()).isEqualTo(ofTheDisk());
    assertThat(events).contains(TreeEvent.Window.TREE_REBUILT_AFTER_CRASH);
  }

  /** A tree that is built meanwhile might have what is being cleared. */
  @Test
  void noTreeIsKeptWhileSomethingIsTakenAway() {
    Life first = filled();
    HashTree unused = first.tree();
    assertThat(disk.durableTrees()).containsExactly(0);
    first.lane.execute(() -> first.replica.trees().clearing(0));
    first.tick();
    assertThat(first.replica.trees().tree(0, Factor.of(3))).isNull();
    assertThat(disk.durableTrees()).isEmpty();
    first.lane.execute(() -> first.replica.trees().cleared(0));
    assertThat(first.tree()).isEqualTo(ofTheDisk());
    assertThat(disk.durableTrees()).containsExactly(0);
  }

  /** A start may know older placements than the one before it. */
  @Test
  void aTreeOfLaterPlacementsIsNotTakenUpUnderEarlierOnes() {
    Life first = filled();
    first.learn(placements(TENANT, ANOTHER));
    first.write(ANOTHER, 1, "theirs");
    world.runFor(Duration.ofSeconds(1));
    first.crash();
    Life second = new Life(PLACEMENTS);
    assertThat(second.replica.trees().tree(0, Factor.of(3))).isNull();
    second.learn(placements(TENANT, ANOTHER));
    assertThat(second.tree()).isEqualTo(ofTheDisk());
  }

  /** What a full disk did not take may be missing in the log as well. */
  @Test
  void afterAFullDiskTheLogBeginsAgain() {
    Life first = filled();
    disk.full(true);
    for (int i = 0; i < 20; i++) {
      first.write(i, "refused");
      world.runFor(Duration.ofMillis(10));
    }
    disk.full(false);
    first.write(5, "taken");
    world.runFor(Duration.ofSeconds(1));
    assertThat(first.tree()).isEqualTo(ofTheDisk());
    first.write(6, "taken");
    world.runFor(Duration.ofSeconds(1));
    first.crash();
    Life second = new Life(PLACEMENTS);
    assertThat(second.replica.trees().tree(0, Factor.of(3))).isEqualTo(ofTheDisk());
  }

  @Test
  void whatIsToBePurgedIsKeptAsWell() {
    PurgeMarks open = new PurgeMarks(15_000, 0);
    Life first = filled();
    first.learn(placements(TENANT, 2, open));
    assertThat(first.tree()).isEqualTo(ofTheDisk());
    HashTree before = copy(first.replica.trees().treeUpTo(0, Factor.of(3), 15_000));
    first.write(TENANT, 7, 16_000, "above the mark");
    world.runFor(Duration.ofSeconds(1));
    HashTree old = first.replica.trees().treeUpTo(0, Factor.of(3), 15_000);
    assertThat(old).isNotEqualTo(before);
    first.crash();
    Life second = new Life(placements(TENANT, 2, open));
    assertThat(second.replica.trees().treeUpTo(0, Factor.of(3), 15_000)).isNotNull().isEqualTo(old);
    assertThat(second.replica.trees().tree(0, Factor.of(3))).isEqualTo(ofTheDisk());
  }

  private static HashTree copy(@Nullable HashTree tree) {
    return Objects.requireNonNull(tree).copy();
  }

  /** What was not taken off a full disk must not be there when there is room. */
  @Test
  void aTreeThatCouldNotBeTakenOffAFullDiskIsNotTakenUp() {
    Life first = filled();
    assertThat(disk.durableTrees()).containsExactly(0);
    disk.full(true);
    first.write(TENANT, 3, 20_000, "refused");
    world.runFor(Duration.ofSeconds(1));
    disk.full(false);
    first.write(TENANT, 5, 20_000, "taken");
    world.runFor(Duration.ofSeconds(1));
    first.crash();
    Life second = new Life(PLACEMENTS);
    assertThat(second.replica.trees().tree(0, Factor.of(3))).isNull();
    assertThat(second.tree()).isEqualTo(ofTheDisk());
  }

  /** It is not in the log: whether a crash leaves it is known once it is told. */
  @Test
  void noTreeIsKeptBeforeAWriteIsToldThatCameWhileItWasNotKnown() {
    Life first = filled();
    disk.speed(new DiskSpeed(200_000_000, 200_000_000, 0, 1_000, 2_000));
    first.lane.execute(() -> first.replica.trees().doubt(0));
    first.write(TENANT, 3, 20_000, "under way");
    Trees trees = first.replica.trees();
    boolean built = false;
    for (int i = 0;
        i < 1_500
            && !Objects.requireNonNull(disk.durable(0, key(3))).version().equals(version(20_000));
        i++) {
      first.lane.execute(
          () -> {
            trees.build(List.of(0));
            trees.tick();
          });
      world.runFor(Duration.ofMillis(1));
      built |= trees.tree(0, Factor.of(3)) != null;
      assertThat(trees.isBehind()).as("keeps nothing").isFalse();
    }
    assertThat(built).isTrue();
    assertThat(first.tree()).isEqualTo(ofTheDisk());
    world.runFor(Duration.ofSeconds(1));
    first.crash();
    Life second = new Life(PLACEMENTS);
    assertThat(second.replica.trees().tree(0, Factor.of(3))).isEqualTo(ofTheDisk());
  }

  private static Key key(int number) {
    return new Key(TENANT.id(), ("key " + number).getBytes(UTF_8));
  }

  private Version version(long hlc) {
    return new Version(0, hlc, SELF, boot);
  }

  @Test
  void aTreeIsKeptAgainUnderALaterEpoch() {
    Life first = filled();
    first.learn(placements(TENANT, 2, PurgeMarks.NONE));
    HashTree unused = first.tree();
    first.write(TENANT, 5, 20_000, "under the later one");
    world.runFor(Duration.ofSeconds(1));
    first.crash();
    Life second = new Life(placements(TENANT, 2, PurgeMarks.NONE));
    assertThat(second.replica.trees().tree(0, Factor.of(3))).isEqualTo(ofTheDisk());
  }

  /** The last writes of a process may become durable when it no longer hashes them. */
  @Test
  void aTreeWithAWriteUnderWayIsNotLeft() {
    Life first = filled();
    first.write(RECORDS, "under way");
    while (first.storage.queuedBytes() == 0) {
      assertThat(world.step()).isTrue();
    }
    first.stopInOrder();
    Life second = new Life(PLACEMENTS);
    assertThat(second.tree()).isEqualTo(ofTheDisk());
    assertThat(second.store.recordsRead).isGreaterThanOrEqualTo(RECORDS);
  }

  @Test
  void aTreeOfOtherFactorsMarksOrEpochsIsBuiltAgain() {
    for (Placements other :
        List.of(
            placements(tenant(5), 1, PurgeMarks.NONE),
            placements(TENANT, 2, PurgeMarks.NONE),
            placements(TENANT, 1, new PurgeMarks(5, 0)))) {
      Life before = filled();
      before.stopInOrder();
      events.clear();
      Life after = new Life(other);
      world.runFor(Duration.ofSeconds(1));
      assertThat(events).doesNotContain(TreeEvent.Window.TREE_KEPT_OVER_RESTART);
      after.crash();
    }
  }

  @Test
  void aTenantThatComesHasNothingReadAgain() {
    Life life = filled();
    int read = life.store.recordsRead;
    life.learn(placements(TENANT, ANOTHER));
    assertThat(life.tree()).isEqualTo(ofTheDisk());
    life.write(ANOTHER, 1, "first");
    assertThat(life.tree()).isEqualTo(ofTheDisk());
    assertThat(life.store.recordsRead).isEqualTo(read);
    life.learn(placements(TENANT));
    assertThat(life.tree()).as("without the other's record").isNotEqualTo(ofTheDisk());
    assertThat(life.store.recordsRead).as("for it went").isEqualTo(read + RECORDS);
  }

  @Test
  void aTenantThatGoesAndHadNothingHasNothingReadAgain() {
    Life life = filled();
    life.learn(placements(TENANT, ANOTHER));
    int read = life.store.recordsRead;
    life.learn(placements(TENANT));
    assertThat(life.tree()).isEqualTo(ofTheDisk());
    assertThat(life.store.recordsRead).isEqualTo(read);
  }

  @Test
  void aWriteOfATenantThatIsNotKnownYetIsInTheTreeOnceItIs() {
    Life life = filled();
    life.write(ANOTHER, 1, "early");
    assertThat(life.tree()).isNotEqualTo(ofTheDisk());
    life.learn(placements(TENANT, ANOTHER));
    assertThat(life.tree()).isEqualTo(ofTheDisk());
  }

  /** The look who is there has been by then. */
  @Test
  void aWriteOfATenantThatIsNotKnownYetIsInTheTreeIfItCameWhileThePartitionWasRead() {
    Life life = filled();
    life.beginToRead();
    life.write(ANOTHER, 1, "early");
    assertThat(life.tree()).isNotEqualTo(ofTheDisk());
    life.learn(placements(TENANT, ANOTHER));
    assertThat(life.tree()).isEqualTo(ofTheDisk());
  }

  @Test
  void aTenantMayComeWhileThePartitionIsRead() {
    Life life = filled();
    life.beginToRead();
    life.write(ANOTHER, 1, "early");
    world.runFor(Duration.ofMillis(100));
    assertThat(life.replica.trees().isReading()).isTrue();
    life.learn(placements(TENANT, ANOTHER));
    assertThat(life.tree()).isEqualTo(ofTheDisk());
  }

  @Test
  void aWriteOfATenantThatIsNotKnownYetIsInTheTreeAfterACrash() {
    Life first = filled();
    first.write(ANOTHER, 1, "early");
    world.runFor(Duration.ofSeconds(1));
    first.crash();
    Life second = new Life(PLACEMENTS);
    assertThat(second.tree()).isNotEqualTo(ofTheDisk());
    second.learn(placements(TENANT, ANOTHER));
    assertThat(second.tree()).isEqualTo(ofTheDisk());
  }

  @Test
  void aWriteOfATenantThatIsNotKnownYetIsInTheTreeAfterAStop() {
    Life first = filled();
    first.write(ANOTHER, 1, "early");
    world.runFor(Duration.ofSeconds(1));
    first.stopInOrder();
    Life second = new Life(PLACEMENTS);
    assertThat(second.tree()).isNotEqualTo(ofTheDisk());
    second.learn(placements(TENANT, ANOTHER));
    assertThat(second.tree()).isEqualTo(ofTheDisk());
  }

  @Test
  void whatIsLeftSaysHowManyKeysThereAre() {
    Life first = filled();
    assertThat(first.replica.trees().keys(0, TENANT.id())).hasValue(RECORDS);
    first.stopInOrder();
    Life second = new Life(PLACEMENTS);
    assertThat(second.replica.trees().keys(0, TENANT.id())).hasValue(RECORDS);
  }

  @Test
  void aPartitionIsReadWhenSomebodyAsksHowMuchThereIs() {
    filledWithoutTrees().crash();
    Life second = new Life(PLACEMENTS);
    List<TenantSizes.Size> told = new ArrayList<>();
    var sizes = new TenantSizes(SELF, second.store, second.replica.trees());
    second.lane.execute(() -> sizes.count(List.of(TENANT), PLACEMENTS, told::addAll));
    world.runFor(Duration.ofSeconds(1));
    assertThat(told).extracting(TenantSizes.Size::uncounted).containsExactly(List.of(0));
    for (int i = 0; i < 100; i++) {
      second.lane.execute(() -> second.replica.trees().tick());
      world.runFor(Duration.ofMillis(100));
    }
    second.lane.execute(() -> sizes.count(List.of(TENANT), PLACEMENTS, told::addAll));
    world.runFor(Duration.ofSeconds(1));
    assertThat(told.get(1).keys()).isEqualTo(Map.of(0, (long) RECORDS));
    assertThat(told.get(1).uncounted()).isEmpty();
    assertThat(told.get(0).keysAsFirst()).isEmpty();
    assertThat(told.get(1).keysAsFirst()).hasValue(RECORDS);
    assertThat(told.get(1).diskBytes()).isGreaterThan(RECORDS);
  }

  /** A node that is not a replica counts nothing of what it may still have. */
  @Test
  void onlyReplicasCount() {
    Life life = filled();
    List<TenantSizes.Size> told = new ArrayList<>();
    var sizes = new TenantSizes(new NodeId(2), life.store, life.replica.trees());
    life.lane.execute(() -> sizes.count(List.of(TENANT), PLACEMENTS, told::addAll));
    world.runFor(Duration.ofSeconds(1));
    assertThat(told.get(0).keys()).isEmpty();
    assertThat(told.get(0).uncounted()).isEmpty();
  }

  /** An older release that takes the directory back reads no format that it does not know. */
  @Test
  void nothingIsLeftWhileTheClusterHasAnOlderFormat() {
    Placements older =
        new Placements(
            1,
            1,
            PLACEMENTS.nodes(),
            PLACEMENTS.tenants(),
            PLACEMENTS.partitions(),
            PLACEMENTS.copyBytesPerSecond(),
            PLACEMENTS.lossEpochs());
    Life first = filled();
    first.learn(older);
    first.stopInOrder();
    Life second = new Life(older);
    assertThat(second.replica.trees().tree(0, Factor.of(3))).isNull();
  }

  @Test
  void bytesThatAreNoTreeAreIgnored() {
    KeptTree kept =
        new KeptTree(
            new KeptTree.Basis(1, 2, new PurgeMarks(4, 3)),
            7,
            new PartitionTrees(new PurgeMarks(4, 3)));
    byte[] bytes = kept.bytes();
    KeptTree read = Objects.requireNonNull(KeptTree.read(bytes));
    assertThat(read.number()).isEqualTo(7);
    assertThat(read.basis()).isEqualTo(kept.basis());
    for (int length = 0; length < bytes.length; length++) {
      assertThat(KeptTree.read(Arrays.copyOf(bytes, length))).isNull();
    }
    assertThat(KeptTree.read(Arrays.copyOf(bytes, bytes.length + 1))).isNull();
    bytes[0]++;
    assertThat(KeptTree.read(bytes)).as("of another version").isNull();
  }

  /** Counts the records that pages are made of. */
  private static final class CountingStore implements PassingRecords {
    private final RecordStore real;
    int recordsRead;

    CountingStore(RecordStore real) {
      this.real = real;
    }

    @Override
    public RecordStore real() {
      return real;
    }

    @Override
    public void scan(Range range, ScanCallback callback) {
      real.scan(
          range,
          new ScanCallback() {
            @Override
            public void page(Page page) {
              recordsRead += page.entries().size();
              callback.page(page);
            }

            @Override
            public void failed(StorageFault fault) {
              callback.failed(fault);
            }
          });
    }
  }
}

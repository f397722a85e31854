package io.quorate.replication.tree;

import static io.quorate.version.RecordModel.LAST_WRITE_WINS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.placement.Tenants;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.replica.NoteLimits;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A tree that is returned matches the disk, whatever happened before. */
class TreesTest {
  private static final NodeId SELF = new NodeId(1);
  private static final int PARTITIONS = 2;
  private static final Map<String, Tenant> TENANTS =
      Map.of(
          "one", tenant(1, "one", 1), "two", tenant(2, "two", 3), "three", tenant(3, "three", 3));

  private static final Comparator<Tenant> BY_ID = Comparator.comparingInt(Tenant::id);

  private static Tenant tenant(int id, String name, int factor) {
    return new Tenant(id, name, factor, Level.QUORUM, Level.QUORUM, 0);
  }

  /**
   * Writes, some of them over others under way, some failing, some purged, some of tenants that are
   * yet to come, or gone; trees are built in between.
   */
  @Property(tries = 200)
  void treeIsThatOfTheDisk(@ForAll long seed) {
    SimWorld world = SimWorld.of(seed);
    SimRandom random = world.random("test");
    var lane = new SimLane(world, "a", world.random("lane"));
    var clock = new SimClock(world, world.random("clock"));
    var disk = new MemoryDisk(random.pick(List.of(DiskSpeed.FLASH, DiskSpeed.SLOW)));
    disk.pagesOf(random.pick(List.of(1, 2, 3, Integer.MAX_VALUE)));
    Storage storage =
        disk.mount(
            lane, new SimRandomness(world.random("disk")), StorageListener.NONE, health -> {});
    Tenants tenants = random.chance(0.5) ? Tenants.of(TENANTS) : Tenants.of(Map.of());
    Placements placements = placements(1, 0, 0, tenants);
    var replica =
        new Replica(
            new Replica.Collaborators(
                SELF,
                storage.records(lane),
                storage.arrivals(lane),
                storage.notes(lane),
                clock,
                new HybridClock(500),
                random.pick(List.of(new CacheSizes(0, 0), new CacheSizes(10_000, 10_000))),
                NoteLimits.DEFAULT,
                event -> {}),
            placements);
    tickForEver(lane, replica);
    long epoch = 1;
    long promised = 0;
    long purged = 0;
    for (int i = 0; i < 300; i++) {
      int what = random.nextInt(20);
      if (random.chance(0.05)) {
        epoch++;
        if (promised == purged || random.chance(0.3)) {
          promised += random.nextInt(200);
        } else {
          purged = promised;
        }
        learn(lane, replica, placements(epoch, promised, purged, tenants));
      }
      if (random.chance(0.03)) {
        tenants = oneComesOrGoes(random, tenants);
        learn(lane, replica, placements(epoch, promised, purged, tenants));
      }
      if (what == 0) {
        disk.full(random.chance(0.3));
      } else if (what < 5) {
        lane.execute(() -> replica.trees().build(List.of(0, 1)));
      } else {
        Write write = write(random, i, epoch, purged);
        lane.execute(() -> replica.write(write, outcome -> {}));
      }
      if (random.chance(0.5)) {
        world.runFor(Duration.ofNanos(random.exponential(1_000_000)));
      }
    }
    disk.full(false);
    world.runFor(Duration.ofSeconds(20));
    for (int i = 0; i < 4; i++) {
      lane.execute(() -> replica.trees().build(List.of(0, 1)));
      world.runFor(Duration.ofSeconds(20));
    }

    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (int factor : List.of(1, 3)) {
        HashTree tree = Objects.requireNonNull(replica.trees().tree(partition, Factor.of(factor)));
        HashTree expected = treeOf(disk.durableRecords(partition), tenants, factor);
        assertThat(tree.differingFrom(expected).cardinality()).as("leaves that differ").isZero();
        assertThat(tree.root()).isEqualTo(expected.root());
        if (promised != purged) {
          long mark = promised;
          List<Entry> old =
              disk.durableRecords(partition).stream()
                  .filter(entry -> LAST_WRITE_WINS.reported(entry.record(), mark) != null)
                  .toList();
          HashTree upTo =
              Objects.requireNonNull(
                  replica.trees().treeUpTo(partition, Factor.of(factor), promised));
          assertThat(upTo.root())
              .as("of old records")
              .isEqualTo(treeOf(old, tenants, factor).root());
        }
      }
      for (Tenant tenant : tenants.values()) {
        long keys =
            disk.durableRecords(partition).stream()
                .filter(entry -> entry.key().tenant() == tenant.id())
                .filter(entry -> !entry.record().isTombstone())
                .count();
        assertThat(replica.trees().keys(partition, tenant.id())).hasValue(keys);
      }
      long gone = purged;
      assertThat(ofThese(disk.durableRecords(partition), tenants))
          .noneMatch(entry -> LAST_WRITE_WINS.counted(entry.record(), gone) == null);
    }
    Tenants now = tenants;
    long mayExpire =
        IntStream.range(0, PARTITIONS)
            .mapToObj(disk::durableRecords)
            .flatMap(records -> ofThese(records, now).stream())
            .filter(entry -> LAST_WRITE_WINS.purgeableFromMillis(entry.record()) != Long.MAX_VALUE)
            .count();
    assertThat(replica.trees().tombstones()).isEqualTo(mayExpire);
  }

  private static void learn(SimLane lane, Replica replica, Placements next) {
    lane.execute(() -> replica.placementsChanged(next));
  }

  /** A tenant that went does not come again. */
  private static Tenants oneComesOrGoes(SimRandom random, Tenants tenants) {
    Tenant one = random.pick(TENANTS.values().stream().sorted(BY_ID).toList());
    Map<String, Tenant> next = new HashMap<>(tenants);
    if (next.remove(one.name()) != null) {
      return Tenants.of(next, tenants.dropped().with(one.id()));
    }
    if (!tenants.dropped().contains(one.id())) {
      next.put(one.name(), one);
    }
    return Tenants.of(next, tenants.dropped());
  }

  private static Placements placements(long epoch, long promised, long purged, Tenants tenants) {
    var partition =
        new PartitionPlacement(
            epoch, List.of(SELF), new PurgeMarks(promised, purged), Collections.emptySortedSet());
    return new Placements(epoch, Map.of(), tenants, List.of(partition, partition));
  }

  private static void tickForEver(SimLane lane, Replica replica) {
    var unused =
        lane.schedule(
            1_000_000,
            () -> {
              replica.trees().tick();
              tickForEver(lane, replica);
            });
  }

  /** Purged records are not brought: they would be of an earlier epoch. */
  private static Write write(SimRandom random, int number, long epoch, long purged) {
    Key key = new Key(1 + random.nextInt(3), ("key " + random.nextInt(4)).getBytes(UTF_8));
    Version version = new Version(0, purged + 1 + random.nextInt(1_000), new NodeId(number), 1);
    Record record =
        random.chance(0.2)
            ? Record.tombstone(version, 1)
            : Record.value(version, 1, 0, ("value " + number).getBytes(UTF_8));
    int partition = key.partition(PARTITIONS);
    Cause cause = random.chance(0.5) ? Cause.FRESH : Cause.REPAIR;
    return new Write(number, partition, epoch, key, record, cause, 1_000);
  }

  private static HashTree treeOf(List<Entry> records, Tenants tenants, int factor) {
    var tree = new HashTree();
    for (Entry entry : ofThese(records, tenants)) {
      Tenant tenant = Objects.requireNonNull(tenants.withId(entry.key().tenant()));
      if (tenant.replicationFactor() == factor) {
        long keyHash = RecordHash.ofKey(entry.key());
        tree.replace(keyHash, 0, RecordHash.of(keyHash, entry.record()));
      }
    }
    return tree;
  }

  private static List<Entry> ofThese(List<Entry> records, Tenants tenants) {
    return records.stream().filter(entry -> tenants.withId(entry.key().tenant()) != null).toList();
  }
}

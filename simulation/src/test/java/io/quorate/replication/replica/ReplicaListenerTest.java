package io.quorate.replication.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.sim.check.ChangeChecker;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a replica tells of changes is what its disk holds, in order, and never before it does. */
class ReplicaListenerTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final int PARTITIONS = 2;
  private static final Map<String, Tenant> TENANTS =
      Map.of("one", tenant(1, "one"), "two", tenant(2, "two"));

  private static final Key KEY = new Key(1, "key".getBytes(UTF_8));
  private static final int PARTITION = KEY.partition(PARTITIONS);

  /** Reports and answers, in order. */
  private final List<String> log = new ArrayList<>();

  private static Tenant tenant(int id, String name) {
    return new Tenant(id, name, 1, Level.QUORUM, Level.QUORUM, 0);
  }

  @Test
  void changesAreToldOnceTheyAreDurableAndBeforeTheyAreAnswered() {
    Node node = new Node(1, new MemoryDisk(DiskSpeed.FLASH));
    node.start(new Logged(node.disk, ""));
    node.write(record(10));
    assertThat(log).isEmpty();

    node.world.runFor(Duration.ofSeconds(1));
    assertThat(log).containsExactly("stored 10 over nothing, disk: 10", "answered Stored[]");
  }

  @Test
  void changesOfAKeyAreToldInTheOrderOfItsWrites() {
    Node node = new Node(1, new MemoryDisk(DiskSpeed.FLASH));
    node.start(new Logged(node.disk, ""));
    node.write(record(10));
    node.write(record(30));
    node.write(record(20)); // changes nothing
    node.write(record(40));
    node.world.runFor(Duration.ofSeconds(1));

    assertThat(log.stream().filter(line -> line.startsWith("stored")))
        .containsExactly(
            "stored 10 over nothing, disk: 40",
            "stored 30 over 10, disk: 40",
            "stored 40 over 30, disk: 40");
  }

  @Test
  void listenersAreToldOneAfterTheOther() {
    Node node = new Node(1, new MemoryDisk(DiskSpeed.FLASH));
    node.start(new Logged(node.disk, "first "), new Logged(node.disk, "then "));
    node.write(record(10));
    node.world.runFor(Duration.ofSeconds(1));

    assertThat(log)
        .containsExactly(
            "first stored 10 over nothing, disk: 10",
            "then stored 10 over nothing, disk: 10",
            "answered Stored[]");
  }

  @Test
  void aWriteThatFailedLeavesAPartitionInDoubt() {
    Node node = new Node(1, new MemoryDisk(DiskSpeed.FLASH));
    node.start(new Logged(node.disk, ""));
    node.disk.failNextSync();
    node.write(record(10));
    node.world.runFor(Duration.ofSeconds(1));

    assertThat(log).first().isEqualTo("doubted " + PARTITION);
    assertThat(log).noneMatch(line -> line.startsWith("stored"));
  }

  @Test
  void aPartitionThatHasLeftIsToldAsGone() {
    Node node = new Node(1, new MemoryDisk(DiskSpeed.FLASH));
    node.start(new Logged(node.disk, ""));
    node.write(record(10));
    node.world.runFor(Duration.ofSeconds(1));
    log.clear();
    node.learn(placements(2, OTHER, 0, 0));
    node.lane.execute(
        () -> node.replica.dropRemains(PARTITION, gone -> log.add("dropped: " + gone)));
    node.world.runFor(Duration.ofSeconds(1));

    assertThat(log)
        .containsExactly(
            "clearing " + PARTITION + " of null",
            "cleared " + PARTITION + " of null",
            "dropped: true");
    assertThat(node.disk.durableRecords(PARTITION)).isEmpty();
  }

  @Test
  void whatATenantHasInAPartitionThatItLeftIsToldAsGone() {
    Node node = new Node(1, new MemoryDisk(DiskSpeed.FLASH));
    node.start(new Logged(node.disk, ""));
    node.write(record(10));
    node.world.runFor(Duration.ofSeconds(1));
    log.clear();
    node.learn(placements(2, OTHER, 0, 0));
    node.lane.execute(
        () -> node.replica.dropRemains(PARTITION, List.of(1), gone -> log.add("dropped: " + gone)));
    node.world.runFor(Duration.ofSeconds(1));

    assertThat(log)
        .containsExactly(
            "clearing " + PARTITION + " of [1]",
            "cleared " + PARTITION + " of [1]",
            "dropped: true");
  }

  @Test
  void aRecordThatIsPurgedIsToldAsDropped() {
    Node node = new Node(1, new MemoryDisk(DiskSpeed.FLASH));
    node.start(new Logged(node.disk, ""));
    node.write(Record.tombstone(version(10), 1));
    node.world.runFor(Duration.ofSeconds(1));
    log.clear();
    node.learn(placements(2, SELF, 15, 15));
    node.readAll();

    assertThat(log).containsExactly("dropped 10, disk: nothing");
  }

  /**
   * Writes, some over others under way, some failing, some purged, of a node that crashes and is
   * started again: the replay of what it told in its last life is what its disk holds.
   */
  @Property(tries = 100)
  void theReplayOfAllThatWasToldIsWhatTheDiskHolds(@ForAll long seed) {
    SimRandom random = SimWorld.of(seed).random("test");
    Node node =
        new Node(seed, new MemoryDisk(random.pick(List.of(DiskSpeed.FLASH, DiskSpeed.SLOW))));
    node.disk.pagesOf(random.pick(List.of(1, 2, 3, Integer.MAX_VALUE)));
    ChangeChecker checker = node.startChecked();
    long epoch = 1;
    long promised = 0;
    long purged = 0;
    int told = 0;
    for (int i = 0; i < 300; i++) {
      if (random.chance(0.01)) {
        node.disk.crashKeepingSome(new SimRandomness(random));
        node.world.runFor(Duration.ofSeconds(1));
        told += checker.events();
        checker = node.startChecked();
      }
      if (random.chance(0.05)) {
        epoch++;
        if (promised == purged || random.chance(0.3)) {
          promised += random.nextInt(200);
        } else {
          purged = promised;
        }
        node.learn(placements(epoch, SELF, promised, purged));
      }
      int what = random.nextInt(20);
      if (what == 0) {
        node.disk.full(i > 100 && random.chance(0.1));
      } else if (what < 3) {
        node.lane.execute(() -> node.replica.trees().build(List.of(0, 1)));
      } else {
        node.write(write(random, i, epoch, purged));
      }
      if (random.chance(0.5)) {
        node.world.runFor(Duration.ofNanos(random.exponential(5_000_000)));
      }
    }
    node.disk.full(false);
    node.world.runFor(Duration.ofSeconds(20));
    node.readAll();
    checker.rests();
    // The disk may have been full all the time: so the last write is one that is stored for sure.
    int before = told + checker.events();
    node.write(last(epoch, purged));
    node.world.runFor(Duration.ofSeconds(20));
    checker.rests();
    assertThat(told + checker.events()).as("changes told").isGreaterThan(before);
  }

  private static Record record(int hlc) {
    return Record.value(version(hlc), 1, 0, new byte[] {1});
  }

  private static Version version(int hlc) {
    return new Version(0, hlc, new NodeId(5), 1);
  }

  /** A write whose version is above all others. */
  private static Write last(long epoch, long purged) {
    Record record = record((int) purged + 2_000);
    Key key = new Key(1, "key 0".getBytes(UTF_8));
    return new Write(0, key.partition(PARTITIONS), epoch, key, record, Cause.REPAIR, 1_000);
  }

  private static Write write(SimRandom random, int number, long epoch, long purged) {
    Key key = new Key(1 + random.nextInt(3), ("key " + random.nextInt(4)).getBytes(UTF_8));
    Version version = new Version(0, purged + 1 + random.nextInt(1_000), new NodeId(number), 1);
    Record record =
        random.chance(0.2)
            ? Record.tombstone(version, 1)
            : Record.value(version, 1, 0, ("value " + number).getBytes(UTF_8));
    Cause cause = random.chance(0.5) ? Cause.FRESH : Cause.REPAIR;
    return new Write(number, key.partition(PARTITIONS), epoch, key, record, cause, 1_000);
  }

  private static Placements placements(long epoch, NodeId owner, long promised, long purged) {
    var partition =
        new PartitionPlacement(
            epoch, List.of(owner), new PurgeMarks(promised, purged), Collections.emptySortedSet());
    return new Placements(epoch, Map.of(), TENANTS, List.of(partition, partition));
  }

  /** One replica and its disk. */
  private final class Node {
    final SimWorld world;
    final MemoryDisk disk;
    private final SimClock clock;
    SimLane lane;
    Replica replica;
    Placements learnt = placements(1, SELF, 0, 0);
    private int lives;

    @SuppressWarnings("NullAway.Init")
    Node(long seed, MemoryDisk disk) {
      this.world = SimWorld.of(seed);
      this.disk = disk;
      this.clock = new SimClock(world, world.random("clock"));
    }

    void start(ReplicaListener... listeners) {
      lives++;
      SimLane running = new SimLane(world, "a", world.random("lane " + lives));
      Storage storage =
          disk.mount(
              running,
              new SimRandomness(world.random("disk " + lives)),
              StorageListener.NONE,
              health -> {});
      Replica started =
          new Replica(
              new Replica.Collaborators(
                  SELF,
                  storage.records(running),
                  storage.arrivals(running),
                  storage.notes(running),
                  clock,
                  new HybridClock(500),
                  new CacheSizes(10_000, 10_000),
                  NoteLimits.DEFAULT,
                  fact -> {},
                  List.of(listeners)),
              learnt);
      if (lane != null) {
        lane.kill();
      }
      lane = running;
      replica = started;
      tickForEver(running, started);
    }

    /** Starts the replica with a listener that compares reports with the disk. */
    ChangeChecker startChecked() {
      ChangeChecker checker = new ChangeChecker("a", disk, PARTITIONS);
      start(checker);
      return checker;
    }

    private void tickForEver(SimLane running, Replica started) {
      var unused =
          running.schedule(
              1_000_000,
              () -> {
                started.trees().tick();
                tickForEver(running, started);
              });
    }

    void learn(Placements next) {
      learnt = next;
      Replica told = replica;
      lane.execute(() -> told.placementsChanged(next));
    }

    void write(Record record) {
      write(new Write(1, PARTITION, learnt.epoch(PARTITION), KEY, record, Cause.FRESH, 1_000));
    }

    void write(Write write) {
      Replica asked = replica;
      lane.execute(() -> asked.write(write, outcome -> log.add("answered " + outcome)));
    }

    /** Builds the hash trees, which takes away what need not be kept. */
    void readAll() {
      for (int i = 0; i < 4; i++) {
        Replica read = replica;
        lane.execute(() -> read.trees().build(List.of(0, 1)));
        world.runFor(Duration.ofSeconds(20));
      }
    }
  }

  /** Records each report, and what the disk holds at that moment. */
  private final class Logged implements ReplicaListener {
    private final MemoryDisk disk;
    private final String name;

    Logged(MemoryDisk disk, String name) {
      this.disk = disk;
      this.name = name;
    }

    @Override
    public void stored(int partition, Key key, @Nullable RecordHeader before, Record after) {
      log.add(
          "%sstored %s over %s, disk: %s"
              .formatted(name, text(after), text(before), text(disk.durable(partition, key))));
    }

    @Override
    public void dropped(int partition, Key key, @Nullable RecordHeader before) {
      log.add(
          "%sdropped %s, disk: %s"
              .formatted(name, text(before), text(disk.durable(partition, key))));
    }

    @Override
    public void clearing(int partition, @Nullable Set<Integer> tenants) {
      log.add(name + "clearing " + partition + " of " + tenants);
    }

    @Override
    public void cleared(int partition, @Nullable Set<Integer> tenants) {
      log.add(name + "cleared " + partition + " of " + tenants);
    }

    @Override
    public void doubted(int partition) {
      log.add(name + "doubted " + partition);
    }

    private static String text(@Nullable RecordHeader record) {
      return record == null ? "nothing" : Long.toString(record.version().hlc());
    }
  }
}

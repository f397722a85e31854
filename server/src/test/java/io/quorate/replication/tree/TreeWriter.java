package io.quorate.replication.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.replica.NoteLimits;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.RocksStorage;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A process that writes without end through a replica, and says when a crash would leave all of its
 * hash trees. Made to be killed.
 */
final class TreeWriter {
  static final int PARTITIONS = 16;
  private static final int KEYS = 4_000;
  private static final int OUTSTANDING = 64;
  private static final long TICK_NANOS = 2_000_000;
  private static final NodeId SELF = new NodeId(1);
  static final Tenant TENANT = new Tenant(1, "one", 1, Level.QUORUM, Level.QUORUM, 0);

  static final Placements PLACEMENTS =
      new Placements(
          1,
          Map.of(),
          Map.of(TENANT.name(), TENANT),
          IntStream.range(0, PARTITIONS)
              .mapToObj(
                  partition ->
                      new PartitionPlacement(
                          1, List.of(SELF), PurgeMarks.NONE, Collections.emptySortedSet()))
              .toList());

  private final Lane lane;
  private final Replica replica;
  private final int boot;
  private long number;
  private boolean told;

  private TreeWriter(Lane lane, Replica replica, int boot) {
    this.lane = lane;
    this.replica = replica;
    this.boot = boot;
  }

  static Storage open(Path directory) {
    return RocksStorage.open(
        directory,
        RocksSettings.DEFAULT,
        "test-storage",
        new SystemClock(),
        new MachineThreads(),
        StorageListener.NONE,
        health -> {});
  }

  /** Starts on a disk; to be called on the lane. */
  static Replica start(Storage storage, Lane lane, int boot, UnaryOperator<RecordStore> records) {
    Replica replica =
        new Replica(
            new Replica.Collaborators(
                SELF,
                records.apply(storage.records(lane)),
                storage.arrivals(lane),
                storage.notes(lane),
                new SystemClock(),
                new HybridClock(500),
                new CacheSizes(1 << 20, 1 << 20),
                NoteLimits.DEFAULT,
                event -> {}),
            PLACEMENTS);
    replica.trees().resume(storage.trees(lane), boot, new TreePace(8 << 10, 32 << 10), event -> {});
    return replica;
  }

  /** Arguments: data directory, number of the start. */
  public static void main(String[] args) {
    EventLoops loops = EventLoops.start(1, "lane", thrown -> Runtime.getRuntime().halt(3));
    Lane lane = loops.lanes().getFirst();
    Storage storage = open(Path.of(args[0]));
    int boot = Integer.parseInt(args[1]);
    lane.execute(
        () -> {
          TreeWriter writer =
              new TreeWriter(lane, start(storage, lane, boot, records -> records), boot);
          writer.tick();
          for (int i = 0; i < OUTSTANDING; i++) {
            writer.writeNext();
          }
        });
  }

  private void tick() {
    Trees trees = replica.trees();
    trees.build(IntStream.range(0, PARTITIONS).boxed().toList());
    trees.tick();
    boolean all = IntStream.range(0, PARTITIONS).allMatch(trees::isOnDisk);
    if (all && !told) {
      told = true;
      System.out.println("kept");
    }
    var unused = lane.schedule(TICK_NANOS, this::tick);
  }

  private void writeNext() {
    number++;
    long random = RecordHash.mix(number + boot * 1_000_003L);
    Key key = new Key(TENANT.id(), ("key " + Math.floorMod(random, KEYS)).getBytes(UTF_8));
    Version version = new Version(0, boot * 100_000_000L + number, SELF, boot);
    Record record =
        random % 5 == 0
            ? Record.tombstone(version, 1)
            : Record.value(version, 1, 0, ("value " + random).repeat(10).getBytes(UTF_8));
    Cause cause = random % 3 == 0 ? Cause.REPAIR : Cause.FRESH;
    replica.write(
        new Write(number, key.partition(PARTITIONS), 1, key, record, cause, 60_000),
        outcome -> {
          if (!(outcome instanceof Stored)) {
            System.out.println("not stored: " + outcome);
            Runtime.getRuntime().halt(2);
          }
          System.out.println("put");
          writeNext();
        });
  }
}

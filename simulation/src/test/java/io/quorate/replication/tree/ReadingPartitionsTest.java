package io.quorate.replication.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.replica.NoteLimits;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A partition is read for what lies in it, not for the number of tenants there are. */
class ReadingPartitionsTest {
  private static final NodeId SELF = new NodeId(1);
  private static final int TENANTS = 200;
  private static final Factor FACTOR = Factor.of(1);

  private final SimWorld world = SimWorld.of(1);
  private final SimLane lane = new SimLane(world, "a", world.random("lane"));
  private final Storage storage =
      new MemoryDisk(DiskSpeed.FLASH)
          .mount(lane, new SimRandomness(world.random("disk")), StorageListener.NONE, health -> {});
  private int writes;

  private Replica replica(int partitions) {
    return new Replica(
        new Replica.Collaborators(
            SELF,
            storage.records(lane),
            storage.arrivals(lane),
            storage.notes(lane),
            new SimClock(world, world.random("clock")),
            new HybridClock(500),
            new CacheSizes(0, 0),
            NoteLimits.DEFAULT,
            event -> {}),
        new Placements(
            1,
            Map.of(),
            IntStream.rangeClosed(1, TENANTS)
                .mapToObj(ReadingPartitionsTest::tenant)
                .collect(Collectors.toMap(Tenant::name, Function.identity())),
            Collections.nCopies(partitions, new PartitionPlacement(1, List.of(SELF)))));
  }

  private static Tenant tenant(int id) {
    return new Tenant(id, "tenant-" + id, 1, Level.QUORUM, Level.QUORUM, 0);
  }

  @Test
  void tenantsWithoutRecordsTakeNoTurn() {
    int partitions = 2;
    Replica replica = replica(partitions);
    write(replica, partitions, 7, 20);
    write(replica, partitions, 150, 20);

    for (int partition = 0; partition < partitions; partition++) {
      turn(replica, partitions);
    }

    for (int tenant = 1; tenant <= TENANTS; tenant++) {
      long keys = 0;
      for (int partition = 0; partition < partitions; partition++) {
        keys += replica.trees().keys(partition, tenant).orElseThrow();
      }
      assertThat(keys).as("tenant %d", tenant).isEqualTo(tenant == 7 || tenant == 150 ? 20 : 0);
    }
  }

  @Test
  void oneTurnReadsWhatSomeTensOfTenantsHaveAndNotMore() {
    Replica replica = replica(1);
    for (int tenant = 1; tenant <= 120; tenant++) {
      write(replica, 1, tenant, 1);
    }

    turn(replica, 1);
    turn(replica, 1);
    assertThat(replica.trees().tree(0, FACTOR)).as("50 tenants a turn").isNull();

    turn(replica, 1);
    assertThat(replica.trees().tree(0, FACTOR)).isNotNull();
  }

  @Test
  void aTurnReadsNoMoreRecordsBecauseTheyAreOfManyTenants() {
    Replica replica = replica(1);
    for (int tenant = 1; tenant <= 10; tenant++) {
      write(replica, 1, tenant, 110);
    }

    turn(replica, 1);
    turn(replica, 1);
    assertThat(replica.trees().tree(0, FACTOR)).as("500 records a turn").isNull();

    turn(replica, 1);
    assertThat(replica.trees().tree(0, FACTOR)).isNotNull();
  }

  @Test
  void whatComesToATenantThatWasLeftOutIsInTheTree() {
    Replica replica = replica(1);
    write(replica, 1, 7, 1_200); // takes some turns

    lane.execute(() -> replica.trees().build(List.of(0)));
    write(replica, 1, 3, 2); // while it is looked who is there
    write(replica, 1, 150, 2); // when that is known
    turn(replica, 1);
    write(replica, 1, 3, 4); // among them in place of what came before
    write(replica, 1, 150, 4);
    assertThat(replica.trees().tree(0, FACTOR)).as("while it is read").isNull();
    turn(replica, 1);
    turn(replica, 1);

    HashTree copy = Objects.requireNonNull(replica.trees().tree(0, FACTOR)).copy();
    assertThat(replica.trees().keys(0, 3)).hasValue(4);
    assertThat(replica.trees().keys(0, 150)).hasValue(4);
    lane.execute(() -> replica.trees().doubt(0));
    for (int i = 0; i < 4; i++) {
      turn(replica, 1);
    }
    assertThat(replica.trees().tree(0, FACTOR)).as("read while nothing comes").isEqualTo(copy);
  }

  /** What counts as nothing would be dropped a second time. */
  @Test
  void aPartitionIsNotReadWhileSomethingIsTakenAwayOfIt() {
    Replica replica = replica(1);
    write(replica, 1, 7, 1);

    lane.execute(() -> replica.trees().clearing(0));
    turn(replica, 1);
    assertThat(replica.trees().tree(0, FACTOR)).isNull();

    lane.execute(() -> replica.trees().cleared(0));
    turn(replica, 1);
    assertThat(replica.trees().tree(0, FACTOR)).isNotNull();
  }

  /** One turn of the reading, and the time that the disk takes for it. */
  private void turn(Replica replica, int partitions) {
    lane.execute(
        () -> {
          replica.trees().build(IntStream.range(0, partitions).boxed().toList());
          replica.trees().tick();
        });
    world.runFor(Duration.ofMillis(100));
  }

  private void write(Replica replica, int partitions, int tenant, int keys) {
    for (int i = 0; i < keys; i++) {
      Key key = new Key(tenant, ("key " + i).getBytes(UTF_8));
      writes++;
      Record record = Record.value(new Version(0, 1, SELF, writes), 1, 0, "value".getBytes(UTF_8));
      Write write =
          new Write(writes, key.partition(partitions), 1, key, record, Cause.FRESH, 1_000);
      lane.execute(() -> replica.write(write, outcome -> {}));
    }
    world.runFor(Duration.ofMillis(100));
  }
}

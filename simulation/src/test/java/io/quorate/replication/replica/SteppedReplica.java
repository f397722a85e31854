package io.quorate.replication.replica;

import static io.quorate.version.UnionOfBytes.UNION;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.RecordHash;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.KeptArrivals;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One replica over a store that answers when the test says so. */
final class SteppedReplica {
  static final NodeId SELF = new NodeId(1);
  static final Key KEY = new Key(1, new byte[] {42});
  static final Key OTHER_KEY = new Key(1, new byte[] {43});
  static final Record OLD = record(10, 1);
  static final Record NEW = record(20, 2);
  static final Record DELETED =
      Record.tombstone(new Version(0, Hlc.of(12, 0), new NodeId(5), 1), 1);
  static final Map<String, Tenant> TENANT =
      Map.of("t", new Tenant(1, "t", 1, Level.QUORUM, Level.QUORUM, 0));

  /** A tenant whose records merge, and whose purges remove parts of records. */
  static final Map<String, Tenant> UNITED =
      Map.of("t", new Tenant(1, "t", Replication.of(1), TenantSettings.NONE, UNION));

  final SteppedStore store = new SteppedStore();
  final SimWorld world = SimWorld.of(1);
  final List<Event> events = new ArrayList<>();
  final List<WriteOutcome> written = new ArrayList<>();
  final List<ReadOutcome> read = new ArrayList<>();
  final Replica.Collaborators with =
      new Replica.Collaborators(
          SELF,
          store,
          new KeptArrivals(),
          store.notes,
          new SimClock(world, world.random("clock")),
          new HybridClock(500),
          new CacheSizes(1 << 20, 1 << 20),
          NoteLimits.DEFAULT,
          events::add);
  final Replica replica = new Replica(with, placements(1));

  static long treeOf(Replica replica) {
    return Objects.requireNonNull(replica.trees().tree(0, Factor.of(1))).root();
  }

  /** Root of a tree that holds one record, under {@link #KEY}. */
  static long rootOf(RecordHeader record) {
    HashTree tree = new HashTree();
    long keyHash = RecordHash.ofKey(KEY);
    tree.replace(keyHash, 0, RecordHash.of(keyHash, record));
    return tree.root();
  }

  static Record ofMillis(long millis) {
    return ofHlc(Hlc.of(millis, 0));
  }

  static Record ofHlc(long hlc) {
    return Record.value(new Version(0, hlc, new NodeId(5), 1), 1, 0, new byte[] {7});
  }

  /** Writes what the stamper returns, as the coordinator on this node does. */
  void writeFresh(OwnReplica.Stamper stamper, Consumer<WriteOutcome> callback) {
    replica.writeFresh(0, 1, 1000, KEY, stamper, callback);
  }

  /** Sends two records to the replica together. */
  void bring(List<WritesOutcome> brought, long epoch) {
    replica.writeAll(
        new WriteRecords(
            1,
            0,
            epoch,
            KEY.tenant(),
            List.of(new RecordStore.Entry(KEY, OLD), new RecordStore.Entry(OTHER_KEY, OLD)),
            1000),
        brought::add);
  }

  /** Lets a replica read all its records, as it does to build its trees. */
  void readAll(Replica of) {
    for (int i = 0; i < 5; i++) {
      of.trees().tick();
      store.answerGets();
      store.syncAll();
    }
  }

  void readAll() {
    readAll(replica);
  }

  /** Returns a placement with the marks of a purge: what was promised, and what was confirmed. */
  static Placements purging(long epoch, long promised, long purged) {
    return purging(TENANT, epoch, promised, purged);
  }

  static Placements purging(Map<String, Tenant> tenants, long epoch, long promised, long purged) {
    return purging(tenants, List.of(SELF), epoch, promised, purged);
  }

  static Placements purging(
      Map<String, Tenant> tenants, List<NodeId> owners, long epoch, long promised, long purged) {
    return new Placements(
        epoch,
        Map.of(),
        tenants,
        List.of(
            new PartitionPlacement(
                epoch, owners, new PurgeMarks(promised, purged), Collections.emptySortedSet())));
  }

  void write(Record record, Cause cause) {
    write(record, cause, 1);
  }

  void write(Record record, Cause cause, long epoch) {
    replica.write(new Write(1, 0, epoch, KEY, record, cause, 1000), written::add);
  }

  void read(@Nullable Summary known, boolean versionOnly) {
    read(known, versionOnly, 1);
  }

  void read(@Nullable Summary known, boolean versionOnly, long epoch) {
    replica.read(new Read(1, 0, epoch, KEY, known, versionOnly, 0, 1000), read::add);
  }

  static Record record(long millis, int value) {
    return Record.value(
        new Version(0, Hlc.of(millis, 0), new NodeId(5), 1), 1, 0, new byte[] {(byte) value});
  }

  static Placements placements(long epoch) {
    return new Placements(
        epoch, Map.of(), TENANT, List.of(new PartitionPlacement(epoch, List.of(SELF))));
  }
}

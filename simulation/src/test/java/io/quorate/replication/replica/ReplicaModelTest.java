package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.DELETED;
import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.NEW;
import static io.quorate.replication.replica.SteppedReplica.OLD;
import static io.quorate.replication.replica.SteppedReplica.OTHER_KEY;
import static io.quorate.replication.replica.SteppedReplica.SELF;
import static io.quorate.replication.replica.SteppedReplica.UNITED;
import static io.quorate.replication.replica.SteppedReplica.purging;
import static io.quorate.replication.replica.SteppedReplica.rootOf;
import static io.quorate.replication.replica.SteppedReplica.treeOf;
import static io.quorate.version.UnionOfBytes.UNION;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.KeySummary;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Summary;
import io.quorate.version.UnionOfBytes;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A replica of a tenant whose records merge, and whose purges remove parts of records. */
class ReplicaModelTest {
  private static final long MARK = Hlc.of(15, 0);

  /** A record of three members: one was removed before the mark, and one was added after it. */
  private static final Record PARTLY_REMOVED =
      UNION.merge(
          UNION.merge(
              UnionOfBytes.of(OLD.version(), 1, 2), UnionOfBytes.without(DELETED.version(), 2)),
          UnionOfBytes.of(NEW.version(), 3));

  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final List<WriteOutcome> written = stepped.written;
  private final List<ReadOutcome> read = stepped.read;

  /** Some models merge two records into a third one that no replica has sent. */
  @Test
  void theMergeOfWhatIsHeldAndWhatArrivesIsStoredAndHashedAndRead() {
    Replica merging = new Replica(stepped.with, purging(UNITED, 1, 0, 0));
    merging.trees().build(List.of(0));
    merging.trees().tick();
    Record one = UnionOfBytes.of(NEW.version(), 1);
    Record two = UnionOfBytes.of(OLD.version(), 2);
    Record both = UNION.merge(one, two);
    for (Record each : List.of(one, two, two)) {
      merging.write(new Write(1, 0, 1, KEY, each, Cause.FRESH, 1000), written::add);
    }
    store.answerGets();
    store.syncAll();
    merging.read(new Read(1, 0, 1, KEY, null, false, 0, 1000), read::add);
    store.answerGets();

    assertThat(written)
        .containsExactly(Stored.INSTANCE, Stored.INSTANCE, new HoldsNewer(NEW.version()));
    assertThat(store.durable).containsEntry(KEY, both);
    assertThat(read).containsExactly(new Held(both));
    assertThat(treeOf(merging)).isEqualTo(rootOf(both));
  }

  /** In some models, a purge removes a part of a record. */
  @Test
  void whatAPurgeLeavesOfARecordIsReadAndComparedAndHashed() {
    Replica purged = new Replica(stepped.with, purging(UNITED, 1, 0, 0));
    store.durable.put(KEY, PARTLY_REMOVED);
    RecordHeader promised = Objects.requireNonNull(UNION.reported(PARTLY_REMOVED, MARK));
    Record left = Objects.requireNonNull(UNION.counted(PARTLY_REMOVED, MARK));
    purged.placementsChanged(purging(UNITED, 2, MARK, 0));
    stepped.readAll(purged);
    HashTree old = Objects.requireNonNull(purged.trees().treeUpTo(0, Factor.of(1), MARK));
    assertThat(old.root()).isEqualTo(rootOf(promised));
    assertThat(treeOf(purged)).isEqualTo(rootOf(PARTLY_REMOVED));

    purged.placementsChanged(purging(UNITED, 3, MARK, MARK));
    stepped.readAll(purged);
    for (Summary known : Arrays.asList(null, left.summary(), PARTLY_REMOVED.summary())) {
      purged.read(new Read(1, 0, 3, KEY, known, false, 0, 1000), read::add);
    }
    List<Object> listed = new ArrayList<>();
    RecordStore.Range all = new RecordStore.Range(0, 1, new byte[0], new byte[0], 10, 1 << 20);
    BitSet leaves = new BitSet();
    leaves.set(0, HashTree.LEAVES);
    purged.readRange(new ReadRange(1, 3, all, 1000), listed::add);
    purged.readRecords(new ReadRecords(1, 0, 3, List.of(KEY), 1 << 20, 1000), listed::add);
    purged.readVersions(new ReadVersions(1, 3, all, leaves, 1000), listed::add);
    store.answerGets();

    assertThat(read).containsExactly(new Held(left), Same.INSTANCE, new Held(left));
    Records records = new Records(List.of(new RecordStore.Entry(KEY, left)), null);
    Versions versions = new Versions(List.of(new KeySummary(KEY, left.summary())), null);
    assertThat(listed).containsExactlyInAnyOrder(records, records, versions);
    assertThat(treeOf(purged)).isEqualTo(rootOf(left));
    assertThat(store.durable).as("the disk").containsEntry(KEY, PARTLY_REMOVED);
  }

  @Test
  void aWriteIsMergedWithWhatAPurgeLeft() {
    Replica purged = new Replica(stepped.with, purging(UNITED, 3, MARK, MARK));
    store.durable.put(KEY, PARTLY_REMOVED);
    stepped.readAll(purged);
    Record left = Objects.requireNonNull(UNION.counted(PARTLY_REMOVED, MARK));
    Record more = UnionOfBytes.of(new Version(0, Hlc.of(25, 0), SELF, 1), 4);
    List<@Nullable RecordHeader> met = new ArrayList<>();
    purged.writeFresh(
        0,
        3,
        1000,
        KEY,
        (held, promised) -> {
          met.add(held);
          return more;
        },
        written::add);
    store.answerGets();
    store.syncAll();

    assertThat(met).containsExactly(left);
    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, UNION.merge(left, more));
    assertThat(treeOf(purged)).isEqualTo(rootOf(UNION.merge(left, more)));
  }

  @Test
  void aRecordOfWhichAPurgeLeavesNothingIsTakenOffTheDiskAndAnyOtherIsNot() {
    store.durable.put(KEY, PARTLY_REMOVED);
    store.durable.put(OTHER_KEY, UnionOfBytes.without(DELETED.version(), 1, 2));
    Replica purged = new Replica(stepped.with, purging(UNITED, 3, MARK, MARK));
    stepped.readAll(purged);

    assertThat(store.durable).containsOnlyKeys(KEY);
  }

  @Test
  void aFreshWriteWithinAPromiseIsRefusedByItsModel() {
    Replica purged = new Replica(stepped.with, purging(UNITED, 2, MARK, 0));
    Record within = UnionOfBytes.of(DELETED.version(), 1);
    purged.write(new Write(1, 0, 2, KEY, within, Cause.FRESH, 1000), written::add);
    Record above = UnionOfBytes.of(NEW.version(), 1);
    purged.write(new Write(2, 0, 2, OTHER_KEY, above, Cause.FRESH, 1000), written::add);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(new BelowPromise(MARK), Stored.INSTANCE);
  }

  /** In some models, records that a former replica kept are worthless after a purge. */
  @Test
  void whatAFormerReplicaKeptIsDroppedIfItsModelSaysSo() {
    store.durable.put(KEY, UnionOfBytes.of(NEW.version(), 1));
    Replica former = new Replica(stepped.with, purging(UNITED, List.of(new NodeId(9)), 3, 0, 0));
    stepped.readAll(former);
    assertThat(store.durable).as("never purged").containsOnlyKeys(KEY);

    former.placementsChanged(purging(UNITED, List.of(new NodeId(9)), 4, MARK, MARK));
    stepped.readAll(former);
    assertThat(store.durable).isEmpty();
  }
}

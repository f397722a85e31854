package io.quorate.replication.replica;

import static io.quorate.version.RecordModel.LAST_WRITE_WINS;
import static io.quorate.version.UnionOfBytes.UNION;
import static org.assertj.core.api.Assertions.assertThat;

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
import io.quorate.raft.EntryId;
import io.quorate.raft.Recovery;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.KeySummary;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.RecordHash;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.KeptArrivals;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Summary;
import io.quorate.version.UnionOfBytes;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Steps of one replica over a store whose every answer the test gives itself. */
class ReplicaTest {
  private static final NodeId SELF = new NodeId(1);
  private static final Key KEY = new Key(1, new byte[] {42});
  private static final Key OTHER_KEY = new Key(1, new byte[] {43});
  private static final Record OLD = record(10, 1);
  private static final Record NEW = record(20, 2);
  private static final Record DELETED =
      Record.tombstone(new Version(0, Hlc.of(12, 0), new NodeId(5), 1), 1);
  private static final Map<String, Tenant> TENANT =
      Map.of("t", new Tenant(1, "t", 1, Level.QUORUM, Level.QUORUM, 0));

  /** Its records merge, and a purge takes parts of them away. */
  private static final Map<String, Tenant> UNITED =
      Map.of("t", new Tenant(1, "t", Replication.of(1), TenantSettings.NONE, UNION));

  private static final long MARK = Hlc.of(15, 0);

  /** Of three members one was removed before the mark, and one was added after it. */
  private static final Record PARTLY_REMOVED =
      UNION.merge(
          UNION.merge(
              UnionOfBytes.of(OLD.version(), 1, 2), UnionOfBytes.without(DELETED.version(), 2)),
          UnionOfBytes.of(NEW.version(), 3));

  private final SteppedStore store = new SteppedStore();
  private final SimWorld world = SimWorld.of(1);
  private final List<Event> events = new ArrayList<>();
  private final List<WriteOutcome> written = new ArrayList<>();
  private final List<ReadOutcome> read = new ArrayList<>();
  private final Replica.Collaborators with =
      new Replica.Collaborators(
          SELF,
          store,
          new KeptArrivals(),
          new SimClock(world, world.random("clock")),
          new HybridClock(500),
          new CacheSizes(1 << 20, 1 << 20),
          events::add);
  private final Replica replica = new Replica(with, placements(1));

  @Test
  void answersOnlyOnceTheRecordIsDurable() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    assertThat(written).isEmpty();

    store.syncOne();
    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  @Test
  void anEpochThatNoClusterReachesIsRefusedAtOnce() {
    write(NEW, Cause.FRESH, 1 + (1L << 47));

    assertThat(written)
        .singleElement()
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.reason()).contains("epoch 140737488355329"));
  }

  /** A recovery of the metadata group numbers epochs on far beyond where they had come. */
  @Test
  void anEpochOfARecoveredGroupIsAwaited() {
    long recovered = Recovery.next(new EntryId(700, 3), 3, -1).firstNumber();
    write(NEW, Cause.FRESH, recovered);
    assertThat(written).isEmpty();

    replica.placementsChanged(placements(recovered));
    store.answerGets();
    store.syncAll();
    assertThat(written).containsExactly(Stored.INSTANCE);
  }

  /** Which says nothing of the record: else a hint would become a dead letter. */
  @Test
  void aReplicaWhereTooMuchWaitsForAnEpochTakesNothingNow() {
    for (int i = 0; i < 4096; i++) {
      write(NEW, Cause.HINT, 2);
    }
    assertThat(written).isEmpty();

    write(NEW, Cause.HINT, 2);
    assertThat(written).containsExactly(new NotNow("4096 requests wait for newer epochs already"));
  }

  /** The same: it may take until another replica is back to mend it. */
  @Test
  void aWriteToADamagedPartitionMayBeTakenLater() {
    replica.onDamage(partition -> {});
    store.readsFail = true;
    write(OLD, Cause.FRESH);
    store.answerGets();
    assertThat(written).hasSize(1).allMatch(Refused.class::isInstance);

    written.clear();
    write(NEW, Cause.HINT);
    assertThat(written).hasSize(1).allMatch(NotNow.class::isInstance);
  }

  @Test
  void anEpochThatDoesNotComeIsNotAwaitedForDays() {
    replica.write(new Write(1, 0, 2, KEY, NEW, Cause.FRESH, Integer.MAX_VALUE), written::add);
    world.runFor(Duration.ofSeconds(4));
    replica.tick();
    assertThat(written).isEmpty();

    world.runFor(Duration.ofSeconds(2));
    replica.tick();
    assertThat(written).singleElement().isInstanceOf(NotNow.class);
  }

  @Test
  void anOlderRecordNeverReplacesANewerOne() {
    store.durable.put(KEY, NEW);
    write(OLD, Cause.FRESH);
    write(OLD, Cause.REPAIR);
    store.answerGets();

    assertThat(written).containsExactly(new HoldsNewer(NEW.version()), Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  @Test
  void aWriteMeetsTheOneThatStillWaitsForItsSyncAndNotWhatIsOnDisk() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    write(OLD, Cause.FRESH);

    assertThat(written).as("the newer record is not durable yet").isEmpty();
    store.syncOne();
    assertThat(written).containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()));
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  @Test
  void twoWritesThatWaitForTheSameReadMergeWithEachOther() {
    write(NEW, Cause.FRESH);
    write(OLD, Cause.FRESH);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()));
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  /** Some models merge two records into a third that no replica has sent. */
  @Test
  void theMergeOfWhatIsHeldAndWhatArrivesIsStoredAndHashedAndRead() {
    Replica merging = new Replica(with, purging(UNITED, 1, 0, 0));
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

  /** Of the records of some models a purge takes a part away. */
  @Test
  void whatAPurgeLeavesOfARecordIsReadAndComparedAndHashed() {
    Replica purged = new Replica(with, purging(UNITED, 1, 0, 0));
    store.durable.put(KEY, PARTLY_REMOVED);
    RecordHeader promised = Objects.requireNonNull(UNION.reported(PARTLY_REMOVED, MARK));
    Record left = Objects.requireNonNull(UNION.counted(PARTLY_REMOVED, MARK));
    purged.placementsChanged(purging(UNITED, 2, MARK, 0));
    readAllOf(purged);
    HashTree old = Objects.requireNonNull(purged.trees().treeUpTo(0, Factor.of(1), MARK));
    assertThat(old.root()).isEqualTo(rootOf(promised));
    assertThat(treeOf(purged)).isEqualTo(rootOf(PARTLY_REMOVED));

    purged.placementsChanged(purging(UNITED, 3, MARK, MARK));
    readAllOf(purged);
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
    Replica purged = new Replica(with, purging(UNITED, 3, MARK, MARK));
    store.durable.put(KEY, PARTLY_REMOVED);
    readAllOf(purged);
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
    Replica purged = new Replica(with, purging(UNITED, 3, MARK, MARK));
    readAllOf(purged);

    assertThat(store.durable).containsOnlyKeys(KEY);
  }

  @Test
  void aFreshWriteWithinAPromiseIsRefusedByItsModel() {
    Replica purged = new Replica(with, purging(UNITED, 2, MARK, 0));
    Record within = UnionOfBytes.of(DELETED.version(), 1);
    purged.write(new Write(1, 0, 2, KEY, within, Cause.FRESH, 1000), written::add);
    Record above = UnionOfBytes.of(NEW.version(), 1);
    purged.write(new Write(2, 0, 2, OTHER_KEY, above, Cause.FRESH, 1000), written::add);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(new BelowPromise(MARK), Stored.INSTANCE);
  }

  /** Of some models nothing that a former replica kept may be trusted after a purge. */
  @Test
  void whatAFormerReplicaKeptIsDroppedIfItsModelSaysSo() {
    store.durable.put(KEY, UnionOfBytes.of(NEW.version(), 1));
    Replica former = new Replica(with, purging(UNITED, List.of(new NodeId(9)), 3, 0, 0));
    readAllOf(former);
    assertThat(store.durable).as("never purged").containsOnlyKeys(KEY);

    former.placementsChanged(purging(UNITED, List.of(new NodeId(9)), 4, MARK, MARK));
    readAllOf(former);
    assertThat(store.durable).isEmpty();
  }

  private static long treeOf(Replica replica) {
    return Objects.requireNonNull(replica.trees().tree(0, Factor.of(1))).root();
  }

  private static long rootOf(RecordHeader record) {
    HashTree tree = new HashTree();
    long keyHash = RecordHash.ofKey(KEY);
    tree.replace(keyHash, 0, RecordHash.of(keyHash, record));
    return tree.root();
  }

  @Test
  void theSameRecordAgainWaitsUntilItIsDurable() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    write(NEW, Cause.REPAIR);
    assertThat(written).isEmpty();

    store.syncOne();
    assertThat(written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
  }

  @Test
  void anAnswerDoesNotWaitForPutsThatCameAfterIt() {
    write(OLD, Cause.FRESH);
    store.answerGets();
    write(NEW, Cause.FRESH);

    store.syncOne();
    assertThat(written).containsExactly(Stored.INSTANCE);
    store.syncOne();
    assertThat(written).hasSize(2);
  }

  @Test
  void aFailedSyncAcknowledgesNothing() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    write(OLD, Cause.FRESH);
    store.failOne();

    assertThat(written).hasSize(2).allMatch(outcome -> outcome instanceof Refused);
  }

  @Test
  void aReaderIsToldTheDifferenceToWhatItKnows() {
    store.durable.put(KEY, NEW);
    read(null, false);
    read(NEW.summary(), false);
    read(OLD.summary(), false);
    read(OLD.summary(), true);
    read(record(30, 3).summary(), false);
    store.answerGets();

    assertThat(read)
        .containsExactly(
            new Held(NEW),
            Same.INSTANCE,
            new Held(NEW),
            new HeldSummary(NEW.summary()),
            new HeldSummary(NEW.summary()));
  }

  @Test
  void anotherRecordOfTheVersionThatIsKnownIsNotTheSame() {
    Record twin = Record.value(NEW.version(), 1, 0, new byte[] {77});
    store.durable.put(KEY, LAST_WRITE_WINS.merge(NEW, twin));
    read(NEW.summary(), false);
    read(twin.summary(), false);
    store.answerGets();

    Record kept = LAST_WRITE_WINS.merge(NEW, twin);
    assertThat(read).containsExactlyInAnyOrder(Same.INSTANCE, new Held(kept));
  }

  @Test
  void ofTwoRecordsOfOneVersionOneIsKeptInWhateverOrderTheyCome() {
    Record twin = Record.value(NEW.version(), 1, 0, new byte[] {77});
    write(NEW, Cause.REPAIR);
    write(twin, Cause.HINT);
    store.answerGets();
    store.syncAll();
    replica.write(new Write(1, 0, 1, OTHER_KEY, twin, Cause.HINT, 1000), written::add);
    replica.write(new Write(1, 0, 1, OTHER_KEY, NEW, Cause.REPAIR, 1000), written::add);
    store.answerGets();
    store.syncAll();

    Record kept = LAST_WRITE_WINS.merge(NEW, twin);
    assertThat(store.durable).containsEntry(KEY, kept).containsEntry(OTHER_KEY, kept);
    assertThat(written).hasSize(4).allMatch(Stored.INSTANCE::equals);
    assertThat(events).contains(new ReplicaEvent.VersionConflict(NEW.version().node(), 1));
    assertThat(replica.versionConflicts())
        .containsExactly(new VersionConflicts.Of(NEW.version().node(), 1, 2));
  }

  @Test
  void aFreshWriteOfAVersionThatIsHeldWithOtherBytesIsToBeStampedAgain() {
    Record twin = Record.value(NEW.version(), 1, 0, new byte[] {77});
    write(NEW, Cause.FRESH);
    store.answerGets();
    write(twin, Cause.FRESH);
    store.syncAll();
    write(NEW, Cause.FRESH);
    store.answerGets(); // of one version the bytes decide
    store.syncAll();

    assertThat(written).hasSize(3).contains(Stored.INSTANCE, new HoldsNewer(NEW.version()));
    assertThat(written.get(1)).isEqualTo(new HoldsNewer(NEW.version()));
  }

  @Test
  void recordsThatNoClockCanHaveStampedAreRefusedInEveryWayTheyArrive() {
    Record ahead = ofMillis(SimClock.EPOCH_MILLIS + 86_400_000L + 60_000);
    for (Record wild : List.of(ahead, ofHlc(-1), ofHlc(Hlc.END))) {
      for (Cause cause : Cause.values()) {
        write(wild, cause);
      }
      replica.writeAll(
          new WriteRecords(1, 0, 1, 1, List.of(new RecordStore.Entry(KEY, wild)), 1000),
          outcome -> written.add(((Merged) outcome).outcomes().getFirst()));
    }
    store.answerGets();
    store.syncAll();

    assertThat(written).hasSize(12).allMatch(Refused.class::isInstance);
    assertThat(store.durable).isEmpty();
    assertThat(replica.stampsRefused()).isEqualTo(12);
    assertThat(events).contains(new ReplicaEvent.StampRefused(ahead.version().node(), -1));
  }

  @Test
  void whatIsWithinADayIsTaken() {
    Record ahead = ofMillis(SimClock.EPOCH_MILLIS + 86_400_000L - 60_000);
    write(ahead, Cause.REPAIR);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE);
  }

  @Test
  void aKeyThatHoldsARecordOfTheFarFutureIsWrittenAboveIt() {
    long far = SimClock.EPOCH_MILLIS + 1_000_000_000_000L;
    store.durable.put(KEY, ofMillis(far));
    write(ofMillis(far + 1), Cause.FRESH);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, ofMillis(far + 1));
  }

  @Test
  void aRecordAtTheEndOfTimeThatIsHeldGivesWayToAnyOther() {
    store.durable.put(KEY, ofHlc(-1));
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  private static Record ofMillis(long millis) {
    return ofHlc(Hlc.of(millis, 0));
  }

  private static Record ofHlc(long hlc) {
    return Record.value(new Version(0, hlc, new NodeId(5), 1), 1, 0, new byte[] {7});
  }

  @Test
  void nothingIsSaidToBeTheSameAsNothing() {
    read(null, false);
    read(OLD.summary(), false);
    store.answerGets();

    assertThat(read).containsExactly(Same.INSTANCE, Nothing.INSTANCE);
  }

  @Test
  void aReadSeesOnlyWhatIsDurable() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    read(null, false);
    store.answerGets();

    assertThat(read).containsExactly(Same.INSTANCE);
  }

  @Test
  void aRecordReadLatelyIsNotLookedUpAgain() {
    store.durable.put(KEY, OLD);
    read(null, false);
    store.answerGets();
    read(null, false);
    write(NEW, Cause.FRESH);
    store.syncOne();
    read(null, false);
    write(OLD, Cause.FRESH);

    assertThat(read).containsExactly(new Held(OLD), new Held(OLD), new Held(NEW));
    assertThat(written).containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()));
  }

  /** A key that is always being written is in no cache when it is read. */
  @Test
  void aRecordReadBesideAWriteIsRememberedAsTheWriteLeavesIt() {
    store.durable.put(KEY, OLD);
    write(NEW, Cause.FRESH);
    store.answerGets();
    read(null, false);
    store.answerGets();
    store.syncAll();
    read(null, false);

    assertThat(read).containsExactly(new Held(OLD), new Held(NEW));
    assertThat(store.gets).isEmpty();
  }

  @Test
  void aWriteOverAVersionThatIsKnownDoesNotLookUpTheRecord() {
    write(OLD, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    write(NEW, Cause.FRESH);
    assertThat(store.gets).isEmpty();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, NEW);
    assertThat(events).contains(ReplicaEvent.Window.MERGED_BY_HEADER);
  }

  @Test
  void theTreeIsRightThoughOnlyTheVersionOfWhatWasReplacedIsKnown() {
    write(OLD, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    replica.placementsChanged(purging(2, 0, 0));
    replica.trees().build(List.of(0));
    readAllOf(replica);
    write(NEW, Cause.FRESH, 2);
    assertThat(store.gets).isEmpty();
    store.syncAll();

    assertThat(treeOf(replica)).isEqualTo(rootOf(NEW));
  }

  @Test
  void aWriteBehindAVersionThatIsKnownMeetsTheRecord() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    write(OLD, Cause.FRESH);
    assertThat(store.gets).hasSize(1);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()));
    assertThat(store.durable).containsEntry(KEY, NEW);
    assertThat(events).contains(ReplicaEvent.Window.READ_TO_MERGE);
  }

  @Test
  void writesThatComeWhileTheRecordIsReadAfterAllAreMergedInOrder() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    write(OLD, Cause.FRESH);
    write(record(30, 3), Cause.FRESH);
    store.answerGets();
    store.syncAll();

    assertThat(written)
        .containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()), Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, record(30, 3));
  }

  @Test
  void aWriteIsStampedOnceThoughTheRecordIsReadAfterAll() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    List<@Nullable RecordHeader> met = new ArrayList<>();
    replica.writeFresh(
        0,
        1,
        1000,
        KEY,
        (held, promised) -> {
          met.add(held);
          return OLD; // as one would that does not look at what is held
        },
        written::add);
    store.answerGets();
    store.syncAll();

    assertThat(met).hasSize(1).doesNotContainNull();
    assertThat(written).endsWith(new HoldsNewer(NEW.version()));
  }

  /** A key of which nobody waits for the record any more has not become empty. */
  @Test
  void aWriteSentByACallerThatIsToldMeetsTheVersionToo() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    List<@Nullable RecordHeader> met = new ArrayList<>();
    writeFresh((held, promised) -> null, refused -> writeFresh(stamped(met), written::add));
    store.syncAll();

    assertThat(met).hasSize(1).doesNotContainNull();
    assertThat(met)
        .allSatisfy(
            held -> assertThat(Objects.requireNonNull(held).version()).isEqualTo(NEW.version()));
    assertThat(store.gets).isEmpty();
    assertThat(store.durable).containsEntry(KEY, record(30, 3));
    assertThat(written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
  }

  private static OwnReplica.Stamper stamped(List<@Nullable RecordHeader> met) {
    return (held, promised) -> {
      met.add(held);
      return record(30, 3);
    };
  }

  private void writeFresh(OwnReplica.Stamper stamper, Consumer<WriteOutcome> callback) {
    replica.writeFresh(0, 1, 1000, KEY, stamper, callback);
  }

  @Test
  void whoKnowsTheVersionIsAnsweredByTheVersion() {
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    read(NEW.summary(), false);
    read(record(30, 3).summary(), false);
    read(null, true);
    assertThat(read)
        .containsExactly(
            Same.INSTANCE, new HeldSummary(NEW.summary()), new HeldSummary(NEW.summary()));

    read(OLD.summary(), false);
    read(null, false);
    assertThat(read).as("these are to have the record").hasSize(3);
    store.answerGets();
    assertThat(read).hasSize(5).endsWith(new Held(NEW), new Held(NEW));
  }

  @Test
  void aVersionThatWasPurgedCountsAsNothing() {
    write(DELETED, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    replica.placementsChanged(purging(3, DELETED.version().hlc(), DELETED.version().hlc()));
    read(null, true, 3);
    assertThat(read).containsExactly(Same.INSTANCE);
    assertThat(store.gets).isEmpty();
  }

  @Test
  void ofOtherModelsTheRecordIsReadAlways() {
    Replica united = new Replica(with, purging(UNITED, 3, 0, 0));
    Record one = UnionOfBytes.of(OLD.version(), 1);
    Record two = UnionOfBytes.of(NEW.version(), 2);
    united.write(new Write(1, 0, 3, KEY, one, Cause.FRESH, 1000), written::add);
    store.answerGets();
    store.syncAll();
    united.write(new Write(1, 0, 3, KEY, two, Cause.FRESH, 1000), written::add);
    assertThat(store.gets).hasSize(1);
    store.answerGets();
    store.syncAll();

    assertThat(store.durable).containsEntry(KEY, UNION.merge(one, two));
  }

  @Test
  void aReaderIsNotShownAWriteThatIsNotDurableNorOneThatWasReplaced() {
    write(OLD, Cause.FRESH);
    store.answerGets();
    store.syncOne();
    write(NEW, Cause.FRESH);
    read(null, false);
    store.answerGets();
    assertThat(read).containsExactly(new Held(OLD));

    store.syncOne();
    read(null, false);
    store.answerGets();
    assertThat(read).last().isEqualTo(new Held(NEW));
  }

  @Test
  void aRecordFoundLateIsNotRememberedForItMayHaveBeenReplaced() {
    store.durable.put(KEY, OLD);
    read(null, false); // the store has not answered yet
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncOne();
    read(null, false);
    store.answerGets();

    assertThat(read).containsExactly(new Held(OLD), new Held(NEW));
  }

  /** The read found what the write was about to replace, and comes when the write has ended. */
  @Test
  void aRecordReadBesideAWriteIsNotRemembered() {
    store.durable.put(KEY, OLD);
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.readsAtOnce = true;
    read(null, false);
    store.readsAtOnce = false;
    store.syncAll();
    store.answerGets();
    read(null, false);

    assertThat(read).containsExactly(new Held(OLD), new Held(NEW));
  }

  @Test
  void aFailedWriteIsForgottenSoThatTheDiskIsAskedAgain() {
    store.durable.put(KEY, OLD);
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.failOne();
    read(null, false);
    assertThat(read).isEmpty();

    store.answerGets();
    assertThat(read).containsExactly(new Held(OLD));
  }

  /** Absent would be a wrong answer, and a refusal that nobody hears of would go on for ever. */
  @Test
  void aRecordThatCannotBeReadIsRefusedAndNeverTakenForAbsent() {
    store.durable.put(KEY, OLD);
    store.readsFail = true;
    read(null, false);
    write(NEW, Cause.FRESH);
    store.answerGets();

    assertThat(read).singleElement().isInstanceOf(Refused.class);
    assertThat(written).singleElement().isInstanceOf(Refused.class);
    assertThat(store.durable).containsEntry(KEY, OLD);
    assertThat(events).hasSize(2).hasOnlyElementsOfType(ReplicaEvent.ReadFailed.class);
  }

  /**
   * As when the next in line is let in since the one before has ended: OLD would be put over NEW.
   */
  @Test
  void aWriteThatComesWhileAnotherIsToldOfAnUnreadableRecordIsRefusedToo() {
    store.durable.put(KEY, NEW);
    store.readsFail = true;
    replica.write(
        new Write(1, 0, 1, KEY, OLD, Cause.FRESH, 1000),
        outcome -> {
          written.add(outcome);
          write(OLD, Cause.FRESH);
        });
    store.answerGets();
    store.syncAll();

    assertThat(written).hasSize(2).hasOnlyElementsOfType(Refused.class);
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  @Test
  void recordsBroughtTogetherAreMergedEachWithWhatIsHeldUnderItsKey() {
    store.durable.put(KEY, NEW);
    List<WritesOutcome> brought = new ArrayList<>();
    bring(brought, 1);
    store.answerGets();
    assertThat(brought).as("one of the two is not durable yet").isEmpty();
    store.syncAll();

    assertThat(brought)
        .as("the sender is told which records were not needed")
        .containsExactly(new Merged(List.of(new HoldsNewer(NEW.version()), Stored.INSTANCE)));
    assertThat(store.durable).containsEntry(KEY, NEW).containsEntry(OTHER_KEY, OLD);
    bring(brought, 2);
    replica.placementsChanged(placements(3));
    assertThat(brought).hasSize(2).last().isEqualTo(new StaleEpoch(3));
  }

  @Test
  void aRecordBroughtMeetsTheWriteThatCameWhileItsKeyWasRead() {
    List<WritesOutcome> brought = new ArrayList<>();
    bring(brought, 1);
    write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();

    assertThat(brought).hasSize(1);
    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, NEW).containsEntry(OTHER_KEY, OLD);
  }

  @Test
  void recordsBroughtOverWhatCannotBeReadAreRefused() {
    store.durable.put(KEY, NEW);
    store.readsFail = true;
    List<WritesOutcome> brought = new ArrayList<>();
    bring(brought, 1);
    store.answerGets();
    store.syncAll();

    assertThat(brought)
        .singleElement()
        .satisfies(
            outcome ->
                assertThat(((Merged) outcome).outcomes())
                    .hasSize(2)
                    .hasOnlyElementsOfType(Refused.class));
    assertThat(store.durable).containsOnly(Map.entry(KEY, NEW));
  }

  @Test
  void recordsWrittenPushNothingOutThatIsRead() {
    List<WritesOutcome> brought = new ArrayList<>();
    bring(brought, 1);
    store.answerGets();
    store.syncAll();
    read(null, false);
    assertThat(read).as("it is asked for on disk").isEmpty();

    store.answerGets();
    write(record(30, 3), Cause.FRESH);
    store.syncAll();
    read(null, false);
    assertThat(read)
        .as("what is read stays, as it is now")
        .last()
        .isEqualTo(new Held(record(30, 3)));
  }

  private void bring(List<WritesOutcome> brought, long epoch) {
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

  @Test
  void aLowerEpochIsRefusedAndAHigherOneWaits() {
    replica.placementsChanged(placements(2));
    write(NEW, Cause.FRESH, 1);
    assertThat(written).containsExactly(new StaleEpoch(2));

    write(NEW, Cause.FRESH, 3);
    store.answerGets();
    assertThat(written).hasSize(1);

    replica.placementsChanged(placements(3));
    store.answerGets();
    store.syncAll();
    assertThat(written).hasSize(2).last().isEqualTo(Stored.INSTANCE);
  }

  @Test
  void aNewEpochIsServedOnlyAfterWhatWasBegunUnderTheOldOneIsDurable() {
    write(NEW, Cause.FRESH, 1);
    store.answerGets();
    replica.placementsChanged(placements(2));
    read(null, false, 2);
    store.answerGets();
    assertThat(read).as("the begun write is not durable yet").isEmpty();

    store.syncOne();
    store.answerGets();
    assertThat(read).containsExactly(new Held(NEW));
  }

  @Test
  void aNodeThatIsNoReplicaRefuses() {
    replica.placementsChanged(
        new Placements(
            2, Map.of(), Map.of(), List.of(new PartitionPlacement(2, List.of(new NodeId(9))))));
    write(NEW, Cause.FRESH, 2);
    read(null, false, 2);

    assertThat(written).singleElement().isInstanceOf(Refused.class);
    assertThat(read).singleElement().isInstanceOf(Refused.class);
  }

  /** As a node of another version, or a broken one, may ask. */
  @Test
  void aPageOfNoRecordsOrOfAnyNumberIsOneWithinBounds() {
    store.durable.put(KEY, NEW);
    List<RangeOutcome> pages = new ArrayList<>();
    List<VersionsOutcome> versions = new ArrayList<>();
    BitSet leaves = new BitSet();
    leaves.set(0, HashTree.LEAVES);
    for (int max : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      var range = new RecordStore.Range(0, 1, new byte[0], new byte[0], max, max);
      replica.readRange(new ReadRange(1, 1, range, 1000), pages::add);
      replica.readVersions(new ReadVersions(1, 1, range, leaves, 1000), versions::add);
    }

    RangeOutcome one = new Records(List.of(new RecordStore.Entry(KEY, NEW)), null);
    assertThat(pages).hasSize(4).allMatch(one::equals);
    assertThat(versions).hasSize(4).allMatch(Versions.class::isInstance);
  }

  @Test
  void aPartitionThatDoesNotExistIsRefused() {
    replica.write(new Write(1, 99, 1, KEY, NEW, Cause.FRESH, 1000), written::add);
    replica.write(new Write(1, -1, 1, KEY, NEW, Cause.FRESH, 1000), written::add);

    assertThat(written).hasSize(2).allMatch(outcome -> outcome instanceof Refused);
  }

  @Test
  void aFreshStampUpToThePromiseIsRefusedUnlessANewerRecordIsHeld() {
    replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    write(OLD, Cause.FRESH, 2);
    store.answerGets();
    store.syncAll();
    assertThat(written).containsExactly(new BelowPromise(Hlc.of(15, 0)));
    assertThat(store.durable).isEmpty();

    store.durable.put(KEY, NEW);
    write(OLD, Cause.FRESH, 2);
    store.answerGets();
    assertThat(written).last().isEqualTo(new HoldsNewer(NEW.version()));
  }

  @Test
  void aFreshStampAtThePromiseIsRefusedAndTheNextIsTaken() {
    long promised = NEW.version().hlc();
    replica.placementsChanged(purging(2, promised, 0));
    write(NEW, Cause.FRESH, 2);
    store.answerGets();
    assertThat(written).containsExactly(new BelowPromise(promised));

    write(ofHlc(promised + 1), Cause.FRESH, 2);
    store.answerGets();
    store.syncAll();
    assertThat(written).last().isEqualTo(Stored.INSTANCE);
  }

  @Test
  void aTombstoneAtTheMarkIsGoneAndTheNextIsNot() {
    store.durable.put(KEY, DELETED);
    replica.placementsChanged(purging(2, DELETED.version().hlc() - 1, DELETED.version().hlc() - 1));
    read(null, true, 2);
    store.answerGets();
    replica.placementsChanged(purging(3, DELETED.version().hlc(), DELETED.version().hlc()));
    read(null, true, 3);
    store.answerGets();

    assertThat(read).containsExactly(new HeldSummary(DELETED.summary()), Same.INSTANCE);
  }

  @Test
  void recordsThatAreBroughtTogetherHoldTheNextEpochBackUntilAllAreDurable() {
    List<WritesOutcome> brought = new ArrayList<>();
    replica.writeAll(
        new WriteRecords(
            1,
            0,
            1,
            1,
            List.of(new RecordStore.Entry(KEY, NEW), new RecordStore.Entry(OTHER_KEY, OLD)),
            1000),
        brought::add);
    replica.placementsChanged(placements(2));
    assertThat(replica.isServed(0)).isFalse();
    store.answerGets();
    assertThat(replica.isServed(0)).isFalse();
    store.syncOne();
    assertThat(replica.isServed(0)).isFalse();

    store.syncOne();
    assertThat(replica.isServed(0)).isTrue();
    assertThat(brought).hasSize(1);
  }

  @Test
  void whatOthersBringIsNeverRefusedForItsVersion() {
    replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    write(OLD, Cause.REPAIR, 2);
    store.answerGets();
    store.syncAll();
    assertThat(written).containsExactly(Stored.INSTANCE);
  }

  @Test
  void aStampIsAskedToBeAboveThePromise() {
    replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    List<Long> floors = new ArrayList<>();
    replica.writeFresh(
        0,
        2,
        1000,
        KEY,
        (held, promised) -> {
          floors.add(promised);
          return NEW;
        },
        written::add);
    store.answerGets();
    assertThat(floors).containsExactly(Hlc.of(15, 0));
  }

  /** Before the purge is confirmed a tombstone hides what is older; afterwards it is nothing. */
  @Test
  void whatIsPurgedIsAbsentFromTheConfirmedEpochOn() {
    store.durable.put(KEY, DELETED);
    replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    read(null, false, 2);
    store.answerGets();
    assertThat(read).containsExactly(new Held(DELETED));

    replica.placementsChanged(purging(3, Hlc.of(15, 0), Hlc.of(15, 0)));
    read(null, false, 3);
    read(DELETED.summary(), false, 3);
    store.answerGets();
    assertThat(read).hasSize(3).endsWith(Same.INSTANCE, Nothing.INSTANCE);
  }

  /** Its older value could come back: the write was admitted while the tombstone still stood. */
  @Test
  void aWriteAdmittedBeforeThePurgeStillMeetsTheTombstone() {
    store.durable.put(KEY, DELETED);
    replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    write(record(5, 1), Cause.REPAIR, 2);
    replica.placementsChanged(purging(3, Hlc.of(15, 0), Hlc.of(15, 0)));
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, DELETED);
  }

  @Test
  void whoReadsEverythingHasTheGoneTakenOffTheDisk() {
    store.durable.put(KEY, DELETED);
    replica.placementsChanged(purging(3, Hlc.of(15, 0), Hlc.of(15, 0)));
    readAllOfIt();
    assertThat(store.durable).isEmpty();
    assertThat(events)
        .contains(new ReplicaEvent.Dropped(KEY.bytes().length + DELETED.bytes().length));
    read(null, false, 3);
    store.answerGets();
    assertThat(read).containsExactly(Same.INSTANCE);
  }

  /** What was written in place of the tombstone is not taken away with it. */
  @Test
  void aKeyWrittenAnewIsNotDropped() {
    store.durable.put(KEY, DELETED);
    replica.placementsChanged(purging(3, Hlc.of(15, 0), Hlc.of(15, 0)));
    write(NEW, Cause.FRESH, 3);
    store.answerGets();
    readAllOfIt();
    assertThat(store.durable).containsEntry(KEY, NEW);
    assertThat(events).contains(ReplicaEvent.Window.DROP_CAME_TOO_LATE);
  }

  /** docs/design/purge.md#f9: leftovers of an earlier tenure must not come back. */
  @Test
  void aNodeThatIsNoReplicaDropsWhatItHoldsUpToThePurge() {
    store.durable.put(KEY, OLD);
    Key other = new Key(KEY.tenant(), new byte[] {9});
    store.durable.put(other, NEW);
    replica.placementsChanged(
        purging(TENANT, List.of(new NodeId(9)), 3, Hlc.of(15, 0), Hlc.of(15, 0)));
    readAllOfIt();
    assertThat(store.durable).containsOnlyKeys(other);
  }

  private void readAllOfIt() {
    readAllOf(replica);
  }

  private void readAllOf(Replica of) {
    for (int i = 0; i < 5; i++) {
      of.trees().tick();
      store.answerGets();
      store.syncAll();
    }
  }

  private static Placements purging(long epoch, long promised, long purged) {
    return purging(TENANT, epoch, promised, purged);
  }

  private static Placements purging(
      Map<String, Tenant> tenants, long epoch, long promised, long purged) {
    return purging(tenants, List.of(SELF), epoch, promised, purged);
  }

  private static Placements purging(
      Map<String, Tenant> tenants, List<NodeId> owners, long epoch, long promised, long purged) {
    return new Placements(
        epoch,
        Map.of(),
        tenants,
        List.of(
            new PartitionPlacement(
                epoch, owners, new PurgeMarks(promised, purged), Collections.emptySortedSet())));
  }

  private void write(Record record, Cause cause) {
    write(record, cause, 1);
  }

  private void write(Record record, Cause cause, long epoch) {
    replica.write(new Write(1, 0, epoch, KEY, record, cause, 1000), written::add);
  }

  private void read(@Nullable Summary known, boolean versionOnly) {
    read(known, versionOnly, 1);
  }

  private void read(@Nullable Summary known, boolean versionOnly, long epoch) {
    replica.read(new Read(1, 0, epoch, KEY, known, versionOnly, 0, 1000), read::add);
  }

  private static Record record(long millis, int value) {
    return Record.value(
        new Version(0, Hlc.of(millis, 0), new NodeId(5), 1), 1, 0, new byte[] {(byte) value});
  }

  private static Placements placements(long epoch) {
    return new Placements(
        epoch, Map.of(), Map.of(), List.of(new PartitionPlacement(epoch, List.of(SELF))));
  }

  /** Answers nothing by itself. */
  private static final class SteppedStore implements RecordStore {
    final Map<Key, Record> durable = new HashMap<>();
    final ArrayDeque<Runnable> gets = new ArrayDeque<>();
    private final ArrayDeque<Waiting> puts = new ArrayDeque<>();

    final ArrayDeque<PutCallback> drops = new ArrayDeque<>();

    boolean readsFail;

    /** What is found is what lay there when it was asked for, however late the answer comes. */
    boolean readsAtOnce;

    private record Waiting(Key key, @Nullable Record record, PutCallback callback) {}

    @Override
    public void get(int partition, Key key, GetCallback callback) {
      boolean atOnce = readsAtOnce;
      Record now = durable.get(key);
      gets.add(
          () -> {
            if (readsFail) {
              callback.failed(new StorageFault(StorageFault.Kind.CORRUPT, "wrong checksum"));
            } else {
              callback.found(atOnce ? now : durable.get(key));
            }
          });
    }

    @Override
    public void put(int partition, Key key, Record record, PutCallback callback) {
      puts.add(new Waiting(key, record, callback));
    }

    @Override
    public void remove(int partition, Key key, PutCallback callback) {
      puts.add(new Waiting(key, null, callback));
    }

    @Override
    public void drop(int partition, PutCallback callback) {
      drops.add(callback);
    }

    @Override
    public void onUnreadable(int partitions, IntConsumer watcher) {}

    @Override
    public void scan(Range range, ScanCallback callback) {
      List<Entry> all =
          durable.entrySet().stream()
              .map(each -> new Entry(each.getKey(), each.getValue()))
              .filter(entry -> entry.key().tenant() == range.tenant())
              .toList();
      List<Entry> page = all.stream().limit(Math.max(0, range.recordsMax())).toList();
      callback.page(new Page(page, page.size() == all.size()));
    }

    void answerGets() {
      for (Runnable get = gets.poll(); get != null; get = gets.poll()) {
        get.run();
      }
    }

    void syncOne() {
      Waiting put = puts.remove();
      if (put.record() == null) {
        durable.remove(put.key());
      } else {
        durable.put(put.key(), put.record());
      }
      put.callback().stored();
    }

    void syncAll() {
      while (!puts.isEmpty()) {
        syncOne();
      }
    }

    void failOne() {
      puts.remove().callback().failed(new StorageFault(StorageFault.Kind.FAILED, "test"));
    }
  }
}

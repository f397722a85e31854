package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.NEW;
import static io.quorate.replication.replica.SteppedReplica.OLD;
import static io.quorate.replication.replica.SteppedReplica.OTHER_KEY;
import static io.quorate.replication.replica.SteppedReplica.record;
import static io.quorate.version.RecordModel.LAST_WRITE_WINS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Single writes and reads at one replica, and when they are answered. */
class ReplicaTest {
  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final List<WriteOutcome> written = stepped.written;
  private final List<ReadOutcome> read = stepped.read;
  private final List<Event> events = stepped.events;

  @Test
  void answersOnlyOnceTheRecordIsDurable() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    assertThat(written).isEmpty();

    store.syncOne();
    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  /** The partition is repaired once another replica is back; a refusal for good would be wrong. */
  @Test
  void aWriteToADamagedPartitionMayBeTakenLater() {
    stepped.replica.onDamage(partition -> {});
    store.readsFail = true;
    stepped.write(OLD, Cause.FRESH);
    store.answerGets();
    assertThat(written).hasSize(1).allMatch(NotNow.class::isInstance);

    written.clear();
    stepped.write(NEW, Cause.HINT);
    assertThat(written).hasSize(1).allMatch(NotNow.class::isInstance);
  }

  @Test
  void anOlderRecordNeverReplacesANewerOne() {
    store.durable.put(KEY, NEW);
    stepped.write(OLD, Cause.FRESH);
    stepped.write(OLD, Cause.REPAIR);
    store.answerGets();

    assertThat(written).containsExactly(new HoldsNewer(NEW.version()), Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  @Test
  void aWriteMeetsTheOneThatStillWaitsForItsSyncAndNotWhatIsOnDisk() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    stepped.write(OLD, Cause.FRESH);

    assertThat(written).as("the newer record is not durable yet").isEmpty();
    store.syncOne();
    assertThat(written).containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()));
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  @Test
  void twoWritesThatWaitForTheSameReadMergeWithEachOther() {
    stepped.write(NEW, Cause.FRESH);
    stepped.write(OLD, Cause.FRESH);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()));
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  @Test
  void theSameRecordAgainWaitsUntilItIsDurable() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    stepped.write(NEW, Cause.REPAIR);
    assertThat(written).isEmpty();

    store.syncOne();
    assertThat(written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
  }

  @Test
  void anAnswerDoesNotWaitForPutsThatCameAfterIt() {
    stepped.write(OLD, Cause.FRESH);
    store.answerGets();
    stepped.write(NEW, Cause.FRESH);

    store.syncOne();
    assertThat(written).containsExactly(Stored.INSTANCE);
    store.syncOne();
    assertThat(written).hasSize(2);
  }

  @Test
  void aFailedSyncAcknowledgesNothing() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    stepped.write(OLD, Cause.FRESH);
    store.failOne();

    assertThat(written).hasSize(2).allMatch(outcome -> outcome instanceof NotNow);
  }

  /** Time and again, while it is nearly full: a refusal for good would make dead letters. */
  @Test
  void whatTheDiskDoesNotTakeIsNotSaidOfTheRecord() {
    stepped.write(NEW, Cause.HINT);
    store.answerGets();
    store.failOne();
    store.readsFail = true;
    stepped.write(NEW, Cause.HINT);
    store.answerGets();

    assertThat(written).hasSize(2).allMatch(outcome -> outcome instanceof NotNow);
    store.readsFail = false;
    stepped.write(NEW, Cause.HINT);
    store.answerGets();
    store.syncAll();
    assertThat(written).last().isEqualTo(Stored.INSTANCE);
  }

  @Test
  void aReaderGetsTheDifferenceToWhatItKnows() {
    store.durable.put(KEY, NEW);
    stepped.read(null, false);
    stepped.read(NEW.summary(), false);
    stepped.read(OLD.summary(), false);
    stepped.read(OLD.summary(), true);
    stepped.read(record(30, 3).summary(), false);
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
    stepped.read(NEW.summary(), false);
    stepped.read(twin.summary(), false);
    store.answerGets();

    Record kept = LAST_WRITE_WINS.merge(NEW, twin);
    assertThat(read).containsExactlyInAnyOrder(Same.INSTANCE, new Held(kept));
  }

  @Test
  void ofTwoRecordsOfOneVersionOneIsKeptInWhateverOrderTheyCome() {
    Record twin = Record.value(NEW.version(), 1, 0, new byte[] {77});
    stepped.write(NEW, Cause.REPAIR);
    stepped.write(twin, Cause.HINT);
    store.answerGets();
    store.syncAll();
    stepped.replica.write(new Write(1, 0, 1, OTHER_KEY, twin, Cause.HINT, 1000), written::add);
    stepped.replica.write(new Write(1, 0, 1, OTHER_KEY, NEW, Cause.REPAIR, 1000), written::add);
    store.answerGets();
    store.syncAll();

    Record kept = LAST_WRITE_WINS.merge(NEW, twin);
    assertThat(store.durable).containsEntry(KEY, kept).containsEntry(OTHER_KEY, kept);
    assertThat(written).hasSize(4).allMatch(Stored.INSTANCE::equals);
    assertThat(events).contains(new ReplicaEvent.VersionConflict(NEW.version().node(), 1, false));
    assertThat(stepped.replica.versionConflicts())
        .containsExactly(new VersionConflicts.Of(NEW.version().node(), 1, 2));
  }

  @Test
  void aFreshWriteOfAVersionThatIsHeldWithOtherBytesIsToBeStampedAgain() {
    Record twin = Record.value(NEW.version(), 1, 0, new byte[] {77});
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    stepped.write(twin, Cause.FRESH);
    store.syncAll();
    stepped.write(NEW, Cause.FRESH);
    store.answerGets(); // of one version the bytes decide
    store.syncAll();

    assertThat(written).hasSize(3).contains(Stored.INSTANCE, new HoldsNewer(NEW.version()));
    assertThat(written.get(1)).isEqualTo(new HoldsNewer(NEW.version()));
  }

  @Test
  void anAbsentRecordIsTheSameForAReaderThatKnowsNone() {
    stepped.read(null, false);
    stepped.read(OLD.summary(), false);
    store.answerGets();

    assertThat(read).containsExactly(Same.INSTANCE, Nothing.INSTANCE);
  }

  @Test
  void aReadSeesOnlyWhatIsDurable() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    stepped.read(null, false);
    store.answerGets();

    assertThat(read).containsExactly(Same.INSTANCE);
  }

  @Test
  void aReaderIsNotShownAWriteThatIsNotDurableNorOneThatWasReplaced() {
    stepped.write(OLD, Cause.FRESH);
    store.answerGets();
    store.syncOne();
    stepped.write(NEW, Cause.FRESH);
    stepped.read(null, false);
    store.answerGets();
    assertThat(read).containsExactly(new Held(OLD));

    store.syncOne();
    stepped.read(null, false);
    store.answerGets();
    assertThat(read).last().isEqualTo(new Held(NEW));
  }

  /** "Absent" would be a wrong answer; and without an event, operators would never learn of it. */
  @Test
  void aRecordThatCannotBeReadIsRefusedAndNeverTakenForAbsent() {
    store.durable.put(KEY, OLD);
    store.readsFail = true;
    stepped.read(null, false);
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();

    assertThat(read).singleElement().isInstanceOf(Refused.class);
    assertThat(written).singleElement().isInstanceOf(NotNow.class);
    assertThat(store.durable).containsEntry(KEY, OLD);
    assertThat(events).hasSize(2).hasOnlyElementsOfType(ReplicaEvent.ReadFailed.class);
  }

  /**
   * The end of one write may admit the next. It must not take the unreadable record for absent: OLD
   * would replace NEW.
   */
  @Test
  void aWriteThatComesWhileAnotherIsToldOfAnUnreadableRecordIsRefusedToo() {
    store.durable.put(KEY, NEW);
    store.readsFail = true;
    stepped.replica.write(
        new Write(1, 0, 1, KEY, OLD, Cause.FRESH, 1000),
        outcome -> {
          written.add(outcome);
          stepped.write(OLD, Cause.FRESH);
        });
    store.answerGets();
    store.syncAll();

    assertThat(written).hasSize(2).hasOnlyElementsOfType(NotNow.class);
    assertThat(store.durable).containsEntry(KEY, NEW);
  }

  @Test
  void aNodeThatIsNoReplicaRefuses() {
    stepped.replica.placementsChanged(
        new Placements(
            2, Map.of(), Map.of(), List.of(new PartitionPlacement(2, List.of(new NodeId(9))))));
    stepped.write(NEW, Cause.FRESH, 2);
    stepped.read(null, false, 2);

    assertThat(written).singleElement().isInstanceOf(Refused.class);
    assertThat(read).singleElement().isInstanceOf(Refused.class);
  }

  /** A node of another release, or a broken one, may ask for such pages. */
  @Test
  void aPageOfNoRecordsOrOfAnyNumberIsOneWithinBounds() {
    store.durable.put(KEY, NEW);
    List<RangeOutcome> pages = new ArrayList<>();
    List<VersionsOutcome> versions = new ArrayList<>();
    BitSet leaves = new BitSet();
    leaves.set(0, HashTree.LEAVES);
    for (int max : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      var range = new RecordStore.Range(0, 1, new byte[0], new byte[0], max, max);
      stepped.replica.readRange(new ReadRange(1, 1, range, 1000), pages::add);
      stepped.replica.readVersions(new ReadVersions(1, 1, range, leaves, 1000), versions::add);
    }

    RangeOutcome one = new Records(List.of(new RecordStore.Entry(KEY, NEW)), null);
    assertThat(pages).hasSize(4).allMatch(one::equals);
    assertThat(versions).hasSize(4).allMatch(Versions.class::isInstance);
  }

  @Test
  void aPartitionThatDoesNotExistIsRefused() {
    stepped.replica.write(new Write(1, 99, 1, KEY, NEW, Cause.FRESH, 1000), written::add);
    stepped.replica.write(new Write(1, -1, 1, KEY, NEW, Cause.FRESH, 1000), written::add);

    assertThat(written).hasSize(2).allMatch(outcome -> outcome instanceof Refused);
  }
}

package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.DELETED;
import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.NEW;
import static io.quorate.replication.replica.SteppedReplica.OLD;
import static io.quorate.replication.replica.SteppedReplica.TENANT;
import static io.quorate.replication.replica.SteppedReplica.ofHlc;
import static io.quorate.replication.replica.SteppedReplica.purging;
import static io.quorate.replication.replica.SteppedReplica.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.node.core.NodeInside;
import io.quorate.placement.Placements;
import io.quorate.purge.PurgeReport;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tombstones, the promise of a purge, and its mark, at one replica. */
class ReplicaPurgeTest {
  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final List<WriteOutcome> written = stepped.written;
  private final List<ReadOutcome> read = stepped.read;
  private final List<Event> events = stepped.events;

  @Test
  void aFreshStampUpToThePromiseIsRefusedUnlessANewerRecordIsHeld() {
    stepped.replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    stepped.write(OLD, Cause.FRESH, 2);
    store.answerGets();
    store.syncAll();
    assertThat(written).containsExactly(new BelowPromise(Hlc.of(15, 0)));
    assertThat(store.durable).isEmpty();

    store.durable.put(KEY, NEW);
    stepped.write(OLD, Cause.FRESH, 2);
    store.answerGets();
    assertThat(written).last().isEqualTo(new HoldsNewer(NEW.version()));
  }

  @Test
  void aFreshStampAtThePromiseIsRefusedAndTheNextIsTaken() {
    long promised = NEW.version().hlc();
    stepped.replica.placementsChanged(purging(2, promised, 0));
    stepped.write(NEW, Cause.FRESH, 2);
    store.answerGets();
    assertThat(written).containsExactly(new BelowPromise(promised));

    stepped.write(ofHlc(promised + 1), Cause.FRESH, 2);
    store.answerGets();
    store.syncAll();
    assertThat(written).last().isEqualTo(Stored.INSTANCE);
  }

  @Test
  void aTombstoneAtTheMarkIsGoneAndTheNextIsNot() {
    store.durable.put(KEY, DELETED);
    stepped.replica.placementsChanged(
        purging(2, DELETED.version().hlc() - 1, DELETED.version().hlc() - 1));
    stepped.read(null, true, 2);
    store.answerGets();
    stepped.replica.placementsChanged(purging(3, DELETED.version().hlc(), DELETED.version().hlc()));
    stepped.read(null, true, 3);
    store.answerGets();

    assertThat(read).containsExactly(new HeldSummary(DELETED.summary()), Same.INSTANCE);
  }

  @Test
  void whatOthersBringIsNeverRefusedForItsVersion() {
    stepped.replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    stepped.write(OLD, Cause.REPAIR, 2);
    store.answerGets();
    store.syncAll();
    assertThat(written).containsExactly(Stored.INSTANCE);
  }

  @Test
  void aStampIsAskedToBeAboveThePromise() {
    stepped.replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    List<Long> floors = new ArrayList<>();
    stepped.replica.writeFresh(
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

  /** Until the purge is confirmed, the tombstone hides older values; afterwards it is absent. */
  @Test
  void whatIsPurgedIsAbsentFromTheConfirmedEpochOn() {
    store.durable.put(KEY, DELETED);
    stepped.replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    stepped.read(null, false, 2);
    store.answerGets();
    assertThat(read).containsExactly(new Held(DELETED));

    stepped.replica.placementsChanged(purging(3, Hlc.of(15, 0), Hlc.of(15, 0)));
    stepped.read(null, false, 3);
    stepped.read(DELETED.summary(), false, 3);
    store.answerGets();
    assertThat(read).hasSize(3).endsWith(Same.INSTANCE, Nothing.INSTANCE);
  }

  /** The write was admitted while the tombstone counted; without it the old value would be back. */
  @Test
  void aWriteAdmittedBeforeThePurgeStillMeetsTheTombstone() {
    store.durable.put(KEY, DELETED);
    stepped.replica.placementsChanged(purging(2, Hlc.of(15, 0), 0));
    stepped.write(record(5, 1), Cause.REPAIR, 2);
    stepped.replica.placementsChanged(purging(3, Hlc.of(15, 0), Hlc.of(15, 0)));
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, DELETED);
  }

  @Test
  void readingAllRecordsTakesPurgedOnesOffTheDisk() {
    store.durable.put(KEY, DELETED);
    stepped.replica.placementsChanged(purging(3, Hlc.of(15, 0), Hlc.of(15, 0)));
    stepped.readAll();
    assertThat(store.durable).isEmpty();
    assertThat(events)
        .contains(new ReplicaEvent.Dropped(KEY.bytes().length + DELETED.bytes().length));
    stepped.read(null, false, 3);
    store.answerGets();
    assertThat(read).containsExactly(Same.INSTANCE);
  }

  /** The value that replaced a tombstone is not removed with it. */
  @Test
  void aKeyWrittenAfterItsTombstoneIsNotDropped() {
    store.durable.put(KEY, DELETED);
    stepped.replica.placementsChanged(purging(3, Hlc.of(15, 0), Hlc.of(15, 0)));
    stepped.write(NEW, Cause.FRESH, 3);
    store.answerGets();
    stepped.readAll();
    assertThat(store.durable).containsEntry(KEY, NEW);
    assertThat(events).contains(ReplicaEvent.Window.DROP_CAME_TOO_LATE);
  }

  /** docs/design/purge.md#f9: leftovers of an earlier tenure must not come back. */
  @Test
  void aNodeThatIsNoReplicaDropsWhatItHoldsUpToThePurge() {
    store.durable.put(KEY, OLD);
    Key other = new Key(KEY.tenant(), new byte[] {9});
    store.durable.put(other, NEW);
    stepped.replica.placementsChanged(
        purging(TENANT, List.of(new NodeId(9)), 3, Hlc.of(15, 0), Hlc.of(15, 0)));
    stepped.readAll();
    assertThat(store.durable).containsOnlyKeys(other);
  }

  /** What hides the rest is forgotten by what all say that they hold. */
  @Test
  void whatItHoldsIsSyncedBeforeItIsReported() {
    Placements open = purging(2, Hlc.of(15, 0), 0);
    stepped.replica.placementsChanged(open);
    stepped.readAll();
    store.syncsLater = true;
    List<PurgeReport> reports = new ArrayList<>();
    Runnable report =
        NodeInside.purgeReporting(SteppedReplica.SELF, stepped.replica, open, reports::add);
    report.run();
    assertThat(reports).isEmpty();
    store.failOne();
    assertThat(reports).isEmpty();
    report.run();
    report.run(); // nothing more is begun while a sync is under way
    assertThat(store.waiting()).isEqualTo(1);
    store.syncAll();
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().holdings()).hasSize(1);
  }
}

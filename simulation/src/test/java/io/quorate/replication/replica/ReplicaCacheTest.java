package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.DELETED;
import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.NEW;
import static io.quorate.replication.replica.SteppedReplica.OLD;
import static io.quorate.replication.replica.SteppedReplica.UNITED;
import static io.quorate.replication.replica.SteppedReplica.purging;
import static io.quorate.replication.replica.SteppedReplica.record;
import static io.quorate.replication.replica.SteppedReplica.rootOf;
import static io.quorate.replication.replica.SteppedReplica.treeOf;
import static io.quorate.version.UnionOfBytes.UNION;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.UnionOfBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a replica remembers of records and versions, and when it reads the store nevertheless. */
class ReplicaCacheTest {
  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final List<WriteOutcome> written = stepped.written;
  private final List<ReadOutcome> read = stepped.read;
  private final List<Event> events = stepped.events;

  @Test
  void aRecordReadLatelyIsNotLookedUpAgain() {
    store.durable.put(KEY, OLD);
    stepped.read(null, false);
    store.answerGets();
    stepped.read(null, false);
    stepped.write(NEW, Cause.FRESH);
    store.syncOne();
    stepped.read(null, false);
    stepped.write(OLD, Cause.FRESH);

    assertThat(read).containsExactly(new Held(OLD), new Held(OLD), new Held(NEW));
    assertThat(written).containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()));
  }

  /** A key that is written all the time would otherwise never be in the cache when it is read. */
  @Test
  void aRecordReadBesideAWriteIsRememberedAsTheWriteLeavesIt() {
    store.durable.put(KEY, OLD);
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    stepped.read(null, false);
    store.answerGets();
    store.syncAll();
    stepped.read(null, false);

    assertThat(read).containsExactly(new Held(OLD), new Held(NEW));
    assertThat(store.gets).isEmpty();
  }

  @Test
  void aWriteOverAVersionThatIsKnownDoesNotLookUpTheRecord() {
    stepped.write(OLD, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    stepped.write(NEW, Cause.FRESH);
    assertThat(store.gets).isEmpty();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, NEW);
    assertThat(events).contains(ReplicaEvent.Window.MERGED_BY_HEADER);
  }

  @Test
  void theTreeIsRightThoughOnlyTheVersionOfWhatWasReplacedIsKnown() {
    stepped.write(OLD, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    stepped.replica.placementsChanged(purging(2, 0, 0));
    stepped.replica.trees().build(List.of(0));
    stepped.readAll();
    stepped.write(NEW, Cause.FRESH, 2);
    assertThat(store.gets).isEmpty();
    store.syncAll();

    assertThat(treeOf(stepped.replica)).isEqualTo(rootOf(NEW));
  }

  @Test
  void aWriteBehindAVersionThatIsKnownMeetsTheRecord() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    stepped.write(OLD, Cause.FRESH);
    assertThat(store.gets).hasSize(1);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()));
    assertThat(store.durable).containsEntry(KEY, NEW);
    assertThat(events).contains(ReplicaEvent.Window.READ_TO_MERGE);
  }

  @Test
  void writesThatComeWhileTheRecordIsReadAfterAllAreMergedInOrder() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    stepped.write(OLD, Cause.FRESH);
    stepped.write(record(30, 3), Cause.FRESH);
    store.answerGets();
    store.syncAll();

    assertThat(written)
        .containsExactly(Stored.INSTANCE, new HoldsNewer(NEW.version()), Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, record(30, 3));
  }

  @Test
  void aWriteIsStampedOnceThoughTheRecordIsReadAfterAll() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    List<@Nullable RecordHeader> met = new ArrayList<>();
    stepped.replica.writeFresh(
        0,
        1,
        1000,
        KEY,
        (held, promised) -> {
          met.add(held);
          return OLD; // a stamper that ignores what is held
        },
        written::add);
    store.answerGets();
    store.syncAll();

    assertThat(met).hasSize(1).doesNotContainNull();
    assertThat(written).endsWith(new HoldsNewer(NEW.version()));
  }

  /** The key has no waiting writes at that moment, but it is not empty. */
  @Test
  void aWriteSentFromACallbackMeetsTheVersionToo() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    List<@Nullable RecordHeader> met = new ArrayList<>();
    stepped.writeFresh(
        (held, promised) -> null, refused -> stepped.writeFresh(stamped(met), written::add));
    store.syncAll();

    assertThat(met).hasSize(1).doesNotContainNull();
    assertThat(met)
        .allSatisfy(
            held -> assertThat(Objects.requireNonNull(held).version()).isEqualTo(NEW.version()));
    assertThat(store.gets).isEmpty();
    assertThat(store.durable).containsEntry(KEY, record(30, 3));
    assertThat(written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
  }

  @Test
  void aReaderThatKnowsTheVersionIsAnsweredByTheVersion() {
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    stepped.read(NEW.summary(), false);
    stepped.read(record(30, 3).summary(), false);
    stepped.read(null, true);
    assertThat(read)
        .containsExactly(
            Same.INSTANCE, new HeldSummary(NEW.summary()), new HeldSummary(NEW.summary()));

    stepped.read(OLD.summary(), false);
    stepped.read(null, false);
    assertThat(read).as("these are to have the record").hasSize(3);
    store.answerGets();
    assertThat(read).hasSize(5).endsWith(new Held(NEW), new Held(NEW));
  }

  @Test
  void aVersionThatWasPurgedCountsAsNothing() {
    stepped.write(DELETED, Cause.FRESH);
    store.answerGets();
    store.syncAll();
    stepped.replica.placementsChanged(purging(3, DELETED.version().hlc(), DELETED.version().hlc()));
    stepped.read(null, true, 3);
    assertThat(read).containsExactly(Same.INSTANCE);
    assertThat(store.gets).isEmpty();
  }

  @Test
  void ofOtherModelsTheRecordIsReadOnceForAllWritesThatFollow() {
    Replica united = new Replica(stepped.with, purging(UNITED, 3, 0, 0));
    Record one = UnionOfBytes.of(OLD.version(), 1);
    Record two = UnionOfBytes.of(NEW.version(), 2);
    united.write(new Write(1, 0, 3, KEY, one, Cause.FRESH, 1000), written::add);
    store.answerGets();
    store.syncAll();
    united.write(new Write(1, 0, 3, KEY, two, Cause.FRESH, 1000), written::add);
    assertThat(store.gets).isEmpty();
    store.syncAll();

    assertThat(store.durable).containsEntry(KEY, UNION.merge(one, two));
  }

  /** A purge may take a part of a record away: then its header tells nothing of what is left. */
  @Test
  void ofOtherModelsAHeaderTellsThatTheAskerHasTheSameUntilAPurge() {
    Replica united = new Replica(withoutRecords(), purging(UNITED, 3, 0, 0));
    Record one = UnionOfBytes.of(OLD.version(), 1);
    united.write(new Write(1, 0, 3, KEY, one, Cause.FRESH, 1000), written::add);
    store.answerGets();
    store.syncAll();
    united.read(new Read(1, 0, 3, KEY, one.summary(), false, 0, 1000), read::add);
    assertThat(store.gets).isEmpty();
    assertThat(read).containsExactly(Same.INSTANCE);

    long mark = OLD.version().hlc() - 1;
    united.placementsChanged(purging(UNITED, 4, mark, mark));
    united.read(new Read(1, 0, 4, KEY, one.summary(), false, 0, 1000), read::add);
    assertThat(store.gets).hasSize(1);
    store.answerGets();
    assertThat(read).containsExactly(Same.INSTANCE, Same.INSTANCE);
  }

  /** A replica that remembers headers only. */
  private Replica.Collaborators withoutRecords() {
    Replica.Collaborators with = stepped.with;
    return new Replica.Collaborators(
        with.self(),
        with.store(),
        with.arrivals(),
        with.notes(),
        with.clock(),
        with.hybridClock(),
        new CacheSizes(1, with.cacheSizes().versionBytes()),
        with.noteLimits(),
        with.events());
  }

  @Test
  void aRecordFoundLateIsNotRememberedForItMayHaveBeenReplaced() {
    store.durable.put(KEY, OLD);
    stepped.read(null, false); // the store has not answered yet
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncOne();
    stepped.read(null, false);
    store.answerGets();

    assertThat(read).containsExactly(new Held(OLD), new Held(NEW));
  }

  /** The read finds the record before the write, and is answered after the write. */
  @Test
  void aRecordReadBesideAWriteIsNotRemembered() {
    store.durable.put(KEY, OLD);
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    store.readsAtOnce = true;
    stepped.read(null, false);
    store.readsAtOnce = false;
    store.syncAll();
    store.answerGets();
    stepped.read(null, false);

    assertThat(read).containsExactly(new Held(OLD), new Held(NEW));
  }

  @Test
  void aFailedWriteIsForgottenSoThatTheDiskIsAskedAgain() {
    store.durable.put(KEY, OLD);
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    store.failOne();
    stepped.read(null, false);
    assertThat(read).isEmpty();

    store.answerGets();
    assertThat(read).containsExactly(new Held(OLD));
  }

  @Test
  void recordsWrittenPushNothingOutThatIsRead() {
    List<WritesOutcome> brought = new ArrayList<>();
    stepped.bring(brought, 1);
    store.answerGets();
    store.syncAll();
    stepped.read(null, false);
    assertThat(read).as("it is asked for on disk").isEmpty();

    store.answerGets();
    stepped.write(record(30, 3), Cause.FRESH);
    store.syncAll();
    stepped.read(null, false);
    assertThat(read)
        .as("what is read stays, as it is now")
        .last()
        .isEqualTo(new Held(record(30, 3)));
  }

  private static OwnReplica.Stamper stamped(List<@Nullable RecordHeader> met) {
    return (held, promised) -> {
      met.add(held);
      return record(30, 3);
    };
  }
}

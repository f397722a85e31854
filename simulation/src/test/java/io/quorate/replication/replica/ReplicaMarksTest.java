package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.DELETED;
import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.OLD;
import static io.quorate.replication.replica.SteppedReplica.TENANT;
import static io.quorate.replication.replica.SteppedReplica.purging;
import static io.quorate.replication.replica.SteppedReplica.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Mark;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.version.FenceRank;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A replica that puts marks before what it holds (docs/design/fencing.md#mark). */
class ReplicaMarksTest {
  private static final long TOKEN = 7;

  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final List<PrepareOutcome> marked = new ArrayList<>();
  private long promised;
  private long purged;
  private Replica replica = started(new ReplicaRules());

  private Replica started(ReplicaRules rules) {
    return new Replica(stepped.with, placements(), rules);
  }

  private Placements placements() {
    return purging(TENANT, 1, promised, purged);
  }

  private void isPurged() {
    promised = Hlc.of(5, 0);
    purged = promised;
    replica = started(new ReplicaRules());
  }

  private static Version version(long rank, long millis) {
    return new Version(rank, Hlc.of(millis, 0), new NodeId(9), 1);
  }

  private static Version mark(long token, long millis) {
    return version(FenceRank.raised(token), millis);
  }

  private static Record fresh(long token, long millis) {
    return Record.value(version(FenceRank.fresh(token), millis), 1, 0, new byte[] {3});
  }

  private void marks(Version mark, Mark asked) {
    replica.prepare(new Prepare(1, 0, 1, KEY, mark, asked, 1000), marked::add);
    store.answerGets();
  }

  private void marks(Version mark) {
    marks(mark, Mark.UNASKED);
    store.syncAll();
  }

  private void writes(Record record, Cause cause) {
    replica.write(new Write(1, 0, 1, KEY, record, cause, 1000), stepped.written::add);
    store.answerGets();
    store.syncAll();
  }

  private @Nullable Record held() {
    List<ReadOutcome> read = new ArrayList<>();
    replica.read(new Read(1, 0, 1, KEY, null, false, 0, 1000), read::add);
    store.answerGets();
    return read.getFirst() instanceof Held(Record record) ? record : null;
  }

  @Test
  void aMarkIsAnsweredOnceItIsDurable() {
    writes(OLD, Cause.FRESH);
    marks(mark(TOKEN, 15), Mark.UNASKED);
    assertThat(marked).isEmpty();
    store.syncAll();

    assertThat(marked).containsExactly(new Promised(OLD));
    replica = started(new ReplicaRules());
    assertThat(held()).as("after a restart").isEqualTo(Record.marked(mark(TOKEN, 15), OLD));
  }

  /** The twin: a restart forgets the mark, and takes what an earlier holder writes. */
  @Test
  void aMarkThatIsNotStoredHoldsNothingBack() {
    replica =
        started(
            new ReplicaRules() {
              @Override
              boolean storesMarks() {
                return false;
              }
            });
    marks(mark(TOKEN, 15));
    assertThat(marked).containsExactly(new Promised(null));
    replica = started(new ReplicaRules());
    writes(fresh(TOKEN - 1, 20), Cause.FENCED);

    assertThat(stepped.written).containsExactly(Stored.INSTANCE);
  }

  @Test
  void whatIsBelowAMarkIsStoredUnderItAndNotAcknowledged() {
    marks(mark(TOKEN, 15));
    writes(record(20, 2), Cause.FRESH);
    writes(fresh(TOKEN - 1, 21), Cause.FENCED);

    HoldsNewer above = new HoldsNewer(mark(TOKEN, 15));
    assertThat(stepped.written).containsExactly(above, above);
    assertThat(held()).isEqualTo(Record.marked(mark(TOKEN, 15), fresh(TOKEN - 1, 21)));
  }

  @Test
  void aMarkBroughtByAnyPathIsKept() {
    writes(OLD, Cause.FRESH);
    writes(Record.marked(mark(TOKEN, 15), null), Cause.HINT);
    writes(record(20, 2), Cause.REPAIR);

    assertThat(stepped.written).containsExactly(Stored.INSTANCE, Stored.INSTANCE, Stored.INSTANCE);
    assertThat(held()).isEqualTo(Record.marked(mark(TOKEN, 15), record(20, 2)));
  }

  /** Its header does not tell whether what comes is all of it. */
  @Test
  void aMarkIsNotReplacedByHeader() {
    marks(mark(TOKEN, 15));
    writes(record(20, 2), Cause.REPAIR);
    writes(Record.marked(mark(TOKEN, 30), OLD), Cause.REPAIR);

    assertThat(held()).isEqualTo(Record.marked(mark(TOKEN, 30), record(20, 2)));
  }

  @Test
  void aReaderThatKnowsAnotherRecordIsGivenTheMarkedOne() {
    writes(OLD, Cause.FRESH);
    marks(mark(TOKEN, 15));
    List<ReadOutcome> read = new ArrayList<>();
    replica.read(new Read(1, 0, 1, KEY, record(20, 2).summary(), false, 0, 1000), read::add);
    store.answerGets();

    assertThat(read).containsExactly(new Held(Record.marked(mark(TOKEN, 15), OLD)));
    assertThat(read).noneMatch(HeldSummary.class::isInstance).noneMatch(Nothing.class::isInstance);
  }

  @Test
  void whatIsRaisedTakesThePlaceOfItsMark() {
    writes(OLD, Cause.FRESH);
    marks(mark(TOKEN, 15));
    writes(record(20, 2), Cause.FRESH);
    Record raised = Record.value(mark(TOKEN, 15), 1, 0, OLD.copyValue());
    writes(raised, Cause.FRESH);

    assertThat(stepped.written).endsWith(Stored.INSTANCE);
    assertThat(held()).isNotNull().extracting(Record::asWritten).isEqualTo(raised);
    marks(mark(TOKEN, 15));
    assertThat(marked).as("its own mark, late").endsWith(new PromisedHigher(mark(TOKEN, 15)));
  }

  /** Its holder reads what it has written: that holds back all that a mark would. */
  @Test
  void whatIsFreshUnderTheTokenNeedsNoMark() {
    writes(fresh(TOKEN, 20), Cause.FRESH);
    marks(mark(TOKEN, 10));
    marks(mark(TOKEN, 30));

    assertThat(marked)
        .containsExactly(new Promised(fresh(TOKEN, 20)), new Promised(fresh(TOKEN, 20)));
    assertThat(held()).isEqualTo(fresh(TOKEN, 20));
  }

  @Test
  void aMarkIsRefusedBelowWhatIsHeld() {
    writes(fresh(TOKEN, 20), Cause.FRESH);
    marks(mark(TOKEN - 1, 30));
    marks(mark(TOKEN + 1, 30));
    marks(mark(TOKEN, 40));
    marks(mark(TOKEN + 1, 29));

    assertThat(marked)
        .containsExactly(
            new PromisedHigher(fresh(TOKEN, 20).version()),
            new Promised(fresh(TOKEN, 20)),
            new PromisedHigher(mark(TOKEN + 1, 30)),
            new PromisedHigher(mark(TOKEN + 1, 30)));
  }

  /** A purge goes by time: it would take away a deletion, and not what it had overwritten. */
  @Test
  void whatComesByItsRankKeepsALaterTime() {
    Record deleted = Record.tombstone(version(FenceRank.fresh(TOKEN), 10), 1);
    writes(record(20, 2), Cause.FRESH);
    writes(deleted, Cause.FRESH);
    writes(deleted, Cause.FRESH);
    assertThat(stepped.written).as("also asked again").containsOnly(Stored.INSTANCE);
    assertThat(held()).isNotNull().extracting(Record::asWritten).isEqualTo(deleted);
    writes(record(30, 3), Cause.FRESH);
    assertThat(stepped.written).as("lower").endsWith(new HoldsNewer(deleted.version()));

    purgesUpTo(15);
    assertThat(held()).isNotNull().extracting(Record::latestTime).isEqualTo(Hlc.of(20, 0));
    writes(record(20, 2), Cause.REPAIR);
    assertThat(held())
        .as("from one that was a replica before")
        .isNotNull()
        .extracting(Record::isTombstone)
        .isEqualTo(true);
    purgesUpTo(20);
    assertThat(held()).isNull();
  }

  @Test
  void aMarkGoesNoEarlierThanWhatLiesUnderIt() {
    writes(Record.tombstone(version(FenceRank.raised(TOKEN), 20), 1), Cause.FRESH);
    writes(Record.marked(mark(TOKEN + 1, 10), null), Cause.REPAIR);

    purgesUpTo(15);
    assertThat(held()).isNotNull().extracting(Record::isMarked).isEqualTo(true);
    purgesUpTo(20);
    assertThat(held()).isNull();
  }

  /**
   * The twin: it is deleted with a lower time, the deletion is purged, and a copy brings it back.
   */
  @Test
  void withoutTheRuleWhatWasOverwrittenOutlivesThePurge() {
    replica =
        started(
            new ReplicaRules() {
              @Override
              Record merge(RecordModel model, Record held, Record arriving, Cause cause) {
                return super.merge(model, held, arriving, cause).asWritten();
              }
            });
    writes(record(20, 2), Cause.FRESH);
    writes(Record.tombstone(version(FenceRank.fresh(TOKEN), 10), 1), Cause.FRESH);

    purgesUpTo(15);
    assertThat(held()).isNull();
    writes(record(20, 2), Cause.REPAIR);
    assertThat(held()).as("from one that was a replica before").isEqualTo(record(20, 2));
  }

  private void purgesUpTo(long millis) {
    promised = Hlc.of(millis, 0);
    purged = promised;
    replica = started(new ReplicaRules());
  }

  /** A promise of a purge holds for marks, too: with nothing under them they are deletions. */
  @Test
  void aMarkIsAboveWhatIsPromisedToAPurge() {
    promised = Hlc.of(50, 0);
    replica = started(new ReplicaRules());
    marks(mark(TOKEN, 50));
    marks(mark(TOKEN, 51));

    assertThat(marked)
        .containsExactly(
            new PromisedHigher(new Version(0, promised, new NodeId(9), 0)), new Promised(null));
  }

  @Test
  void aMarkWithoutAValueIsPurgedAsADeletion() {
    writes(DELETED, Cause.FRESH);
    marks(mark(TOKEN, 15));
    assertThat(held()).isEqualTo(Record.marked(mark(TOKEN, 15), DELETED));
    purged = Hlc.of(14, 0);
    promised = purged;
    replica = started(new ReplicaRules());
    assertThat(held()).as("the mark is later").isNotNull();
    purged = Hlc.of(15, 0);
    promised = purged;
    replica = started(new ReplicaRules());
    assertThat(held()).isNull();
  }

  // After a purge

  @Test
  void afterAPurgeATokenHasToBeHeldWhereTheKeyKnowsNone() {
    isPurged();
    marks(mark(TOKEN, 15));
    writes(fresh(TOKEN, 16), Cause.FENCED);
    writes(record(17, 1), Cause.FRESH);
    writes(fresh(TOKEN, 18), Cause.FENCED);
    marks(mark(TOKEN, 19));

    assertThat(marked).containsExactly(FenceForgotten.INSTANCE, FenceForgotten.INSTANCE);
    assertThat(stepped.written)
        .containsExactly(FenceForgotten.INSTANCE, Stored.INSTANCE, FenceForgotten.INSTANCE);
    assertThat(held()).as("and no mark is left").isEqualTo(record(17, 1));
  }

  @Test
  void whatIsSaidToBeHeldIsTakenAndThenTheKeyKnowsOfIt() {
    isPurged();
    marks(mark(TOKEN, 15), Mark.HELD);
    store.syncAll();
    writes(fresh(TOKEN, 16), Cause.FENCED);

    assertThat(marked).containsExactly(new Promised(null));
    assertThat(stepped.written).containsExactly(Stored.INSTANCE);
  }

  /** The twin. */
  @Test
  void withoutTheRuleAnyTokenIsTakenAfterAPurge() {
    promised = Hlc.of(5, 0);
    purged = promised;
    replica =
        started(
            new ReplicaRules() {
              @Override
              boolean remembersForgottenFences() {
                return false;
              }
            });
    writes(fresh(TOKEN, 16), Cause.FENCED);
    assertThat(stepped.written).containsExactly(Stored.INSTANCE);
  }
}

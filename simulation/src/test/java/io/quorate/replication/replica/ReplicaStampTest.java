package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.NEW;
import static io.quorate.replication.replica.SteppedReplica.ofHlc;
import static io.quorate.replication.replica.SteppedReplica.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.sim.kernel.SimClock;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Stamps far ahead of a replica's clock: refused as they arrive, and replaced where they are held.
 */
class ReplicaStampTest {
  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final List<WriteOutcome> written = stepped.written;
  private final List<Event> events = stepped.events;

  @Test
  void recordsThatNoClockCanHaveStampedAreRefusedInEveryWayTheyArrive() {
    Record ahead = ofMillis(SimClock.EPOCH_MILLIS + 86_400_000L + 60_000);
    for (Record wild : List.of(ahead, ofHlc(-1), ofHlc(Hlc.END))) {
      for (Cause cause : Cause.values()) {
        stepped.write(wild, cause);
      }
      stepped.replica.writeAll(
          new WriteRecords(1, 0, 1, 1, List.of(new RecordStore.Entry(KEY, wild)), 1000),
          outcome -> written.add(((Merged) outcome).outcomes().getFirst()));
    }
    store.answerGets();
    store.syncAll();

    int sent = 3 * (Cause.values().length + 1);
    assertThat(written).hasSize(sent).allMatch(Refused.class::isInstance);
    assertThat(store.durable).isEmpty();
    assertThat(stepped.replica.stampsRefused()).isEqualTo(sent);
    assertThat(events).contains(new ReplicaEvent.StampRefused(ahead.version().node(), -1, false));
  }

  /** Where clients stamp, the number in a version is that of a request, and no node has it. */
  @Test
  void theNodeWhoseClockIsToBeLookedAfterIsNamedIfThereIsOne() {
    Record ahead = ofMillis(SimClock.EPOCH_MILLIS + 2 * 86_400_000L);
    stepped.write(ahead, Cause.REPAIR);
    store.answerGets();
    NodeId writer = ahead.version().node();
    stepped.replica.placementsChanged(
        new Placements(
            2,
            Map.of(writer, new Placements.Member(writer, "host:1", "r", "z", 1)),
            SteppedReplica.TENANT,
            SteppedReplica.placements(1).partitions()));
    stepped.write(ahead, Cause.REPAIR);
    store.answerGets();

    assertThat(written)
        .extracting(each -> ((Refused) each).reason())
        .satisfiesExactly(
            unknown -> assertThat(unknown).contains("a client, or", "the clocks of clients"),
            known -> assertThat(known).contains("node " + writer, "the clock of that node"));
    assertThat(events)
        .containsSubsequence(
            new ReplicaEvent.StampRefused(writer, ahead.version().hlc(), false),
            new ReplicaEvent.StampRefused(writer, ahead.version().hlc(), true));
  }

  @Test
  void aStampLessThanADayAheadIsTaken() {
    Record ahead = ofMillis(SimClock.EPOCH_MILLIS + 86_400_000L - 60_000);
    stepped.write(ahead, Cause.REPAIR);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE);
  }

  @Test
  void aKeyThatHoldsARecordOfTheFarFutureIsWrittenAboveIt() {
    long far = SimClock.EPOCH_MILLIS + 1_000_000_000_000L;
    store.durable.put(KEY, ofMillis(far));
    stepped.write(ofMillis(far + 1), Cause.FRESH);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, ofMillis(far + 1));
  }

  @Test
  void aRecordAtTheEndOfTimeThatIsHeldGivesWayToAnyOther() {
    store.durable.put(KEY, ofHlc(-1));
    stepped.write(NEW, Cause.FRESH);
    store.answerGets();
    store.syncAll();

    assertThat(written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, NEW);
  }
}

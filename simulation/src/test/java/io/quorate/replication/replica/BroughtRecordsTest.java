package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.NEW;
import static io.quorate.replication.replica.SteppedReplica.OLD;
import static io.quorate.replication.replica.SteppedReplica.OTHER_KEY;
import static io.quorate.replication.replica.SteppedReplica.placements;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records that a replica is sent together: each is merged, and all are answered at once. */
class BroughtRecordsTest {
  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final List<WriteOutcome> written = stepped.written;

  @Test
  void recordsBroughtTogetherAreMergedEachWithWhatIsHeldUnderItsKey() {
    store.durable.put(KEY, NEW);
    List<WritesOutcome> brought = new ArrayList<>();
    stepped.bring(brought, 1);
    store.answerGets();
    assertThat(brought).as("one of the two is not durable yet").isEmpty();
    store.syncAll();

    assertThat(brought)
        .as("the sender is told which records were not needed")
        .containsExactly(new Merged(List.of(new HoldsNewer(NEW.version()), Stored.INSTANCE)));
    assertThat(store.durable).containsEntry(KEY, NEW).containsEntry(OTHER_KEY, OLD);
    stepped.bring(brought, 2);
    stepped.replica.placementsChanged(placements(3));
    assertThat(brought).hasSize(2).last().isEqualTo(new StaleEpoch(3));
  }

  @Test
  void aRecordBroughtMeetsTheWriteThatCameWhileItsKeyWasRead() {
    List<WritesOutcome> brought = new ArrayList<>();
    stepped.bring(brought, 1);
    stepped.write(NEW, Cause.FRESH);
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
    stepped.bring(brought, 1);
    store.answerGets();
    store.syncAll();

    assertThat(brought)
        .singleElement()
        .satisfies(
            outcome ->
                assertThat(((Merged) outcome).outcomes())
                    .hasSize(2)
                    .hasOnlyElementsOfType(NotNow.class));
    assertThat(store.durable).containsOnly(Map.entry(KEY, NEW));
  }
}

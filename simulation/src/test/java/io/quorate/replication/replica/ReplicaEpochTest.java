package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.NEW;
import static io.quorate.replication.replica.SteppedReplica.OLD;
import static io.quorate.replication.replica.SteppedReplica.OTHER_KEY;
import static io.quorate.replication.replica.SteppedReplica.placements;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.EntryId;
import io.quorate.raft.Recovery;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.storage.RecordStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which epochs a replica serves, waits for and refuses. */
class ReplicaEpochTest {
  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final List<WriteOutcome> written = stepped.written;
  private final List<ReadOutcome> read = stepped.read;

  @Test
  void anEpochThatNoClusterReachesIsRefusedAtOnce() {
    stepped.write(NEW, Cause.FRESH, 1 + (1L << 47));

    assertThat(written)
        .singleElement()
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.reason()).contains("epoch 140737488355329"));
  }

  /** A recovery of the metadata group continues far above the epochs that were in use. */
  @Test
  void anEpochOfARecoveredGroupIsAwaited() {
    long recovered = Recovery.next(new EntryId(700, 3), 3, -1).firstNumber();
    stepped.write(NEW, Cause.FRESH, recovered);
    assertThat(written).isEmpty();

    stepped.replica.placementsChanged(placements(recovered));
    store.answerGets();
    store.syncAll();
    assertThat(written).containsExactly(Stored.INSTANCE);
  }

  /** A refusal for good would turn a hint into a dead letter, though nothing is wrong with it. */
  @Test
  void aReplicaWhereTooMuchWaitsForAnEpochTakesNothingNow() {
    for (int i = 0; i < 4096; i++) {
      stepped.write(NEW, Cause.HINT, 2);
    }
    assertThat(written).isEmpty();

    stepped.write(NEW, Cause.HINT, 2);
    assertThat(written).containsExactly(new NotNow("4096 requests wait for newer epochs already"));
  }

  @Test
  void anEpochThatDoesNotComeIsNotAwaitedForDays() {
    stepped.replica.write(
        new Write(1, 0, 2, KEY, NEW, Cause.FRESH, Integer.MAX_VALUE), written::add);
    stepped.world.runFor(Duration.ofSeconds(4));
    stepped.replica.tick();
    assertThat(written).isEmpty();

    stepped.world.runFor(Duration.ofSeconds(2));
    stepped.replica.tick();
    assertThat(written).singleElement().isInstanceOf(NotNow.class);
  }

  @Test
  void aLowerEpochIsRefusedAndAHigherOneWaits() {
    stepped.replica.placementsChanged(placements(2));
    stepped.write(NEW, Cause.FRESH, 1);
    assertThat(written).containsExactly(new StaleEpoch(2));

    stepped.write(NEW, Cause.FRESH, 3);
    store.answerGets();
    assertThat(written).hasSize(1);

    stepped.replica.placementsChanged(placements(3));
    store.answerGets();
    store.syncAll();
    assertThat(written).hasSize(2).last().isEqualTo(Stored.INSTANCE);
  }

  @Test
  void aNewEpochIsServedOnlyAfterWhatWasBegunUnderTheOldOneIsDurable() {
    stepped.write(NEW, Cause.FRESH, 1);
    store.answerGets();
    stepped.replica.placementsChanged(placements(2));
    stepped.read(null, false, 2);
    store.answerGets();
    assertThat(read).as("the begun write is not durable yet").isEmpty();

    store.syncOne();
    store.answerGets();
    assertThat(read).containsExactly(new Held(NEW));
  }

  @Test
  void recordsThatAreBroughtTogetherHoldTheNextEpochBackUntilAllAreDurable() {
    List<WritesOutcome> brought = new ArrayList<>();
    stepped.replica.writeAll(
        new WriteRecords(
            1,
            0,
            1,
            1,
            List.of(new RecordStore.Entry(KEY, NEW), new RecordStore.Entry(OTHER_KEY, OLD)),
            1000),
        brought::add);
    stepped.replica.placementsChanged(placements(2));
    assertThat(stepped.replica.isServed(0)).isFalse();
    store.answerGets();
    assertThat(stepped.replica.isServed(0)).isFalse();
    store.syncOne();
    assertThat(stepped.replica.isServed(0)).isFalse();

    store.syncOne();
    assertThat(stepped.replica.isServed(0)).isTrue();
    assertThat(brought).hasSize(1);
  }
}

package io.quorate.replication.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.repair.FullHash.Changed;
import io.quorate.replication.repair.FullHash.Hashed;
import io.quorate.replication.repair.FullHash.Outcome;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A partition of two pages, whose epoch changes between them as often as a test says. */
class HashReadingTest {
  private static final NodeId SELF = new NodeId(1);
  private static final Clock CLOCK = TestClock.of(() -> 1_000_000, () -> 0);

  private final List<Outcome> outcomes = new ArrayList<>();
  private long epoch = 3;
  private int changesLeft;

  @Test
  void whatWasReadBeforeTheEpochChangedDoesNotCount() {
    read(0);
    read(2);
    assertThat(epoch).isEqualTo(5);
    assertThat(outcomes.get(1))
        .isInstanceOfSatisfying(
            Hashed.class,
            hashed -> {
              assertThat(hashed.epoch()).isEqualTo(5);
              assertThat(hashed.factors()).isEqualTo(((Hashed) outcomes.get(0)).factors());
            });
  }

  @Test
  void aPartitionThatMovesOnAndOnIsGivenUp() {
    read(100);
    assertThat(outcomes).containsExactly(new Changed(0, 3 + HashReading.ATTEMPTS_MAX - 1));
  }

  private void read(int changes) {
    changesLeft = changes;
    new HashReading(this::task, new Pages(), CLOCK, outcomes::add).begin();
  }

  private HashReading.Task task() {
    var tenants = new TreeMap<Factor, List<Integer>>();
    tenants.put(Factor.of(3), List.of(1));
    return new HashReading.Task(new Peers.Place(0, epoch), tenants);
  }

  private static RecordStore.Entry entry(int key) {
    return new RecordStore.Entry(
        new Key(1, new byte[] {(byte) key}),
        Record.value(new Version(0, key, SELF, 1), 1, 0, new byte[] {7}));
  }

  /** Two pages of one record. */
  private final class Pages extends NoPeers {
    @Override
    public void readRange(
        Place place, int tenant, byte[] after, int recordsMax, Consumer<RangeOutcome> callback) {
      if (after.length > 0 && changesLeft > 0) {
        changesLeft--;
        epoch++;
      }
      if (place.epoch() != epoch) {
        callback.accept(new StaleEpoch(epoch));
      } else if (after.length == 0) {
        callback.accept(new Records(List.of(entry(1)), entry(1).key()));
      } else {
        callback.accept(new Records(List.of(entry(2)), null));
      }
    }
  }
}

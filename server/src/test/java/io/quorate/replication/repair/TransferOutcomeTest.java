package io.quorate.replication.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as brought is not looked for again. */
class TransferOutcomeTest {
  private static final Version VERSION = new Version(0, 1, new NodeId(1), 1);
  private static final Entry ENTRY =
      new Entry(new Key(1, new byte[] {1}), Record.tombstone(VERSION, 1));

  private static TransferOutcome of(int entries, WriteOutcome... outcomes) {
    return TransferOutcome.of(Collections.nCopies(entries, ENTRY), new Merged(List.of(outcomes)));
  }

  @Test
  void whatIsStoredOrOvertakenIsBrought() {
    TransferOutcome all =
        of(3, Stored.INSTANCE, new HoldsNewer(VERSION), StoredWhileFilling.INSTANCE);
    assertThat(all.failure()).isNull();
    assertThat(all.records()).isEqualTo(3);
    assertThat(all.skipped()).isEqualTo(1);
  }

  @Test
  void oneThatIsRefusedIsNotAndFailsThem() {
    for (WriteOutcome not : List.of(new Refused("no"), new StaleEpoch(3), new BelowPromise(5))) {
      TransferOutcome some = of(3, Stored.INSTANCE, not, Stored.INSTANCE);
      assertThat(some.failure()).isNotNull();
      assertThat(some.records()).isEqualTo(2);
    }
  }

  /** A copy need not bring it again: the register is proposed. But it is not there yet. */
  @Test
  void aRegisterBelowWhatIsPromisedIsToldApart() {
    TransferOutcome all = of(2, Stored.INSTANCE, new PromisedHigher(VERSION));
    assertThat(all.failure()).isNull();
    assertThat(all.records()).isEqualTo(2);
    assertThat(all.promised()).isEqualTo(1);
  }

  @Test
  void answersForFewerOrMoreThanWereBroughtSayNothing() {
    assertThat(of(2, Stored.INSTANCE)).matches(none -> none.records() == 0);
    assertThat(of(2, Stored.INSTANCE).failure()).isNotNull();
    assertThat(of(0, Stored.INSTANCE).failure()).isNotNull();
  }
}

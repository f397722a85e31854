package io.quorate.replication.repair;

import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.storage.RecordStore.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of records that were brought to a replica.
 *
 * @param records that are durable there now, or older than what is, or of registers below what is
 *     promised
 * @param bytes of these
 * @param skipped of these, newer ones were held already
 * @param promised of these, registers that are not there, since a higher ballot was promised: they
 *     are proposed again
 * @param failure why it was not all of them; null if it was
 */
record TransferOutcome(
    int records, long bytes, int skipped, int promised, @Nullable String failure) {
  private static final String CHANGED = "the partition has changed meanwhile";

  static TransferOutcome of(List<Entry> entries, WritesOutcome outcome) {
    return switch (outcome) {
      case Merged(List<WriteOutcome> outcomes) -> counted(entries, outcomes);
      case StaleEpoch stale -> failed(CHANGED);
      case Refused(String reason) -> failed(reason);
    };
  }

  private static TransferOutcome counted(List<Entry> entries, List<WriteOutcome> outcomes) {
    if (outcomes.size() != entries.size()) {
      return failed(outcomes.size() + " answers came to " + entries.size() + " records");
    }
    int records = 0;
    long bytes = 0;
    int skipped = 0;
    int promised = 0;
    String failure = null;
    for (int i = 0; i < outcomes.size(); i++) {
      WriteOutcome outcome = outcomes.get(i);
      if (isStored(outcome)) {
        records++;
        skipped += outcome instanceof HoldsNewer ? 1 : 0;
        promised += outcome instanceof PromisedHigher ? 1 : 0;
        bytes += entries.get(i).record().bytes().length;
      } else {
        failure = outcome instanceof NotTaken refused ? refused.reason() : CHANGED;
      }
    }
    return new TransferOutcome(records, bytes, skipped, promised, failure);
  }

  private static TransferOutcome failed(String why) {
    return new TransferOutcome(0, 0, 0, 0, why);
  }

  private static boolean isStored(WriteOutcome outcome) {
    return outcome instanceof Stored
        || outcome instanceof HoldsNewer
        || outcome instanceof StoredWhileFilling
        || outcome instanceof PromisedHigher;
  }
}

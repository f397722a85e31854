package io.quorate.replication.coordinator.peer;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.KeptVersions;
import io.quorate.replication.message.ReplicaMessage.KeySummary;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.tree.HashTree;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.version.Record;
import java.util.List;

/**
 * About how many bytes an answer takes on the wire: its keys, records, versions or hashes. What is
 * around them is small, and not counted.
 */
final class CarriedBytes {
  /** A version, a hash, and what else tells of a record without its value. */
  private static final long SUMMARY_BYTES = 48;

  private CarriedBytes() {}

  static long of(Object outcome) {
    return switch (outcome) {
      case Records(List<Entry> entries, var reached) -> of(entries);
      case KeptVersions kept -> kept.versions().stream().mapToLong(HistoryStore.Kept::bytes).sum();
      case Versions(List<KeySummary> held, var reached) ->
          held.stream().mapToLong(each -> each.key().bytes().length + SUMMARY_BYTES).sum();
      case OtherTree tree -> (long) HashTree.LEAVES * Long.BYTES;
      case Held held -> held.record().bytes().length;
      default -> 0;
    };
  }

  static long of(List<Entry> entries) {
    return entries.stream().mapToLong(entry -> of(entry.key(), entry.record())).sum();
  }

  static long of(Key key, Record record) {
    return (long) key.bytes().length + record.bytes().length;
  }
}

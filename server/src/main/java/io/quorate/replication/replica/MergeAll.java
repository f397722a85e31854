package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.memory.KeyWrites;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finished records that were admitted together; what is held of them is read together. */
final class MergeAll implements RecordStore.GetAllCallback {
  private final MergeParts parts;
  private final int partition;
  private final List<RecordStore.Entry> entries;
  private final Consumer<WritesOutcome> callback;
  private final List<WriteOutcome> outcomes;
  private int awaited;

  /** Keys of which nothing is in memory, with their writes. */
  private final List<Key> unread = new ArrayList<>();

  private final List<KeyWrites> loading = new ArrayList<>();

  MergeAll(
      MergeParts parts,
      int partition,
      List<RecordStore.Entry> entries,
      Consumer<WritesOutcome> callback) {
    this.parts = parts;
    this.partition = partition;
    this.entries = entries;
    this.callback = callback;
    this.outcomes = new ArrayList<>(Collections.nCopies(entries.size(), Stored.INSTANCE));
    this.awaited = entries.size();
  }

  void begin() {
    if (entries.isEmpty()) {
      callback.accept(new Merged(List.of()));
      return;
    }
    for (int i = 0; i < entries.size(); i++) {
      int place = i;
      RecordStore.Entry entry = entries.get(i);
      if (parts.isRefusedAsDropped(entry.key())) {
        ended(place, MergeParts.DROPPED);
        continue;
      }
      RecordMerge merge =
          RecordMerge.leased(
              parts,
              partition,
              entry.key(),
              (held, promised) -> parts.rules().brought(entry.record()),
              Cause.REPAIR,
              true,
              true,
              outcome -> ended(place, outcome));
      KeyWrites writes = parts.memory().enter(partition, entry.key(), merge);
      if (writes != null) {
        unread.add(entry.key());
        loading.add(writes);
      }
    }
    if (!unread.isEmpty()) {
      parts.store().getAll(partition, unread, this);
    }
  }

  private void ended(int place, WriteOutcome outcome) {
    outcomes.set(place, outcome);
    awaited--;
    if (awaited == 0) {
      callback.accept(new Merged(outcomes));
    }
  }

  @Override
  public void found(List<@Nullable Record> records) {
    for (int i = 0; i < records.size(); i++) {
      loading.get(i).loaded(records.get(i));
      parts.memory().forgetIfIdle(partition, unread.get(i), loading.get(i));
    }
  }

  @Override
  public void failed(StorageFault fault) {
    parts.damage().readFailed(partition, fault);
    for (int i = 0; i < loading.size(); i++) {
      loading.get(i).loadFailed(fault);
      parts.memory().forgetIfIdle(partition, unread.get(i), loading.get(i));
    }
  }
}

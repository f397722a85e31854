package io.quorate.storage.memory;

import io.quorate.model.Invariant;
import io.quorate.storage.RaftStore.Change;
import io.quorate.storage.RaftStore.HardState;
import io.quorate.storage.RaftStore.Image;
import io.quorate.storage.RaftStore.LogEntry;
import io.quorate.storage.RaftStore.Snapshot;
import java.util.ArrayList;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Raft's state as it would be found after a crash. */
final class DurableRaft {
  private HardState hardState = HardState.INITIAL;
  private @Nullable Snapshot snapshot;
  private final TreeMap<Long, LogEntry> entries = new TreeMap<>();

  Image image() {
    return new Image(hardState, snapshot, new ArrayList<>(entries.values()));
  }

  void apply(Change change) {
    if (change.hardState() != null) {
      hardState = change.hardState();
    }
    Snapshot newer = change.snapshot();
    if (newer != null) {
      snapshot = newer;
      if (change.keepEntriesAfterSnapshot()) {
        entries.headMap(newer.index(), true).clear();
      } else {
        entries.clear();
      }
    }
    for (LogEntry entry : change.entries()) {
      entries.tailMap(entry.index(), true).clear();
      long before = entries.isEmpty() ? indexOfSnapshot() : entries.lastKey();
      Invariant.hold(
          entry.index() == before + 1, "raft log entry %d saved after %d", entry.index(), before);
      entries.put(entry.index(), entry);
    }
  }

  private long indexOfSnapshot() {
    return snapshot == null ? 0 : snapshot.index();
  }
}

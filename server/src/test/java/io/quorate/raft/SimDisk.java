package io.quorate.raft;

import io.quorate.model.Invariant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What survives a crash of one simulated node. */
final class SimDisk {
  private HardState hardState;
  private @Nullable Snapshot snapshot;
  private final List<Entry> entries;

  SimDisk(RaftImage image) {
    hardState = image.hardState();
    snapshot = image.snapshot();
    entries = new ArrayList<>(image.entries());
  }

  RaftImage image() {
    return new RaftImage(hardState, snapshot, entries);
  }

  void save(Ready.Persist change) {
    if (change.hardState() != null) {
      hardState = change.hardState();
    }
    Snapshot next = change.snapshot();
    if (next != null) {
      snapshot = next;
      entries.removeIf(
          entry -> !change.keepEntriesAfterSnapshot() || entry.index() <= next.index());
    }
    if (!change.entries().isEmpty()) {
      long first = change.entries().get(0).index();
      entries.removeIf(entry -> entry.index() >= first);
      Invariant.hold(first == lastIndex() + 1, "gap on disk before %d", first);
      entries.addAll(change.entries());
    }
  }

  private long lastIndex() {
    if (!entries.isEmpty()) {
      return entries.get(entries.size() - 1).index();
    }
    return snapshot == null ? 0 : snapshot.index();
  }
}

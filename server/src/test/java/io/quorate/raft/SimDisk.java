package io.quorate.raft;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
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

  /** What the disk holds becomes the beginning of a recovered group's log. */
  void recover(NodeId survivor, int chance) {
    SimMachine machine = new SimMachine();
    Membership membership = Membership.NONE;
    EntryId last = EntryId.ZERO;
    if (snapshot != null) {
      machine.restore(snapshot);
      membership = snapshot.membership();
      last = snapshot.last();
    }
    for (Entry entry : entries) {
      machine.apply(entry);
      last = entry.id();
      if (entry.type() == EntryType.MEMBERSHIP) {
        membership = Membership.decode(entry.payload());
      }
    }
    Recovery recovery = Recovery.next(last, hardState.term(), chance);
    machine.skipTo(recovery.firstNumber());
    snapshot =
        new Snapshot(recovery.first(), membership.recovered(survivor, recovery), machine.state());
    entries.clear();
    hardState = new HardState(recovery.first().term(), null);
  }

  private long lastIndex() {
    if (!entries.isEmpty()) {
      return entries.get(entries.size() - 1).index();
    }
    return snapshot == null ? 0 : snapshot.index();
  }
}

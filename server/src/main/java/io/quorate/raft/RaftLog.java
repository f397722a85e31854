package io.quorate.raft;

import io.quorate.model.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The log of one node: the newest snapshot, the entries held in memory, the memberships among them,
 * and how far it is durable, committed and applied. All entries not compacted are in memory; the
 * caller compacts.
 */
final class RaftLog {
  /** What {@link #termAt} says of an index that is compacted away or not there yet. */
  static final long NOT_HELD = -1;

  private final int entriesKept;

  /** The entry right before the first one held; at most the snapshot's last. */
  private EntryId base = EntryId.ZERO;

  private final ArrayList<Entry> entries = new ArrayList<>();

  /** By the index of the entry or snapshot that set it; the first is the one in force at base. */
  private final TreeMap<Long, Membership> memberships = new TreeMap<>();

  private @Nullable Snapshot snapshot;

  /** Highest index known to be committed. Never falls; not durable: learned again from a leader. */
  private long commit;

  /** Highest index given out to be applied; never past commit. */
  private long handedOut;

  /** Highest index applied; never past {@link #handedOut}. */
  private long applied;

  /** First index not yet given out to be made durable. */
  private long persistFrom;

  /** Everything up to here is durable as it is now. */
  private long durable;

  /** A snapshot to be made durable with the next {@link Ready}. */
  private @Nullable Snapshot unsavedSnapshot;

  /** Whether {@link #unsavedSnapshot} came from a leader, and so replaces the state machine. */
  private boolean restorePending;

  RaftLog(RaftImage image, int entriesKept) {
    this.entriesKept = entriesKept;
    snapshot = image.snapshot();
    memberships.put(0L, Membership.NONE);
    if (snapshot != null) {
      startAt(snapshot);
    }
    for (Entry entry : image.entries()) {
      Invariant.hold(
          entry.index() == lastIndex() + 1,
          "stored log has entry %s where index %d was expected: the store is damaged",
          entry.id(),
          lastIndex() + 1);
      add(entry);
    }
    commit = base.index();
    handedOut = base.index();
    applied = base.index();
    persistFrom = lastIndex() + 1;
    durable = lastIndex();
  }

  private void startAt(Snapshot from) {
    base = from.last();
    entries.clear();
    memberships.clear();
    memberships.put(from.index(), from.membership());
  }

  private void add(Entry entry) {
    entries.add(entry);
    if (entry.type() == EntryType.MEMBERSHIP) {
      memberships.put(entry.index(), Membership.decode(entry.payload()));
    }
  }

  // ---- what it holds

  EntryId base() {
    return base;
  }

  @Nullable Snapshot snapshot() {
    return snapshot;
  }

  long lastIndex() {
    return base.index() + entries.size();
  }

  EntryId last() {
    return entries.isEmpty() ? base : entries.get(entries.size() - 1).id();
  }

  long termAt(long index) {
    if (index == base.index()) {
      return base.term();
    }
    if (index < base.index() || index > lastIndex()) {
      return NOT_HELD;
    }
    return entry(index).term();
  }

  Entry entry(long index) {
    return entries.get((int) (index - base.index() - 1));
  }

  boolean holds(EntryId id) {
    return termAt(id.index()) == id.term();
  }

  /**
   * The last index up to {@code index} whose term is at most {@code term}, or one before what is
   * held: entries between are of a later term than the other log has there, so cannot match.
   */
  long lastOfTermAtMost(long index, long term) {
    long at = Math.min(index, lastIndex());
    while (at > base.index() && termAt(at) > term) {
      at--;
    }
    return at;
  }

  /** Entries from an index on, as many as fit, but at least one if there is one. */
  List<Entry> slice(long from, long toInclusive, long bytesMax) {
    List<Entry> slice = new ArrayList<>();
    long bytes = 0;
    for (long index = from; index <= toInclusive; index++) {
      Entry entry = entry(index);
      bytes += entry.cost();
      if (bytes > bytesMax && !slice.isEmpty()) {
        break;
      }
      slice.add(entry);
    }
    return slice;
  }

  Membership membership() {
    return memberships.lastEntry().getValue();
  }

  long membershipIndex() {
    return memberships.lastKey();
  }

  Membership membershipAt(long index) {
    return Invariant.present(
            memberships.floorEntry(index),
            "no membership known at index %d, log begins at %s",
            index,
            base)
        .getValue();
  }

  /** What a start would read; grows with the number of entries behind the snapshot. */
  LogSize size() {
    long from = snapshot == null ? base.index() : snapshot.index();
    long bytes = 0;
    for (long index = from + 1; index <= lastIndex(); index++) {
      bytes += entry(index).cost();
    }
    return new LogSize(
        lastIndex() - from,
        bytes,
        snapshot == null ? 0 : snapshot.index(),
        snapshot == null ? 0 : snapshot.state().length);
  }

  // ---- growing

  /** Puts an entry at the end of a leader's log. */
  void append(Entry entry) {
    Invariant.hold(
        entry.index() == lastIndex() + 1, "appended %s to a log that ends at %s", entry, last());
    add(entry);
  }

  /**
   * Makes the log equal to the leader's where {@code from} says so; what is there already stays,
   * for the message may be an old one and what follows may be acknowledged (3.5).
   *
   * @return the first index that was replaced, or 0 if nothing was
   */
  long overwrite(List<Entry> from) {
    long truncated = 0;
    for (Entry entry : from) {
      if (holds(entry.id()) || entry.index() <= base.index()) {
        continue;
      }
      if (entry.index() <= lastIndex()) {
        truncated = entry.index();
        truncate(entry.index());
      }
      append(entry);
    }
    return truncated;
  }

  private void truncate(long from) {
    Invariant.hold(
        from > commit, "asked to replace index %d of a log committed up to %d", from, commit);
    entries.subList((int) (from - base.index() - 1), entries.size()).clear();
    memberships.tailMap(from, true).clear();
    persistFrom = Math.min(persistFrom, from);
    durable = Math.min(durable, from - 1);
  }

  /** Replaces everything by a snapshot from a leader. */
  void restore(Snapshot from) {
    Invariant.hold(from.index() > commit, "restore of %s below the commit index %d", from, commit);
    startAt(from);
    snapshot = from;
    unsavedSnapshot = from;
    restorePending = true;
    commit = from.index();
    persistFrom = from.index() + 1;
    durable = from.index();
  }

  /**
   * Puts a snapshot of the caller's in the place of the entries up to {@code index}.
   *
   * @return whether anything changed; not if a snapshot of that index or later is there
   */
  boolean compact(long index, byte[] state) {
    Invariant.hold(
        index <= applied, "asked to compact up to index %d, applied is only %d", index, applied);
    if (snapshot != null && index <= snapshot.index()) {
      return false;
    }
    Snapshot made = new Snapshot(new EntryId(index, termAt(index)), membershipAt(index), state);
    snapshot = made;
    unsavedSnapshot = made;
    long drop = index - entriesKept;
    if (drop > base.index()) {
      EntryId nextBase = new EntryId(drop, termAt(drop));
      Membership atBase = membershipAt(drop);
      entries.subList(0, (int) (drop - base.index())).clear();
      long setAt = memberships.floorKey(drop);
      memberships.headMap(drop, true).clear();
      memberships.put(setAt, atBase);
      base = nextBase;
    }
    return true;
  }

  // ---- how far it is

  long commit() {
    return commit;
  }

  EntryId committed() {
    return new EntryId(commit, termAt(commit));
  }

  long applied() {
    return applied;
  }

  long durable() {
    return durable;
  }

  boolean restorePending() {
    return restorePending;
  }

  /** A commit index never falls, and never passes what is here. */
  boolean commitTo(long index) {
    if (index <= commit) {
      return false;
    }
    Invariant.hold(
        index <= lastIndex(), "told to commit index %d of a log that ends at %s", index, last());
    commit = index;
    return true;
  }

  // ---- giving out work, see Ready

  boolean hasWork() {
    return unsavedSnapshot != null || persistFrom <= lastIndex() || handedOut < commit;
  }

  /** All that {@link Ready} wants from the log. */
  record Work(
      @Nullable Snapshot save,
      boolean keepEntries,
      List<Entry> persist,
      @Nullable Snapshot restore,
      List<Entry> apply,
      long persistTo,
      long applyTo) {}

  Work takeWork(int applyBytesMax) {
    Snapshot save = unsavedSnapshot;
    Snapshot restore = restorePending ? save : null;
    unsavedSnapshot = null;
    restorePending = false;
    if (restore != null) {
      handedOut = restore.index();
    }
    List<Entry> persist = slice(persistFrom, lastIndex(), Long.MAX_VALUE);
    persistFrom = lastIndex() + 1;
    List<Entry> apply = slice(handedOut + 1, commit, applyBytesMax);
    handedOut += apply.size();
    return new Work(save, restore == null, persist, restore, apply, lastIndex(), handedOut);
  }

  /** Work was done. What was replaced meanwhile is not durable as it is now. */
  void done(Work work) {
    durable = Math.max(durable, Math.min(work.persistTo(), persistFrom - 1));
    applied = Math.max(applied, work.applyTo());
  }
}

package io.quorate.storage.memory;

import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Randomness;
import io.quorate.storage.DiskMarkStore.DiskMark;
import io.quorate.storage.HintStore;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StoreHealth;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node's disk. It outlives its node: a node that starts {@link #mount}s it, and after a {@link
 * #crash} the next one finds what was synced.
 *
 * <p>What is wrong with the disk ({@link #full}, {@link #failNextSync}, {@link #corrupt}, {@link
 * #speed}) is set from outside, at any time.
 */
public final class MemoryDisk {
  /** Durable, as are hints, raft and identity: written by a sync only. */
  private final NavigableMap<Place, Record> records = new TreeMap<>();

  private final DurableHints hints = new DurableHints();
  private final DurableRaft raft = new DurableRaft();
  private final DurableRaft locks = new DurableRaft();
  private final DurableTrees trees = new DurableTrees();
  private final TreeMap<Integer, Long> arrivals = new TreeMap<>();
  private final DurableNotes notes = new DurableNotes();
  private final DurableHistory history = new DurableHistory();
  private @Nullable Identity identity;
  private DiskMark diskMark = DiskMark.NONE;

  private final SortedSet<Place> corrupt = new TreeSet<>();

  /** What images show that are taken now; null since something changed. */
  private @Nullable FixedRecords fixed;

  /** How often all records were written again, which ends all images. */
  private int rewritten;

  /** How often all that is durable could be read again. */
  private int mended;

  /** Writes of a failed sync that reached the device: visible only after the next start. */
  private final List<Write> survivors = new ArrayList<>();

  private Runnable syncBegins = () -> {};
  private boolean raftUnreadable;
  private DiskSpeed speed;
  private boolean full;
  private boolean nextSyncFails;
  private int pageMax = Integer.MAX_VALUE;

  private @Nullable MemoryStorage mounted;

  public MemoryDisk(DiskSpeed speed) {
    this.speed = speed;
  }

  /**
   * Opens the disk for a node that starts.
   *
   * @param timers lane of the node whose timers simulate the disk's work
   * @param chance decides how long things take
   * @param healthChanged told on {@code timers}
   */
  public Storage mount(
      Lane timers,
      Randomness chance,
      StorageListener listener,
      Consumer<StoreHealth> healthChanged) {
    Invariant.hold(mounted == null, "a disk mounted twice; close it or crash it first");
    MemoryStorage storage = new MemoryStorage(this, timers, chance, listener, healthChanged);
    mounted = storage;
    return storage;
  }

  /**
   * Sets how many records or hints a page has at most, however many are asked for. A page of a real
   * disk is bounded by bytes as well, so readers have to go on from wherever one ends.
   */
  public void pagesOf(int most) {
    pageMax = most;
  }

  /** Returns how many records or hints a page has at most. */
  public int pageMax() {
    return pageMax;
  }

  /** The node dies: what was not synced is lost, and no callback runs any more. */
  public void crash() {
    if (mounted != null) {
      mounted.vanish();
      unmount();
    }
  }

  /** The node dies, but some of what it wrote last had reached the disk before its sync ended. */
  public void crashKeepingSome(Randomness chance) {
    if (mounted != null) {
      survivors.addAll(prefix(mounted.unsynced(), chance));
    }
    crash();
  }

  /** Sets whether the disk is full. */
  public void full(boolean full) {
    this.full = full;
    if (!full && mounted != null) {
      mounted.onRoom();
    }
  }

  /** The next sync fails, and with it the storage until the node is restarted. */
  public void failNextSync() {
    nextSyncFails = true;
  }

  /** A sync that was to fail, and has not yet, will not. */
  public void failNoSync() {
    nextSyncFails = false;
  }

  /** Makes the durable record of a key unreadable until it is overwritten. */
  public void corrupt(int partition, Key key) {
    corrupt.add(new Place(partition, key));
    fixed = null;
  }

  /** Hash trees cannot be read any more, so that a start reads all records. */
  public void loseTrees() {
    trees.lose();
  }

  /** Whether anything of the records cannot be read. */
  public boolean isDamaged() {
    return !corrupt.isEmpty();
  }

  /** All that is durable can be read again: what failed was the way to it, and not the device. */
  public void mend() {
    corrupt.clear();
    mended++;
    fixed = null;
    raftUnreadable = false;
  }

  /** What is owed to other nodes cannot be read at the next start, and is not there any more. */
  public void loseHints() {
    hints.lose();
  }

  /** Versions that were replaced cannot be read at the next start, and are not there any more. */
  public void loseHistory() {
    history.lose();
    fixed = null;
  }

  /** What Raft must not forget cannot be read at the next start. */
  public void makeRaftUnreadable() {
    raftUnreadable = true;
  }

  /** Sets what runs whenever a sync begins. */
  public void onSyncBegins(Runnable watcher) {
    syncBegins = watcher;
  }

  public void speed(DiskSpeed speed) {
    this.speed = speed;
  }

  /** What a crash would leave of one partition, by tenant and key. */
  public List<RecordStore.Entry> durableRecords(int partition) {
    List<RecordStore.Entry> found = new ArrayList<>();
    for (Map.Entry<Place, Record> each : from(partition, new Key(0, new byte[0])).entrySet()) {
      if (each.getKey().partition() != partition) {
        break;
      }
      found.add(new RecordStore.Entry(each.getKey().key(), each.getValue()));
    }
    return found;
  }

  /** What a crash would leave under one key; null for nothing. */
  public @Nullable Record durable(int partition, Key key) {
    return records.get(new Place(partition, key));
  }

  /** What a crash would leave of the hints, counted, with dead letters and pauses. */
  public HintStore.Contents durableHints() {
    return hints.contents();
  }

  /** What a crash would leave of the hints for one node, one by one. */
  public List<HintStore.Kept> durableHints(NodeId target) {
    return hints.after(target, null, Integer.MAX_VALUE);
  }

  /** Whether a crash would leave this hint. */
  public boolean hasDurableHint(HintStore.Hint hint) {
    return hints.contains(hint);
  }

  /** What a crash would leave of the hints. */
  DurableHints hints() {
    return hints;
  }

  /** Of which partitions a crash would leave a hash tree. */
  public Set<Integer> durableTrees() {
    return trees.contents().trees().keySet();
  }

  /** How many entries a crash would leave of the log of hash trees. */
  public int durableTreeLog() {
    return trees.logged();
  }

  /** What a crash would leave of hash trees. */
  DurableTrees trees() {
    return trees;
  }

  /** What a crash would leave of arrivals: epochs, by partition. */
  public Map<Integer, Long> durableArrivals() {
    return new TreeMap<>(arrivals);
  }

  /** What a crash would leave of the notes of one partition. */
  public List<Version> durableNotes(int partition) {
    return List.copyOf(notes.of(partition));
  }

  /** What a crash would leave of the marks of one partition's notes. */
  public NoteStore.Marks durableMarks(int partition) {
    return notes.marks().getOrDefault(partition, NoteStore.Marks.NONE);
  }

  /** What a crash would leave of the notes. */
  DurableNotes notes() {
    return notes;
  }

  /** What a crash would leave of the versions of one tenant that were replaced, by key and time. */
  public List<RecordStore.Entry> durableHistory(int partition, int tenant) {
    return history.of(partition, tenant).stream()
        .map(each -> new RecordStore.Entry(each.getKey().place().key(), each.getValue()))
        .toList();
  }

  /** What a crash would leave of the marks of a history. */
  public Map<HistoryStore.Place, Long> durableHistoryMarks() {
    return history.marks();
  }

  /** What a crash would leave of a history. */
  DurableHistory history() {
    return history;
  }

  /** What a crash would leave of Raft's state. */
  public RaftStore.Image durableRaft() {
    return durableRaft(RaftGroup.METADATA);
  }

  RaftStore.Image durableRaft(RaftGroup group) {
    return of(group).image();
  }

  private DurableRaft of(RaftGroup group) {
    return switch (group) {
      case METADATA -> raft;
      case LOCKS -> locks;
    };
  }

  public DiskSpeed speed() {
    return speed;
  }

  boolean isRaftUnreadable() {
    return raftUnreadable;
  }

  void syncBegins() {
    syncBegins.run();
  }

  boolean isFull() {
    return full;
  }

  /** Whether this sync fails. */
  boolean takeSyncFailure() {
    boolean fails = nextSyncFails;
    nextSyncFails = false;
    return fails;
  }

  boolean isCorrupt(Place place) {
    return corrupt.contains(place);
  }

  @Nullable Record record(Place place) {
    return records.get(place);
  }

  /** Records at and after a place, into the partitions that follow. */
  NavigableMap<Place, Record> from(int partition, Key key) {
    return records.tailMap(new Place(partition, key), true);
  }

  /** Reads a page of what is durable. */
  Walk walk(RecordStore.Range page) {
    return Walk.over(records, this::isCorrupt, page, pageMax);
  }

  /** What is durable now, as it stays. */
  FixedRecords fix() {
    FixedRecords now = fixed;
    if (now == null) {
      now = new FixedRecords(this, new TreeMap<>(records), history.copy(), new TreeSet<>(corrupt));
      fixed = now;
    }
    return now;
  }

  int rewritten() {
    return rewritten;
  }

  int mended() {
    return mended;
  }

  DiskMark diskMark() {
    return diskMark;
  }

  @Nullable Identity identity() {
    return identity;
  }

  void identity(Identity identity) {
    this.identity = identity;
  }

  void apply(Write write) {
    switch (write.effect()) {
      case Write.PutRecord put -> {
        fixed = null;
        corrupt.remove(put.place());
        records.put(put.place(), put.record());
      }
      case Write.RemoveRecord(Place place) -> {
        fixed = null;
        corrupt.remove(place);
        records.remove(place);
      }
      case Write.DropPartition(int partition, boolean rewrites) -> {
        fixed = null;
        rewritten += rewrites ? 1 : 0;
        corrupt.removeIf(place -> place.partition() == partition);
        records.keySet().removeIf(place -> place.partition() == partition);
        history.drop(partition);
      }
      case Write.DropTenants drop -> {
        fixed = null;
        corrupt.removeIf(drop::drops);
        records.keySet().removeIf(drop::drops);
        history.drop(drop);
      }
      case Write.SaveDiskMark(DiskMark mark) -> diskMark = mark;
      case Write.SaveArrival(int partition, long epoch) -> arrivals.put(partition, epoch);
      case Write.AddNote(int partition, Version version) -> notes.add(partition, version);
      case Write.SetNoteFloor(int partition, long floor) -> notes.setFloor(partition, floor);
      case Write.SetNoteCeiling(int partition, long ceiling) ->
          notes.setCeiling(partition, ceiling);
      case Write.ForgetNotes forget -> notes.forget(forget);
      case Write.HistoryEffect effect -> {
        fixed = null;
        history.apply(effect);
      }
      case Write.AddHint add -> hints.add(add.kept());
      case Write.RemoveHint remove -> hints.remove(remove.hint());
      case Write.Bury bury -> hints.bury(bury.letter());
      case Write.RemoveDeadLetter remove -> hints.removeDeadLetter(remove.hint());
      case Write.SetPause set -> hints.apply(set);
      case Write.SetRepair set -> hints.apply(set);
      case Write.LossMarked marked -> hints.lossMarked();
      case Write.TreeEffect effect -> trees.apply(effect);
      case Write.Nothing nothing -> {}
      case Write.SaveRaft save -> of(save.group()).apply(save.change());
    }
  }

  /** A sync failed: the next start finds what had reached the device before. */
  void syncFailed(List<Write> writes, Randomness chance) {
    survivors.addAll(prefix(writes, chance));
  }

  /**
   * Writes reach the device in order and each has a checksum, so what is found after a failure is a
   * prefix of them: one that was torn is not there. What a record changes of hash trees has the
   * checksum of the record.
   */
  private List<Write> prefix(List<Write> writes, Randomness chance) {
    int kept = full ? 0 : chance.nextInt(writes.size() + 1);
    while (kept > 0 && writes.get(kept - 1).effect() instanceof Write.LogTreeChange) {
      kept--;
    }
    return writes.subList(0, kept);
  }

  void unmount() {
    survivors.forEach(this::apply);
    survivors.clear();
    mounted = null;
  }
}

package io.quorate.storage.memory;

import io.quorate.runtime.Lane;
import io.quorate.runtime.Randomness;
import io.quorate.storage.ArrivalStore;
import io.quorate.storage.DiskMarkStore;
import io.quorate.storage.HintStore;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.StoreHealth;
import io.quorate.storage.TreeStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A disk while one run of its node has it mounted: groups writes, one sync at a time. */
final class MemoryStorage implements Storage {
  static final StorageFault CLOSED =
      new StorageFault(StorageFault.Kind.CLOSED, "the storage of this node is closed");

  private final MemoryDisk disk;
  private final Lane timers;
  private final Randomness chance;
  private final StorageListener listener;
  private final Consumer<StoreHealth> healthChanged;

  /** Handed in since the sync at hand began. */
  private List<Write> waiting = new ArrayList<>();

  /** Carried by the sync at hand. */
  private List<Write> syncing = List.of();

  /** Whether a sync is at hand, or begins when the lane's turn ends. */
  private boolean busy;

  /** Lanes that have submitted their last write. */
  private final List<Lane> lanesAtEnd = new ArrayList<>();

  /**
   * Lanes that are yet to be told that writes have failed: which, and what they have handed in
   * since. All of it fails, for it may rest on what has failed before.
   */
  private final Map<Lane, List<Write>> failing = new LinkedHashMap<>();

  private long queuedBytes;
  private StoreHealth health = StoreHealth.WRITABLE;

  /** The node died: no callback runs any more. */
  private boolean crashed;

  private boolean closed;

  MemoryStorage(
      MemoryDisk disk,
      Lane timers,
      Randomness chance,
      StorageListener listener,
      Consumer<StoreHealth> healthChanged) {
    this.disk = disk;
    this.timers = timers;
    this.chance = chance;
    this.listener = listener;
    this.healthChanged = healthChanged;
  }

  @Override
  public RecordStore records(Lane lane) {
    return new MemoryRecordStore(this, disk, lane);
  }

  @Override
  public HintStore hints(Lane lane) {
    return new MemoryHintStore(this, disk, lane);
  }

  @Override
  public TreeStore trees(Lane lane) {
    return new MemoryTreeStore(this, disk, lane);
  }

  @Override
  public ArrivalStore arrivals(Lane lane) {
    return new MemoryArrivalStore(this, disk, lane);
  }

  @Override
  public DiskMarkStore diskMark(Lane lane) {
    return new MemoryDiskMarkStore(this, disk, lane);
  }

  @Override
  public NoteStore notes(Lane lane) {
    return new MemoryNoteStore(this, disk, lane);
  }

  @Override
  public RaftStore raft(Lane lane) {
    return new MemoryRaftStore(this, disk, lane, RaftGroup.METADATA);
  }

  @Override
  public RaftStore locks(Lane lane) {
    return new MemoryRaftStore(this, disk, lane, RaftGroup.LOCKS);
  }

  @Override
  public IdentityStore identity() {
    return new IdentityStore() {
      @Override
      public @Nullable Identity load() {
        return disk.identity();
      }

      @Override
      public void save(Identity identity) {
        if (disk.takeSyncFailure() || disk.isFull() || health.state() == StoreHealth.State.FAILED) {
          throw new StorageOpenException("the disk does not take the identity of this node");
        }
        disk.identity(identity);
      }
    };
  }

  @Override
  public StoreHealth health() {
    return health;
  }

  @Override
  public long queuedBytes() {
    return queuedBytes;
  }

  /** Ends at once what would take a while: no thread can wait in virtual time. */
  @Override
  public void close() {
    if (!crashed && !closed) {
      List<Write> rest = unsynced();
      syncing = List.of();
      waiting = new ArrayList<>();
      settle(rest, 0);
      closed = true;
      disk.unmount();
    }
  }

  void submit(Write write) {
    if (crashed) {
      return;
    }
    List<Write> untold = failing.get(write.lane());
    if (untold != null) {
      untold.add(write);
    } else if (closed || lanesAtEnd.contains(write.lane())) {
      listener.onWritesFailed(CLOSED, 1);
      write.lane().execute(() -> write.callback().failed(CLOSED));
    } else if (health.state() == StoreHealth.State.FAILED) {
      fail(List.of(write), new StorageFault(StorageFault.Kind.FAILED, health.reason()));
    } else {
      queuedBytes += write.bytes();
      waiting.add(write);
      if (!busy) {
        busy = true;
        write.lane().execute(this::beginSync);
      }
    }
  }

  /** Takes the last write of a lane. */
  void submitLast(Write write) {
    submit(write);
    lanesAtEnd.add(write.lane());
  }

  /** Reads at some moment between now and the answer, as a thread beside the lane would. */
  <T> void later(Lane lane, Supplier<T> read, Consumer<T> answer) {
    long nanos = disk.speed().readNanos(chance);
    long before = Long.remainderUnsigned(chance.nextLong(), nanos + 1);
    Lane.Timer unused =
        timers.schedule(
            before,
            () -> {
              T found = read.get();
              Lane.Timer unusedToo =
                  lane.schedule(
                      nanos - before,
                      () -> {
                        if (!crashed) {
                          answer.accept(found);
                        }
                      });
            });
  }

  boolean isCached() {
    boolean cached = disk.speed().isCached(chance);
    listener.onRead(cached ? StorageListener.From.CACHE : StorageListener.From.DISK);
    return cached;
  }

  boolean isClosed() {
    return closed;
  }

  boolean isCrashed() {
    return crashed;
  }

  /** What a crash now may lose, in the order it was handed in. */
  List<Write> unsynced() {
    List<Write> all = new ArrayList<>(syncing);
    all.addAll(waiting);
    return all;
  }

  void vanish() {
    crashed = true;
    failing.clear();
    syncing = List.of();
    waiting = new ArrayList<>();
  }

  void onRoom() {
    if (health.state() == StoreHealth.State.FULL) {
      become(StoreHealth.WRITABLE);
    }
  }

  private void beginSync() {
    if (crashed || closed) {
      return;
    }
    syncing = waiting;
    waiting = new ArrayList<>();
    disk.syncBegins();
    long nanos = disk.speed().syncNanos(chance);
    Lane.Timer unused = timers.schedule(nanos, () -> endSync(nanos));
  }

  private void endSync(long nanos) {
    if (crashed || closed) {
      return;
    }
    List<Write> done = syncing;
    syncing = List.of();
    settle(done, nanos);
    if (waiting.isEmpty()) {
      busy = false;
    } else if (health.state() == StoreHealth.State.FAILED) {
      List<Write> rest = waiting;
      waiting = new ArrayList<>();
      busy = false;
      settle(rest, 0);
    } else {
      beginSync();
    }
  }

  private void settle(List<Write> group, long nanos) {
    long bytes = group.stream().mapToLong(Write::bytes).sum();
    queuedBytes -= bytes;
    if (health.state() == StoreHealth.State.FAILED) {
      fail(group, new StorageFault(StorageFault.Kind.FAILED, health.reason()));
    } else if (disk.takeSyncFailure()) {
      become(new StoreHealth(StoreHealth.State.FAILED, "a sync failed"));
      disk.syncFailed(group, chance);
      fail(group, new StorageFault(StorageFault.Kind.FAILED, "a sync failed"));
    } else if (disk.isFull()) {
      become(new StoreHealth(StoreHealth.State.FULL, "the disk is full"));
      fail(group, new StorageFault(StorageFault.Kind.FULL, "the disk is full"));
    } else if (!group.isEmpty()) {
      group.forEach(disk::apply);
      listener.onSync(nanos, group.size(), bytes);
      answer(group);
    }
  }

  private void fail(List<Write> group, StorageFault fault) {
    listener.onWritesFailed(fault, group.size());
    for (Write write : group) {
      Lane lane = write.lane();
      if (!failing.containsKey(lane)) {
        failing.put(lane, new ArrayList<>());
        lane.execute(() -> tellFailed(lane, fault));
      }
    }
    group.forEach(this::failsWithOthers);
    for (Write write : waiting.stream().filter(this::failsWithOthers).toList()) {
      waiting.remove(write);
      queuedBytes -= write.bytes();
    }
  }

  /** Whether a write is among those that its lane is to be told of as failed, from now on. */
  private boolean failsWithOthers(Write write) {
    List<Write> untold = failing.get(write.lane());
    return untold != null && untold.add(write);
  }

  /** Tells a lane of all of them, also of those that callbacks hand in. */
  private void tellFailed(Lane lane, StorageFault fault) {
    List<Write> untold = failing.getOrDefault(lane, List.of());
    for (int next = 0; next < untold.size(); next++) {
      untold.get(next).callback().failed(fault);
    }
    failing.remove(lane);
  }

  /** One task per lane, in the order of the writes. */
  private void answer(List<Write> group) {
    Map<Lane, List<Write>> byLane = new LinkedHashMap<>();
    for (Write write : group) {
      byLane.computeIfAbsent(write.lane(), lane -> new ArrayList<>()).add(write);
    }
    byLane.forEach(
        (lane, writes) -> lane.execute(() -> writes.forEach(write -> write.callback().stored())));
  }

  private void become(StoreHealth next) {
    if (health.state() != next.state()) {
      health = next;
      timers.execute(() -> healthChanged.accept(next));
    }
  }
}

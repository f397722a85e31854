package io.quorate.storage.rocks.writer;

import io.quorate.runtime.Clock;
import io.quorate.runtime.Threads;
import io.quorate.storage.Durability;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StoreHealth;
import io.quorate.storage.rocks.database.Faults;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The one thread that writes: takes the turns that wait, commits them as one group with one sync,
 * and tells each lane by one task.
 *
 * <p>A failed group is answered as failed and never tried again, nor is what its lanes hand in
 * before they are told (see {@link LaneWrites}): after a failed sync nobody knows what the device
 * holds (fsync may report success the second time for pages it has dropped). Want of space is the
 * exception, for there RocksDB repairs itself; until a probe shows that it has, groups are refused
 * without being tried.
 */
public final class GroupWriter {
  /** A group stops growing past this, so that one commit takes a bounded time. */
  private static final long GROUP_BYTES_MAX = 8L << 20;

  /** Writes in a group from which on there is a load, and the next group is given time to grow. */
  private static final int BUSY_WRITES = 4;

  /** How often a full disk is probed. */
  private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final StorageFault NOT_TRIED =
      new StorageFault(StorageFault.Kind.FULL, "a write before it failed");

  /** What the group goes to. Called by the writer's thread only. */
  public interface Disk {
    /** Writes a group, whole or not at all, and syncs it unless durability is periodic. */
    void commit(List<Turn> group) throws RocksDBException;

    /** Syncs everything committed. */
    void sync() throws RocksDBException;

    /** Commits and syncs something of no consequence. */
    void probe() throws RocksDBException;

    /** Until there is something to do beside what is handed in; negative if that is overdue. */
    default long nanosUntilChore() {
      return Long.MAX_VALUE;
    }

    /**
     * Does a bounded piece of it.
     *
     * @return whether it may have written something that is to be synced
     */
    default boolean chore() throws RocksDBException {
      return false;
    }

    /** Bytes that must be free before a disk that was full takes writes again. */
    long roomBytes();
  }

  private final Disk disk;
  private final Clock clock;
  private final StorageListener listener;
  private final Consumer<StoreHealth> healthChanged;
  private final Thread thread;

  /**
   * Nanoseconds between syncs; 0 if every group is synced. Those are synced in any case in which a
   * write must be ({@link Write#mustBeSynced}).
   */
  private final long syncEveryNanos;

  /**
   * Least time between the beginnings of two groups under load. A sync costs the processor about as
   * much as ten writes, however many it carries, so under load fewer and larger groups finish more;
   * a write that comes alone does not wait.
   */
  private final long spacingNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  /** Guarded by lock, as are the two below. */
  private final ArrayDeque<Turn> waiting = new ArrayDeque<>();

  private boolean idle;
  private boolean closing;

  /** Bytes that lanes have gathered or that wait here. */
  private final AtomicLong queuedBytes = new AtomicLong();

  private volatile StoreHealth health = StoreHealth.WRITABLE;

  /** Turns that are written now. Writer's thread only. */
  private final List<Turn> group = new ArrayList<>();

  /** When a full disk is probed next. Writer's thread only, as are the two below. */
  private long probeAtNanos;

  private long syncAtNanos;
  private boolean unsynced;

  /** The next group does not begin before; writer's thread only. */
  private long nextGroupAtNanos;

  public GroupWriter(
      String name,
      Disk disk,
      Durability durability,
      long spacingNanos,
      Clock clock,
      Threads threads,
      StorageListener listener,
      Consumer<StoreHealth> healthChanged) {
    this.disk = disk;
    this.clock = clock;
    this.listener = listener;
    this.healthChanged = healthChanged;
    this.syncEveryNanos =
        switch (durability) {
          case Durability.Synced() -> 0;
          case Durability.Periodic(var interval) -> interval.toNanos();
        };
    this.spacingNanos = spacingNanos;
    this.nextGroupAtNanos = clock.nanos();
    this.thread = threads.unstarted(name, this::run);
  }

  public void start() {
    thread.start();
  }

  /** Counts bytes that a lane has gathered and will submit when its turn ends. */
  public void expect(long bytes) {
    queuedBytes.addAndGet(bytes);
  }

  /** Whether each group is synced before its lanes are told. */
  boolean syncsEachGroup() {
    return syncEveryNanos == 0;
  }

  void submit(Turn turn) {
    boolean closed;
    lock.lock();
    try {
      closed = closing;
      if (!closed) {
        waiting.add(turn);
        if (idle) {
          arrived.signal();
        }
      }
    } finally {
      lock.unlock();
    }
    if (closed) {
      refuseLate(turn);
    }
  }

  /** There may be something to do beside what is handed in. */
  public void wake() {
    lock.lock();
    try {
      if (idle) {
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void refuseLate(Turn turn) {
    queuedBytes.addAndGet(-turn.bytes());
    StorageFault fault = health.isWritable() ? Faults.CLOSED : faultOf(health);
    LaneWrites owner = turn.owner();
    owner.lane().execute(() -> owner.failed(turn, fault));
  }

  public long queuedBytes() {
    return queuedBytes.get();
  }

  public StoreHealth health() {
    return health;
  }

  /** Writes what waits, refuses what comes after, and waits for the thread to end. */
  public void close() {
    close(false);
  }

  /** Drops what waits, and waits for the thread to end, which may be in the middle of a group. */
  public void abandon() {
    close(true);
  }

  private void close(boolean drop) {
    lock.lock();
    try {
      closing = true;
      if (drop) {
        waiting.clear();
      }
      arrived.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException stop) {
        interrupted = true; // closing halfway would leave a thread in a closed database
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      work();
    } catch (RuntimeException | Error broken) {
      become(new StorageFault(StorageFault.Kind.FAILED, "the storage writer broke: " + broken));
      lock.lock();
      try {
        closing = true;
        group.forEach(this::refuseLate); // they may have been written
        waiting.forEach(this::refuseLate);
        waiting.clear();
      } finally {
        lock.unlock();
      }
      throw broken;
    }
  }

  private void work() {
    while (take()) {
      probeIfDue();
      if (!group.isEmpty()) {
        settle();
        group.clear();
      }
      syncIfDue(false);
      doChore();
    }
    syncIfDue(true);
  }

  /** Fills a group with what waits, once there is some or something is due; false at the end. */
  private boolean take() {
    lock.lock();
    try {
      awaitWork();
      letGroupGrow();
      long bytes = 0;
      while (!waiting.isEmpty() && bytes < GROUP_BYTES_MAX) {
        Turn turn = waiting.remove();
        group.add(turn);
        bytes += turn.bytes();
      }
      return !group.isEmpty() || !closing;
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork() {
    idle = true;
    try {
      while (waiting.isEmpty() && !closing && nanosUntilDue() > 0) {
        long unused = arrived.awaitNanos(nanosUntilDue());
      }
    } catch (InterruptedException ignored) {
      // Only close() may end this thread, and it signals; so the caller looks again.
    } finally {
      idle = false;
    }
  }

  /** Meanwhile only {@link #close} signals: one wake for the whole group. */
  private void letGroupGrow() {
    long left = nextGroupAtNanos - clock.nanos();
    try {
      while (left > 0 && !waiting.isEmpty() && !closing) {
        left = Math.min(arrived.awaitNanos(left), nextGroupAtNanos - clock.nanos());
      }
    } catch (InterruptedException ignored) {
      // As in awaitWork.
    }
  }

  /** Until a probe, a sync or a chore is due, whether or not anything arrives. */
  private long nanosUntilDue() {
    if (health.state() == StoreHealth.State.FULL) {
      return probeAtNanos - clock.nanos();
    }
    if (!health.isWritable()) {
      return Long.MAX_VALUE;
    }
    long sync = unsynced ? syncAtNanos - clock.nanos() : Long.MAX_VALUE;
    return Math.min(sync, disk.nanosUntilChore());
  }

  private void settle() {
    group.removeIf(this::isRefused);
    if (group.isEmpty()) {
      return;
    }
    long bytes = 0;
    int writes = 0;
    for (Turn turn : group) {
      bytes += turn.bytes();
      writes += turn.writes().size();
    }
    if (health.isWritable()) {
      commit(writes, bytes);
    } else {
      refuse(writes, bytes, faultOf(health));
    }
  }

  /** Whether a turn failed with one before it: its lane has been told, or will be. */
  private boolean isRefused(Turn turn) {
    boolean refused = turn.owner().isRefused(turn);
    if (refused) {
      queuedBytes.addAndGet(-turn.bytes());
      listener.onWritesFailed(NOT_TRIED, turn.writes().size());
    }
    return refused;
  }

  private void commit(int writes, long bytes) {
    long began = clock.nanos();
    nextGroupAtNanos = writes >= BUSY_WRITES ? began + spacingNanos : began;
    StorageFault fault = store(began);
    if (fault != null) {
      refuse(writes, bytes, fault);
      return;
    }
    long now = clock.nanos();
    queuedBytes.addAndGet(-bytes);
    listener.onSync(now - began, writes, bytes);
    for (List<Turn> turns : byLane()) {
      LaneWrites owner = turns.getFirst().owner();
      owner.lane().execute(() -> owner.stored(turns));
    }
  }

  /** Commits a group, and syncs it if something in it must be; returns what went wrong. */
  private @Nullable StorageFault store(long began) {
    try {
      disk.commit(group);
    } catch (RocksDBException failure) {
      return became("writing", failure);
    }
    if (syncEveryNanos == 0) {
      return null;
    }
    if (!unsynced) {
      unsynced = true;
      syncAtNanos = began + syncEveryNanos;
    }
    return group.stream().anyMatch(Turn::mustBeSynced) ? sync() : null;
  }

  private @Nullable StorageFault sync() {
    try {
      disk.sync();
      unsynced = false;
      return null;
    } catch (RocksDBException failure) {
      return became("syncing", failure);
    }
  }

  private void refuse(int writes, long bytes, StorageFault fault) {
    queuedBytes.addAndGet(-bytes);
    listener.onWritesFailed(fault, writes);
    for (List<Turn> turns : byLane()) {
      LaneWrites owner = turns.getFirst().owner();
      owner.refuse(turns.getFirst());
      owner.lane().execute(() -> owner.failed(fault));
    }
  }

  private Iterable<List<Turn>> byLane() {
    if (group.size() == 1) {
      return List.of(List.of(group.getFirst()));
    }
    Map<LaneWrites, List<Turn>> byLane = new LinkedHashMap<>();
    for (Turn turn : group) {
      byLane.computeIfAbsent(turn.owner(), owner -> new ArrayList<>()).add(turn);
    }
    return byLane.values();
  }

  private void probeIfDue() {
    if (health.state() != StoreHealth.State.FULL || clock.nanos() < probeAtNanos) {
      return;
    }
    try {
      disk.probe();
      become(StoreHealth.WRITABLE);
    } catch (RocksDBException failure) {
      become(Faults.of("writing", failure));
    }
  }

  private void syncIfDue(boolean now) {
    if (!unsynced || health.state() == StoreHealth.State.FAILED) {
      return;
    }
    if (now || clock.nanos() >= syncAtNanos) {
      StorageFault unused = sync();
    }
  }

  private void doChore() {
    if (!health.isWritable() || disk.nanosUntilChore() > 0) {
      return;
    }
    try {
      boolean wrote = disk.chore();
      if (wrote && syncEveryNanos > 0 && !unsynced) {
        unsynced = true;
        syncAtNanos = clock.nanos() + syncEveryNanos;
      }
    } catch (RocksDBException failure) {
      become(Faults.of("rewriting the records", failure));
    }
  }

  private StorageFault became(String doing, RocksDBException failure) {
    StorageFault fault = Faults.of(doing, failure);
    become(fault);
    return fault;
  }

  private void become(StorageFault fault) {
    if (fault.kind() == StorageFault.Kind.FULL) {
      probeAtNanos = clock.nanos() + PROBE_NANOS;
      become(
          new StoreHealth(
              StoreHealth.State.FULL,
              "%s; writes go on by themselves once %d MiB are free"
                  .formatted(fault.message(), disk.roomBytes() >> 20)));
    } else {
      become(
          new StoreHealth(
              StoreHealth.State.FAILED,
              fault.message()
                  + "; check the device, then restart the node, which finds out what is"
                  + " readable"));
    }
  }

  private void become(StoreHealth next) {
    boolean changed = next.state() != health.state();
    health = next;
    if (changed) {
      healthChanged.accept(next);
    }
  }

  private static StorageFault faultOf(StoreHealth health) {
    return new StorageFault(
        health.state() == StoreHealth.State.FULL
            ? StorageFault.Kind.FULL
            : StorageFault.Kind.FAILED,
        health.reason());
  }
}

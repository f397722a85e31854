package io.quorate.group;

import io.quorate.model.NodeId;
import io.quorate.raft.Entry;
import io.quorate.raft.HardState;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftImage;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.ReadResult;
import io.quorate.raft.Ready;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.Lane;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what Raft says, in the order that its safety hangs on: disk, then network, then state
 * machine. Inputs of one turn of the lane are worked off together, by one save.
 */
public final class RaftDriver {
  /** A save that failed is tried again after this: a full disk may get room. */
  private static final long SAVE_AGAIN_NANOS = 1_000_000_000L;

  private final Raft raft;
  private final RaftStore store;
  private final Consumer<RaftMessage> network;
  private final Lane lane;
  private final int inputsMax;
  private final StateMachine machine;

  /** A snapshot that a crash now would leave. */
  private RaftStore.@Nullable Snapshot durableSnapshot;

  /** Whether a piece of work is being carried out; the next one waits for it. */
  private boolean busy;

  private boolean wakeQueued;
  private boolean stopped;

  /** Messages and ticks taken in since work was last fetched. */
  private int inputs;

  /** What committed entries and snapshots are for. */
  public interface StateMachine {
    /** Replaces the state by a snapshot that came from a leader; it is durable. */
    void restore(Snapshot snapshot);

    /** The next committed entry, of any type. */
    void apply(Entry entry);

    void answer(ReadResult read);

    /** A piece of work is done; what was changed since may need a snapshot. */
    void workDone(Ready ready);

    void storeFailed(StorageFault fault);
  }

  public RaftDriver(
      Raft raft,
      RaftStore store,
      RaftStore.@Nullable Snapshot durableSnapshot,
      Consumer<RaftMessage> network,
      Lane lane,
      int inputsMax,
      StateMachine machine) {
    this.raft = raft;
    this.store = store;
    this.durableSnapshot = durableSnapshot;
    this.network = network;
    this.lane = lane;
    this.inputsMax = inputsMax;
    this.machine = machine;
  }

  /** What was durable when the node started, in Raft's words. */
  public static RaftImage image(RaftStore.Image stored) {
    RaftStore.HardState hardState = stored.hardState();
    RaftStore.Snapshot snapshot = stored.snapshot();
    return new RaftImage(
        new HardState(
            hardState.term(), hardState.votedFor() == 0 ? null : new NodeId(hardState.votedFor())),
        snapshot == null
            ? null
            : Snapshot.ofBody(snapshot.index(), snapshot.term(), snapshot.payload()),
        stored.entries().stream()
            .map(each -> Entry.ofBody(each.index(), each.term(), each.payload()))
            .toList());
  }

  public RaftStore.@Nullable Snapshot durableSnapshot() {
    return durableSnapshot;
  }

  /** Index of the snapshot that a crash now would leave; 0 if there is none. */
  public long durableSnapshotIndex() {
    return durableSnapshot == null ? 0 : durableSnapshot.index();
  }

  public void stop() {
    stopped = true;
  }

  /** Whether an input may be taken in; the caller then calls {@link #wake()}. */
  public boolean admits() {
    return inputs < inputsMax;
  }

  /** Raft was given something: its consequences are carried out when the lane's turn ends. */
  public void wake() {
    inputs++;
    if (!wakeQueued && !busy && !stopped) {
      wakeQueued = true;
      lane.execute(
          () -> {
            wakeQueued = false;
            work();
          });
    }
  }

  private void work() {
    while (!busy && !stopped) {
      inputs = 0;
      if (!raft.hasReady()) {
        return;
      }
      busy = true;
      Ready ready = raft.ready();
      if (ready.persist().isEmpty()) {
        finish(ready);
      } else {
        save(ready, change(ready.persist()));
      }
    }
  }

  private static RaftStore.Change change(Ready.Persist persist) {
    HardState hardState = persist.hardState();
    Snapshot snapshot = persist.snapshot();
    return new RaftStore.Change(
        hardState == null
            ? null
            : new RaftStore.HardState(
                hardState.term(), hardState.votedFor() == null ? 0 : hardState.votedFor().value()),
        snapshot == null
            ? null
            : new RaftStore.Snapshot(snapshot.index(), snapshot.term(), snapshot.body()),
        persist.keepEntriesAfterSnapshot(),
        persist.entries().stream()
            .map(each -> new RaftStore.LogEntry(each.index(), each.term(), each.body()))
            .toList());
  }

  private void save(Ready ready, RaftStore.Change change) {
    store.save(
        change,
        new RecordStore.PutCallback() {
          @Override
          public void stored() {
            if (change.snapshot() != null) {
              durableSnapshot = change.snapshot();
            }
            finish(ready);
            work();
          }

          @Override
          public void failed(StorageFault fault) {
            // No caller was told of it, and a command that is applied twice has one effect.
            machine.storeFailed(fault);
            Lane.Timer unused =
                lane.schedule(
                    SAVE_AGAIN_NANOS,
                    () -> {
                      if (!stopped) {
                        save(ready, change);
                      }
                    });
          }
        });
  }

  private void finish(Ready ready) {
    if (stopped) {
      return;
    }
    ready.messages().forEach(network);
    if (ready.restore() != null) {
      machine.restore(ready.restore());
    }
    ready.committed().forEach(machine::apply);
    ready.reads().forEach(machine::answer);
    raft.advance();
    busy = false;
    machine.workDone(ready);
  }
}

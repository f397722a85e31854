package io.quorate.sim.cluster;

import io.quorate.model.Key;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.program.Program;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.Record;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The disks of one machine: the one that the node runs on, and one that was taken out. A node that
 * lost its disk starts on an empty one, and may get the old one back.
 */
final class NodeDisks {
  private final SimNode node;
  private final NodeCollaborators with;
  private MemoryDisk current;

  /** The lost disk, while the node runs on an empty one. */
  private @Nullable MemoryDisk lost;

  /** Whether the node has ever known, on the lost disk, that it belongs to a cluster. */
  private boolean joinedOnLost;

  /** The empty disk, after the lost one is back: the cluster may have taken it for the node's. */
  private @Nullable MemoryDisk emptyAside;

  /** Whether the lost disk may not come back. */
  private boolean mayBeLostForGood;

  /**
   * Whether an operator was asked to give up one of the disks. That may be carried out much later,
   * when the node has got the disk back and has lost it once more.
   */
  private boolean wasGivenUp;

  /** Whether the current disk is not the one that the node began with. */
  private boolean replaced;

  /** Whether the node has ever known, on the current disk, that it belongs to a cluster. */
  private boolean joined;

  /** How many writes the disk has refused in this life of the node. */
  private long refusals;

  NodeDisks(SimNode node, NodeCollaborators with) {
    this.node = node;
    this.with = with;
    this.current = insert(new MemoryDisk(DiskSpeed.FLASH));
  }

  private MemoryDisk insert(MemoryDisk inserted) {
    inserted.onSyncBegins(() -> with.moments().at(Moment.SYNC_BEGINS, node));
    return inserted;
  }

  /** Makes an empty disk that is as fast as the current one. */
  private MemoryDisk empty() {
    var empty = new MemoryDisk(current.speed());
    empty.pagesOf(current.pageMax());
    return insert(empty);
  }

  /** Opens the current disk for a process that starts. */
  Storage mount(SimLane lane, SimRandom random) {
    refusals = 0;
    return current.mount(
        lane,
        new SimRandomness(random),
        new Syncs(),
        health -> with.world().note(node.name(), health::toString));
  }

  private final class Syncs implements StorageListener {
    @Override
    public void onWritesFailed(StorageFault fault, int writes) {
      refusals += writes;
    }

    @Override
    public void onSync(long nanos, int writes, long bytes) {
      with.moments().at(Moment.SYNC_ENDED, node);
    }
  }

  long refusals() {
    return refusals;
  }

  MemoryDisk current() {
    return current;
  }

  /** Whether the node has run before, on a disk that is not the current one. */
  boolean hasOthers() {
    return lost != null || emptyAside != null || replaced;
  }

  boolean isReplaced() {
    return replaced;
  }

  boolean isLost() {
    return lost != null;
  }

  boolean mayBeLostForGood() {
    return mayBeLostForGood;
  }

  /** Starts over, with an empty disk. */
  void clear() {
    joined = false;
    replaced = false;
    current = empty();
  }

  /** The process died, and knew its cluster or not. */
  void died(Program dying) {
    joined |= dying.cluster() != null;
  }

  /** Puts an empty disk where the current one was; the node does not run. */
  void lose(boolean forGood) {
    joinedOnLost = joined;
    lost = current;
    mayBeLostForGood = forGood;
    wasGivenUp |= forGood;
    // The cluster may know a node by the empty disk that was here before, or come to.
    current = emptyAside == null ? empty() : emptyAside;
    emptyAside = null;
    joined = false;
  }

  /** Returns the lost disk; null if there is none, or the node has joined without it. */
  @Nullable MemoryDisk found() {
    MemoryDisk found = lost;
    lost = null;
    if (found != null && hasJoined()) {
      replaced = true; // the lost disk is of no use any more
      return null;
    }
    return found;
  }

  /** Puts the lost disk back in place of the empty one; the node does not run. */
  void putBack(MemoryDisk found) {
    emptyAside = current;
    current = found;
    joined = joinedOnLost;
  }

  /** Whether the old disk is back, and the empty one lies aside. */
  boolean hasEmptyAside() {
    return emptyAside != null;
  }

  /** Replaces the old disk by the empty one, which the cluster has taken for the node's. */
  void returnToEmpty() {
    if (emptyAside != null) {
      current = emptyAside;
      emptyAside = null;
      joined = false;
      replaced = true;
      mend();
    }
  }

  /** Gives up the lost disk: the node has left. */
  void forgetLost() {
    lost = null;
  }

  /** Whether the node runs on an empty disk, and the cluster has not readmitted it yet. */
  boolean hasLost() {
    if (lost != null && hasJoined()) {
      with.windows().enter("readmitted with an empty disk");
      lost = null;
      replaced = true;
    }
    return lost != null;
  }

  boolean hasJoined() {
    return joined || node.cluster() != null;
  }

  boolean mayBeReplaced() {
    return emptyAside != null && wasGivenUp;
  }

  /** The current disk is fast, has room and can be read. */
  void mend() {
    current.speed(DiskSpeed.FLASH);
    current.full(false);
    current.failNoSync();
    current.mend();
  }

  /** What a crash now would leave of a tenant's records in a partition. */
  Map<Key, Record> durable(int tenant, int partition) {
    Map<Key, Record> records = new TreeMap<>();
    for (RecordStore.Entry entry : current.durableRecords(partition)) {
      if (entry.key().tenant() == tenant) {
        records.put(entry.key(), entry.record());
      }
    }
    return records;
  }
}

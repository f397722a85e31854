package io.quorate.storage.memory;

import io.quorate.runtime.Lane;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageOpenException;

/** Raft's state on a disk in memory. */
final class MemoryRaftStore implements RaftStore {
  private final MemoryStorage storage;
  private final MemoryDisk disk;
  private final Lane lane;
  private final RaftGroup group;

  MemoryRaftStore(MemoryStorage storage, MemoryDisk disk, Lane lane, RaftGroup group) {
    this.group = group;
    this.storage = storage;
    this.disk = disk;
    this.lane = lane;
  }

  @Override
  public Image load() {
    if (group == RaftGroup.METADATA && disk.isRaftUnreadable()) {
      throw new StorageOpenException("the Raft state of this node cannot be read");
    }
    return disk.durableRaft(group);
  }

  @Override
  public void save(Change change, RecordStore.PutCallback durable) {
    long bytes = change.snapshot() == null ? 0 : change.snapshot().payload().length;
    for (LogEntry entry : change.entries()) {
      bytes += entry.payload().length;
    }
    storage.submit(new Write(lane, new Write.SaveRaft(group, change), bytes, durable));
  }
}

package io.quorate.storage.memory;

import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.TreeStore;
import java.util.Map;
import java.util.TreeMap;

/** Hash trees on a disk in memory. */
final class MemoryTreeStore implements TreeStore {
  private final MemoryStorage storage;
  private final MemoryDisk disk;
  private final Lane lane;

  MemoryTreeStore(MemoryStorage storage, MemoryDisk disk, Lane lane) {
    this.storage = storage;
    this.disk = disk;
    this.lane = lane;
  }

  @Override
  public Map<Integer, byte[]> load() {
    return disk.durableTrees();
  }

  @Override
  public void leave(Map<Integer, byte[]> trees) {
    long bytes = trees.values().stream().mapToLong(each -> each.length).sum();
    storage.submitLast(
        new Write(lane, new Write.LeaveTrees(new TreeMap<>(trees)), bytes, new Unanswered()));
  }

  /** The process is ending, and needs no answer. */
  private static final class Unanswered implements PutCallback {
    @Override
    public void stored() {}

    @Override
    public void failed(StorageFault fault) {}
  }
}

package io.quorate.storage.memory;

import io.quorate.runtime.Lane;
import io.quorate.storage.DiskMarkStore;
import io.quorate.storage.RecordStore;

/** The mark of a disk in memory. */
final class MemoryDiskMarkStore implements DiskMarkStore {
  private final MemoryStorage storage;
  private final MemoryDisk disk;
  private final Lane lane;

  MemoryDiskMarkStore(MemoryStorage storage, MemoryDisk disk, Lane lane) {
    this.storage = storage;
    this.disk = disk;
    this.lane = lane;
  }

  @Override
  public DiskMark load() {
    return disk.diskMark();
  }

  @Override
  public void save(DiskMark mark, RecordStore.PutCallback durable) {
    Write.Effect effect = new Write.SaveDiskMark(mark);
    storage.submit(new Write(lane, effect, Long.BYTES + 1, durable));
  }
}

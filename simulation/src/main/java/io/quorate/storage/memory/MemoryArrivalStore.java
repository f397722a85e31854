package io.quorate.storage.memory;

import io.quorate.runtime.Lane;
import io.quorate.storage.ArrivalStore;
import io.quorate.storage.RecordStore;
import java.util.Map;

/** Arrivals on a disk in memory. */
final class MemoryArrivalStore implements ArrivalStore {
  private final MemoryStorage storage;
  private final MemoryDisk disk;
  private final Lane lane;

  MemoryArrivalStore(MemoryStorage storage, MemoryDisk disk, Lane lane) {
    this.storage = storage;
    this.disk = disk;
    this.lane = lane;
  }

  @Override
  public Map<Integer, Long> load() {
    return disk.durableArrivals();
  }

  @Override
  public void save(int partition, long epoch, RecordStore.PutCallback durable) {
    Write.Effect effect = new Write.SaveArrival(partition, epoch);
    storage.submit(new Write(lane, effect, Long.BYTES, durable));
  }
}

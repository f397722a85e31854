package io.quorate.storage;

import java.util.Map;
import java.util.TreeMap;

/** Arrivals that are durable at once. */
public final class KeptArrivals implements ArrivalStore {
  private final TreeMap<Integer, Long> epochs = new TreeMap<>();

  @Override
  public Map<Integer, Long> load() {
    return new TreeMap<>(epochs);
  }

  @Override
  public void save(int partition, long epoch, RecordStore.PutCallback durable) {
    epochs.put(partition, epoch);
    durable.stored();
  }
}

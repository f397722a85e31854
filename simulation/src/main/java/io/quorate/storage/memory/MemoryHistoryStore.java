package io.quorate.storage.memory;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.version.Record;
import java.util.Map;

/** Versions that were replaced, on a disk in memory. */
final class MemoryHistoryStore implements HistoryStore {
  private static final int MARK_BYTES = 16;

  private final MemoryStorage storage;
  private final MemoryDisk disk;
  private final Lane lane;

  MemoryHistoryStore(MemoryStorage storage, MemoryDisk disk, Lane lane) {
    this.storage = storage;
    this.disk = disk;
    this.lane = lane;
  }

  @Override
  public Map<Place, Long> load() {
    return disk.durableHistoryMarks();
  }

  @Override
  public void keep(
      int partition, Key key, Record record, long until, long bucketEnd, PutCallback durable) {
    HistoryStore.check(until, bucketEnd);
    KeptAt at = KeptAt.of(partition, key, bucketEnd, record.version(), until);
    long bytes = (long) key.bytes().length + record.bytes().length;
    storage.submit(new Write(lane, new Write.Keep(at, record), bytes, durable));
  }

  @Override
  public void read(Place place, byte[] from, int versionsMax, int bytesMax, ReadCallback callback) {
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      lane.execute(() -> callback.failed(MemoryStorage.CLOSED));
    } else {
      storage.later(
          lane, () -> disk.history().page(place, from, versionsMax, bytesMax), callback::page);
    }
  }

  @Override
  public void mark(Place place, long since, PutCallback durable) {
    submit(new Write.MarkHistory(place, since), durable);
  }

  @Override
  public void forget(Place place, long bucketEnd, long since, PutCallback durable) {
    submit(new Write.ForgetHistory(place, bucketEnd, since), durable);
  }

  @Override
  public void clear(Place place, PutCallback durable) {
    submit(new Write.ClearHistory(place), durable);
  }

  private void submit(Write.Effect effect, PutCallback durable) {
    storage.submit(new Write(lane, effect, MARK_BYTES, durable));
  }
}

package io.quorate.storage.memory;

import io.quorate.runtime.Lane;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.RecordStore.ScanCallback;
import io.quorate.storage.StorageFault;
import java.util.function.Supplier;

/** What lay on a disk in memory at one moment. */
final class MemoryImage implements Image {
  private static final StorageFault GONE =
      new StorageFault(
          StorageFault.Kind.CLOSED, "the image that was to be read is not there any more");

  private final MemoryStorage storage;
  private final Lane lane;
  private final FixedRecords records;
  private boolean closed;

  MemoryImage(MemoryStorage storage, Lane lane, FixedRecords records) {
    this.storage = storage;
    this.lane = lane;
    this.records = records;
  }

  @Override
  public void scan(Range range, ScanCallback callback) {
    scan(() -> walk(range), callback);
  }

  @Override
  public void scan(Range range, long asOf, ScanCallback callback) {
    HistoryStore.checkForward(range);
    scan(() -> isGone() ? new Walk(null, GONE) : records.walk(range, asOf), callback);
  }

  private void scan(Supplier<Walk> walk, ScanCallback callback) {
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      lane.execute(() -> callback.failed(MemoryStorage.CLOSED));
    } else {
      storage.later(lane, walk, found -> found.tell(callback));
    }
  }

  private Walk walk(Range range) {
    return isGone() ? new Walk(null, GONE) : records.walk(range);
  }

  private boolean isGone() {
    return closed || records.isGone();
  }

  @Override
  public void close() {
    closed = true;
  }
}

package io.quorate.storage.rocks;

import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.RecordStore.ScanCallback;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A snapshot of the family that the records were read from when it was taken. Once they are read
 * from another one there is nothing of it any more: the files of the old one are gone, whatever
 * snapshots there are.
 */
final class RocksImage implements Image {
  private final RocksRecordStore store;
  private final RecordFamily family;
  private final RecordFamily.Generation generation;
  private final Snapshots.Held snapshot;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param snapshot held for this image
   */
  RocksImage(
      RocksRecordStore store,
      RecordFamily family,
      RecordFamily.Generation generation,
      Snapshots.Held snapshot) {
    this.store = store;
    this.family = family;
    this.generation = generation;
    this.snapshot = snapshot;
  }

  @Override
  public void scan(Range range, ScanCallback callback) {
    store.scan(() -> read(range), callback);
  }

  private Scan.Result read(Range range) {
    if (closed.get() || !generation.enter()) {
      return new Scan.Failed(Faults.IMAGE_GONE);
    }
    try {
      // It may have been closed just now: the snapshot stays until the page is read, or is gone.
      if (!snapshot.hold()) {
        return new Scan.Failed(Faults.IMAGE_GONE);
      }
      try {
        return new Scan(family, range).run(generation, snapshot);
      } finally {
        snapshot.release();
      }
    } finally {
      generation.leave();
    }
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      generation.release(snapshot);
    }
  }
}

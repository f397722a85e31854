package io.quorate.storage.rocks;

import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.RecordStore.ScanCallback;

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

  /** Lane only. */
  private boolean closed;

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

  /** Holds the snapshot from now on: the image may be closed before a thread reads the page. */
  @Override
  public void scan(Range range, ScanCallback callback) {
    if (closed || !snapshot.hold()) {
      store.answer(new Scan.Failed(Faults.IMAGE_GONE), callback);
    } else {
      store.scan(() -> read(range), callback);
    }
  }

  private Scan.Result read(Range range) {
    try {
      if (!generation.enter()) {
        return new Scan.Failed(Faults.IMAGE_GONE);
      }
      try {
        return new Scan(family, range).run(generation, snapshot);
      } finally {
        generation.leave();
      }
    } finally {
      generation.release(snapshot);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      generation.release(snapshot);
    }
  }
}

package io.quorate.storage.rocks;

import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.RecordStore.ScanCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.HistoryDamage;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.Snapshots;
import java.util.function.Supplier;

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
  private final HistoryDamage damage;

  /** Lane only. */
  private boolean closed;

  /**
   * @param snapshot held for this image
   */
  RocksImage(
      RocksRecordStore store,
      RecordFamily family,
      RecordFamily.Generation generation,
      Snapshots.Held snapshot,
      HistoryDamage damage) {
    this.store = store;
    this.family = family;
    this.generation = generation;
    this.snapshot = snapshot;
    this.damage = damage;
  }

  @Override
  public void scan(Range range, ScanCallback callback) {
    scan(() -> new Scan(family, range).run(generation, snapshot), callback);
  }

  @Override
  public void scan(Range range, long asOf, ScanCallback callback) {
    HistoryStore.checkForward(range);
    scan(() -> new HistoryScan(generation, family.seal(), snapshot, range, asOf).run(), callback);
  }

  /** Holds the snapshot from now on: the image may be closed before a thread reads the page. */
  private void scan(Supplier<Scan.Result> page, ScanCallback callback) {
    if (closed || !snapshot.hold()) {
      store.answer(new Scan.Failed(Faults.IMAGE_GONE), callback);
    } else {
      store.scan(() -> read(page), callback);
    }
  }

  private Scan.Result read(Supplier<Scan.Result> page) {
    try {
      if (!generation.enter()) {
        return new Scan.Failed(Faults.IMAGE_GONE);
      }
      try {
        Scan.Result result = page.get();
        if (result instanceof Scan.FailedInHistory(StorageFault fault)) {
          damage.suspect(fault);
        }
        return result;
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

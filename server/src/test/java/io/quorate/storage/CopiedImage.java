package io.quorate.storage;

import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.RecordStore.ScanCallback;

/** An image of a store in memory: a copy of it that is never written to. */
public final class CopiedImage implements RecordStore.Image {
  private final RecordStore copy;
  private final KeptHistory history;
  private boolean closed;

  /** An image of a store without a history. */
  public CopiedImage(RecordStore copy) {
    this(copy, new KeptHistory());
  }

  /**
   * @param history a copy that is never written to, too
   */
  public CopiedImage(RecordStore copy, KeptHistory history) {
    this.copy = copy;
    this.history = history;
  }

  @Override
  public void scan(Range range, ScanCallback callback) {
    if (closed) {
      callback.failed(new StorageFault(StorageFault.Kind.CLOSED, "the image is closed"));
    } else {
      copy.scan(range, callback);
    }
  }

  @Override
  public void scan(Range range, long asOf, ScanCallback callback) {
    HistoryStore.checkForward(range);
    Range whole =
        new Range(
            range.partition(),
            range.tenant(),
            range.keys(),
            range.after(),
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);
    scan(
        whole,
        new ScanCallback() {
          @Override
          public void page(Page page) {
            // A fake may hand out more than it was asked for.
            var lying = page.entries().stream().filter(entry -> isIn(range, entry)).toList();
            callback.page(history.page(range, asOf, lying));
          }

          @Override
          public void failed(StorageFault fault) {
            callback.failed(fault);
          }
        });
  }

  private static boolean isIn(Range range, Entry entry) {
    return KeptHistory.isIn(range, entry.key().bytes());
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }
}

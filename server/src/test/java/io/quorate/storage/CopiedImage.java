package io.quorate.storage;

/** An image of a store in memory: a copy of it that is never written to. */
public final class CopiedImage implements RecordStore.Image {
  private final RecordStore copy;
  private boolean closed;

  public CopiedImage(RecordStore copy) {
    this.copy = copy;
  }

  @Override
  public void scan(RecordStore.Range range, RecordStore.ScanCallback callback) {
    if (closed) {
      callback.failed(new StorageFault(StorageFault.Kind.CLOSED, "the image is closed"));
    } else {
      copy.scan(range, callback);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}

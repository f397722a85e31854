package io.quorate.node;

import io.quorate.metrics.StorageMeters;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import java.util.function.Consumer;

/** Tells meters, which know no other package, and the log what the disk does. */
record DiskMeters(StorageMeters meters, Consumer<String> log) implements StorageListener {
  @Override
  public void onSync(long nanos, int writes, long bytes) {
    meters.synced(nanos, writes, bytes);
  }

  @Override
  public void onWritesFailed(StorageFault fault, int writes) {
    meters.writesFailed(writes);
  }

  @Override
  public void onRenewal(String news) {
    log.accept(news);
  }

  @Override
  public void onRead(From from) {
    switch (from) {
      case CACHE -> meters.readFromCache();
      case DISK -> meters.readFromDisk();
      case CACHE_OR_DISK -> meters.readFromCacheOrDisk();
    }
  }
}

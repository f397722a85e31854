package io.quorate.storage.rocks.writer;

import io.quorate.storage.RecordStore.PutCallback;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Something to make durable, whole or not at all, and the callback to tell. */
public interface Write {
  void addTo(WriteBatch batch) throws RocksDBException;

  /** About how many bytes it puts into the log. */
  long bytes();

  /** Whether its callback is told once it is synced, whatever the durability. */
  default boolean mustBeSynced() {
    return false;
  }

  PutCallback callback();
}

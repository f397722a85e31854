package io.quorate.storage.rocks;

import io.quorate.storage.RecordStore.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** One of the sorted sources that a {@link HistoryScan} merges by key. */
interface Merging extends AutoCloseable {
  /** The key that it has come to; null at its end. */
  byte @Nullable [] key();

  /** Adds what it has under that key, and goes on to the next one; not at its end. */
  long take(List<Entry> into) throws RocksDBException;

  /** Whether what it reads are versions that were replaced. */
  boolean isHistory();

  @Override
  void close();
}

package io.quorate.storage.rocks.writer;

import io.quorate.storage.RecordStore.PutCallback;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A value on its way to disk, as it is: a note, or a mark. */
public record FamilyPut(
    ColumnFamilyHandle family, byte[] key, byte[] value, boolean mustBeSynced, PutCallback callback)
    implements Write {
  /** One that is as durable as records are. */
  public FamilyPut(ColumnFamilyHandle family, byte[] key, byte[] value, PutCallback callback) {
    this(family, key, value, false, callback);
  }

  @Override
  public void addTo(WriteBatch batch) throws RocksDBException {
    batch.put(family, key, value);
  }

  @Override
  public long bytes() {
    return (long) key.length + value.length;
  }
}

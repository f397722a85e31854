package io.quorate.storage.rocks.writer;

import io.quorate.storage.RecordStore.PutCallback;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** All from one place to before another on its way off the disk, and the mark that says so. */
public record MarkedRemoval(ColumnFamilyHandle family, byte[] from, byte[] past, FamilyPut mark)
    implements Write {
  @Override
  public void addTo(WriteBatch batch) throws RocksDBException {
    batch.deleteRange(family, from, past);
    mark.addTo(batch);
  }

  @Override
  public long bytes() {
    return from.length + past.length + mark.bytes();
  }

  @Override
  public PutCallback callback() {
    return mark.callback();
  }
}

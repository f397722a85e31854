package io.quorate.storage.rocks.database;

import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.files.SuspectMark;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.RocksDBException;

/**
 * What a read does that comes upon damage in the history: says it to people and to the next start,
 * which begins the history again ({@link HistoryCheck}), and keeps compactions from it until then,
 * for one would end all writes. Used by threads that are inside the gate of the database.
 */
public final class HistoryDamage {
  private final Database database;
  private final StorageListener listener;
  private final AtomicBoolean told = new AtomicBoolean();

  public HistoryDamage(Database database, StorageListener listener) {
    this.database = database;
    this.listener = listener;
  }

  public void suspect(StorageFault fault) {
    if (fault.kind() != StorageFault.Kind.CORRUPT || !told.compareAndSet(false, true)) {
      return;
    }
    try {
      SuspectMark.ofHistory(database.directory()).set(fault.message());
      database
          .db()
          .setOptions(
              database.family(Family.HISTORY),
              MutableColumnFamilyOptions.builder().setDisableAutoCompactions(true).build());
    } catch (IOException | RocksDBException failure) {
      told.set(false); // the next reader finds the damage again
      return;
    }
    listener.onRenewal(
        "versions that were replaced cannot be read, and all that are kept go at the next start: "
            + fault.message());
  }
}

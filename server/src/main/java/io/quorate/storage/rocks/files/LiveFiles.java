package io.quorate.storage.rocks.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Keeps {@link SyncedMark} up to date with the manifest and the logs of an open database. RocksDB
 * changes both in the background; they are looked at after writes.
 *
 * <p>What is remembered may lag behind, and what it lags by is not lost unseen. A manifest that
 * loses a flush which is not yet remembered asks for logs that are, and that are gone; one that
 * loses a compaction names table files that are gone. {@link Inventory} finds either.
 */
public final class LiveFiles {
  private final Path db;
  private final SyncedMark mark;

  /** The manifest, and how long it was when it was looked at last. */
  private Path manifest;

  private long manifestBytes = -1;

  public LiveFiles(Path db, SyncedMark mark) {
    this.db = db;
    this.mark = mark;
    this.manifest = db;
  }

  /** After a write: remembers what has changed. Cheap if nothing has. */
  public synchronized void look(RocksDB open) throws RocksDBException {
    if (manifest.toFile().length() == manifestBytes) {
      return;
    }
    List<SyncedMark.Log> logs = new ArrayList<>(mark.state().logs());
    try {
      Map.Entry<Long, Path> newest = Inventory.logs(db).lastEntry();
      if (newest != null && (logs.isEmpty() || newest.getKey() > logs.getLast().number())) {
        long first = Inventory.firstSequence(newest.getKey(), newest.getValue());
        if (first >= 0) {
          logs.add(new SyncedMark.Log(newest.getKey(), first));
        }
      }
    } catch (IOException failure) {
      throw new RocksDBException("looking at the logs in " + db + " failed: " + failure);
    }
    remember(open, logs);
  }

  /** When nothing was written since the database was opened. */
  public synchronized void remember(RocksDB open) throws RocksDBException {
    remember(open, mark.state().logs());
    manifestBytes = -1; // the first write goes to a log that is not known yet
  }

  private void remember(RocksDB open, List<SyncedMark.Log> logs) throws RocksDBException {
    // A log that is gone by now is not needed by what the manifest says afterwards.
    List<SyncedMark.Log> left =
        logs.stream().filter(log -> Files.exists(db.resolve(log.fileName()))).toList();
    RocksDB.LiveFiles live = open.getLiveFiles(false);
    for (String file : live.files) {
      String name = file.substring(file.lastIndexOf('/') + 1);
      if (name.startsWith(Inventory.MANIFEST)) {
        manifest = db.resolve(name);
        manifestBytes = live.manifestFileSize;
        try {
          mark.set(
              Long.parseLong(name.substring(Inventory.MANIFEST.length())), manifestBytes, left);
        } catch (UncheckedIOException failure) {
          throw new RocksDBException("remembering what was synced failed: " + failure.getMessage());
        }
      }
    }
  }
}

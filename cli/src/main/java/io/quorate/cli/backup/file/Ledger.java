package io.quorate.cli.backup.file;

import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what a backup has so far, in {@link FileNames#PROGRESS}; used by many threads. */
public final class Ledger {
  private final BackupStore store;
  private final AtomicInteger number;

  /** Guarded by this object's monitor. */
  private Progress progress;

  /**
   * Takes up a backup as it is. Files that are not in it are of runs that were killed before they
   * could say so: they are deleted, and read again.
   *
   * @param progress as this run has written it: so what an earlier run was still sending of it,
   *     that names such files, is refused from now on
   * @throws DamagedException if a file is missing that is in it
   */
  public Ledger(BackupStore store, Progress progress) throws IOException {
    this.store = store;
    this.progress = progress;
    SortedMap<String, Long> unsaid = store.list();
    int last = 0;
    for (FileEntry each : progress.files()) {
      Long bytes = unsaid.remove(each.name());
      if (bytes == null || bytes != each.bytes()) {
        throw new DamagedException(
            store.place() + "/" + each.name(),
            bytes == null ? "is missing" : "has another length than it was written with");
      }
      last = Math.max(last, FileNames.number(each.name()));
    }
    this.number = new AtomicInteger(last);
    store.discardUnfinished();
    for (String each : unsaid.keySet()) {
      if (FileNames.isData(each)) {
        store.delete(each);
      }
    }
  }

  /** Begins another file. */
  public DataFile begin() throws IOException {
    return new DataFile(store, store.dataName(number.incrementAndGet()), progress().base() != null);
  }

  /** Has a file count from now on, also for later runs. */
  public synchronized void add(FileEntry file) throws IOException {
    Progress next = progress.with(file);
    next.put(store);
    progress = next;
  }

  public synchronized Progress progress() {
    return progress;
  }
}

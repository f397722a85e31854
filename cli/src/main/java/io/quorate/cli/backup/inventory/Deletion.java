package io.quorate.cli.backup.inventory;

import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.Closeable;
import java.io.IOException;
import java.util.Set;

/**
 * Deletes a backup: the manifest first, so that what is left if the process is killed is no backup,
 * and can be deleted by another run.
 */
public final class Deletion {
  private final BackupStore store;

  public Deletion(BackupStore store) {
    this.store = store;
  }

  /**
   * Whether a file there is of another program, as far as can be seen: other programs have a {@code
   * manifest.json}, too. It is not if there are files of records, whatever has become of the
   * others.
   */
  public boolean isOfAnother() throws IOException {
    Set<String> there = store.list().keySet();
    if (there.stream().anyMatch(FileNames::isData)) {
      return false;
    }
    for (String each : there) {
      if (!CheckedJson.isThere(store, each)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Deletes what a backup wrote, and nothing else.
   *
   * @return false if other files are left at its place
   */
  public boolean run() throws IOException {
    Closeable lock = store.lock();
    try {
      store.delete(FileNames.MANIFEST);
      for (String each : store.list().keySet()) {
        if (FileNames.isData(each)) {
          store.delete(each);
        }
      }
      store.delete(FileNames.PROGRESS);
      return store.remove();
    } finally {
      lock.close();
    }
  }
}

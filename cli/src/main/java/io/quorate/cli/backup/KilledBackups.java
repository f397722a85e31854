package io.quorate.cli.backup;

import io.quorate.cli.backup.file.AskedCut;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.Progress;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.client.admin.BackupCut;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Unfinished backups beside one, of which it is certain that no run works on them. On object
 * storage that is never certain, for a run that is killed leaves its lock.
 */
final class KilledBackups implements CutMaker.Killed {
  private final BackupStore store;
  private final String clusterId;

  /**
   * @param store of the backup that is being made
   */
  KilledBackups(BackupStore store, String clusterId) {
    this.store = store;
    this.clusterId = clusterId;
  }

  @Override
  public @Nullable LeftBackup of(BackupCut cut) throws IOException {
    if (cut.step() == BackupCut.Step.ENDED) {
      return null;
    }
    LeftBackup possible = null;
    for (String name : store.beside().names()) {
      LeftBackup found = name.equals(store.name()) ? null : of(store.beside().backup(name), cut);
      if (found != null && found.surely()) {
        return found;
      }
      possible = found == null ? possible : found;
    }
    return possible;
  }

  private @Nullable LeftBackup of(BackupStore other, BackupCut cut) throws IOException {
    Closeable lock;
    try {
      lock = other.lockIfLeft();
    } catch (FileSystemException ofAnotherUser) {
      return null;
    }
    if (lock == null) {
      return null;
    }
    try {
      var files = other.list();
      return files.containsKey(FileNames.PROGRESS) && !files.containsKey(FileNames.MANIFEST)
          ? of(other, Progress.read(other), cut)
          : null;
    } catch (DamagedException | FileSystemException unreadable) {
      return null;
    } finally {
      lock.close();
    }
  }

  private @Nullable LeftBackup of(BackupStore other, Progress left, BackupCut cut) {
    ExactEntry exact = left.exact();
    AskedCut asked = left.asked();
    boolean surely = exact != null && exact.cut() == cut.id() && exact.time() == cut.hlc();
    return left.clusterId().equals(clusterId) && (surely || (asked != null && mayBe(asked, cut)))
        ? new LeftBackup(other.place(), other.name(), surely)
        : null;
  }

  /** Which cut was begun for a request only the cluster knows. */
  private static boolean mayBe(AskedCut asked, BackupCut cut) {
    return Set.copyOf(asked.tenants()).equals(Set.copyOf(cut.tenants()))
        && LeftCut.isOf(cut.hlc(), asked.moment());
  }
}

package io.quorate.cli.backup.create;

import io.quorate.cli.backup.cut.CutMaker;
import io.quorate.cli.backup.cut.LeftBackup;
import io.quorate.cli.backup.cut.LeftCut;
import io.quorate.cli.backup.file.AskedCut;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.Progress;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.client.admin.BackupCut;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds unfinished backups beside one, of which it is certain that no run works on them. On object
 * storage that is never certain, for a run that is killed leaves its lock, so nothing is looked at
 * there. What cannot be read counts as not known: people are then told of the other cut alone.
 */
final class KilledBackups implements CutMaker.KilledRuns {
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
  public @Nullable LeftBackup find(BackupCut cut) {
    if (cut.step() == BackupCut.Step.ENDED || !store.lockEndsWithItsRun()) {
      return null;
    }
    LeftBackup possible = null;
    for (String name : names()) {
      LeftBackup found =
          name.equals(store.name()) ? null : readLeft(store.beside().backup(name), cut);
      if (found != null && found.surely()) {
        return found;
      }
      possible = found == null ? possible : found;
    }
    return possible;
  }

  private List<String> names() {
    try {
      return store.beside().names();
    } catch (IOException | UncheckedIOException notListed) { // as where it may only be searched
      return List.of();
    }
  }

  /** Returns a backup that a killed run has left and that fits a cut; null if it is not one. */
  private @Nullable LeftBackup readLeft(BackupStore other, BackupCut cut) {
    try {
      if (match(other, cut) == null) {
        return null; // and its lock is not touched: a run that begins just now would be refused
      }
      Closeable lock = other.lockIfLeft();
      if (lock == null) {
        return null;
      }
      try {
        return match(other, cut); // a run may have come to its end meanwhile
      } finally {
        lock.close();
      }
    } catch (IOException | UncheckedIOException unreadable) { // or of another user
      return null;
    }
  }

  private @Nullable LeftBackup match(BackupStore other, BackupCut cut) throws IOException {
    var files = other.list();
    if (!files.containsKey(FileNames.PROGRESS) || files.containsKey(FileNames.MANIFEST)) {
      return null;
    }
    Progress left = Progress.read(other);
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
        && LeftCut.isOf(cut, asked.moment());
  }
}

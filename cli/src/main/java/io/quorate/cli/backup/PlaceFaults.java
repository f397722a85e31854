package io.quorate.cli.backup;

import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.store.DirectoryPlace;
import io.quorate.cli.backup.store.DirectoryStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.command.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Places that people give for those of a backup or of backups, answered with what to give instead.
 */
final class PlaceFaults {
  private static final String MANIFEST = "/" + FileNames.MANIFEST;

  private PlaceFaults() {}

  /**
   * Refuses the file by which people tell that a backup is finished.
   *
   * @throws CommandFailedException if it is that file, in a directory or in a bucket
   */
  static void requireNoManifest(String place) {
    if (place.endsWith(MANIFEST)) {
      throw Reasons.failed(
          "%s: is a file of a backup: give the backup, %s"
              .formatted(place, place.substring(0, place.length() - MANIFEST.length())));
    }
  }

  /**
   * Refuses what is no directory of a backup, as far as that can be told.
   *
   * @throws CommandFailedException if it is a file, or has backups in it and is none
   */
  static void requireBackup(Path place) {
    requireNoFile(place);
    try {
      if (Files.isDirectory(place) && !DirectoryStore.holdsBackup(place)) {
        List<String> backups = new DirectoryPlace(place).names();
        if (!backups.isEmpty()) {
          throw Reasons.failed(
              "%s: there is no backup, for it is the directory of backups: give one of these, such as %s"
                  .formatted(place, place.resolve(backups.getLast())));
        }
      }
    } catch (IOException unreadable) {
      // What reads it next says so.
    }
  }

  /**
   * Refuses a file.
   *
   * @throws CommandFailedException if it is one
   */
  static void requireNoFile(Path place) {
    if (Files.isRegularFile(place)) {
      throw Reasons.failed(place + ": is a file: give a directory");
    }
  }
}

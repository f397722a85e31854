package io.quorate.cli.backup.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A directory of backups, each of which is a directory in it. */
public final class DirectoryPlace implements BackupPlace {
  private final Path directory;

  public DirectoryPlace(Path directory) {
    this.directory = directory;
  }

  @Override
  public String place() {
    return directory.toString();
  }

  @Override
  public boolean isThere() {
    return Files.isDirectory(directory);
  }

  @Override
  public BackupStore backup(String name) {
    return new DirectoryStore(directory.resolve(name));
  }

  @Override
  public List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(DirectoryPlace::mayBeBackup)
          .sorted()
          .map(each -> String.valueOf(each.getFileName()))
          .toList();
    }
  }

  /**
   * Backups are readable by the user alone who made them: one that cannot be looked at is listed,
   * for a list without it would say that there is none.
   */
  private static boolean mayBeBackup(Path directory) {
    try {
      return DirectoryStore.holdsBackup(directory);
    } catch (IOException unreadable) {
      // Not lost+found, which is at the top of each file system of Linux.
      return FileNames.isBackup(String.valueOf(directory.getFileName()));
    }
  }
}

package io.quorate.cli.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The file of the lines that were typed. It is for its user alone: lines hold keys and values. */
final class HistoryFile {
  /** Given in place of a file, it keeps nothing. */
  static final String OFF = "off";

  private HistoryFile() {}

  /**
   * Returns the file, which is there then; null if no lines are to be kept.
   *
   * @param given by the user; blank for the usual one
   * @throws IOException if it cannot be created
   */
  static @Nullable Path open(String given) throws IOException {
    if (given.equals(OFF)) {
      return null;
    }
    Path file = given.isBlank() ? usual() : Path.of(given).toAbsolutePath();
    Path directory = file.getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Path above = directory.getParent();
      if (above != null) {
        Files.createDirectories(above);
      }
      Files.createDirectory(directory, forItsUser(directory, "rwx------"));
    }
    if (!Files.exists(file)) {
      Files.createFile(file, forItsUser(file, "rw-------"));
    }
    return file;
  }

  private static Path usual() {
    String state = System.getenv("XDG_STATE_HOME");
    Path home =
        state == null || state.isBlank()
            ? Path.of(System.getProperty("user.home", ""), ".local", "state")
            : Path.of(state);
    return home.resolve("quorate").resolve("history").toAbsolutePath();
  }

  private static FileAttribute<?>[] forItsUser(Path at, String permissions) {
    return at.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}

package io.quorate.cli.shell;

import io.quorate.cli.command.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file of the lines that were typed. It is for its user alone: lines hold keys and values. */
final class HistoryFile {
  /** Given in place of a file, it keeps nothing. */
  static final String OFF = "off";

  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private HistoryFile() {}

  /**
   * Returns the file, which is there then and for its user alone; null if no lines are to be kept.
   *
   * @param given by the user; blank for the usual one
   * @throws IOException if it cannot be created, or is another user's and open to others
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
    closeToOthers(file);
    return file;
  }

  /** One that is there may be of a time when others could read it. /dev/null is left as it is. */
  private static void closeToOthers(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null
        && Files.isRegularFile(file)
        && !OWNER.containsAll(view.readAttributes().permissions())) {
      view.setPermissions(OWNER);
    }
  }

  private static Path usual() {
    String state = System.getenv("XDG_STATE_HOME");
    Path home =
        state == null || state.isBlank()
            ? Home.directory().resolve(".local").resolve("state")
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

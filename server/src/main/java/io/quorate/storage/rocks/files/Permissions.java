package io.quorate.storage.rocks.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The users that may read a data directory: the user that the node runs as, and no other. */
public final class Permissions {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private Permissions() {}

  /** Creates a directory, with those above it, that no other user may enter. */
  public static void createDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER));
    } else {
      Files.createDirectory(directory);
    }
    if (parent != null) {
      try (FileChannel entries = FileChannel.open(parent)) {
        entries.force(true);
      }
    }
  }

  /** Whether other users may look at what is in a directory. */
  public static boolean isOpenToOthers(Path directory) {
    PosixFileAttributeView view =
        Files.getFileAttributeView(directory, PosixFileAttributeView.class);
    try {
      return view != null && !OWNER.containsAll(view.readAttributes().permissions());
    } catch (IOException unknown) {
      return false;
    }
  }
}

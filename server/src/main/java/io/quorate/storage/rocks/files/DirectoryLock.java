package io.quorate.storage.rocks.files;

import io.quorate.storage.StorageOpenException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second process out of a data directory. RocksDB has a lock of its own, which it takes too
 * late: what lies beside the database is read before it is opened.
 */
public final class DirectoryLock implements AutoCloseable {
  public static final String NAME = "lock";

  private final FileChannel file;

  private DirectoryLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the lock of a directory that exists.
   *
   * @throws StorageOpenException if another process has it
   */
  public static DirectoryLock take(Path directory) throws IOException {
    FileChannel file =
        FileChannel.open(
            directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock(file) != null) {
        return new DirectoryLock(file);
      }
    } catch (IOException failure) {
      file.close();
      throw failure;
    }
    file.close();
    throw new StorageOpenException(
        "data directory "
            + directory
            + " is in use by another process. Stop that, or give this node a directory of its"
            + " own.");
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException ownProcess) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException ignored) {
      // The lock ends with the process at the latest.
    }
  }
}

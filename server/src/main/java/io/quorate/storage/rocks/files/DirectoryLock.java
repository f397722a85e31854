package io.quorate.storage.rocks.files;

import io.quorate.storage.StorageOpenException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second process out of a data directory, and a second node of this process. RocksDB has a
 * lock of its own, which it takes too late: what lies beside the database is read before it is
 * opened.
 */
public final class DirectoryLock implements AutoCloseable {
  public static final String NAME = "lock";

  /**
   * Directories of which this process has the lock. POSIX takes a lock away from a process when it
   * closes the file, by whatever descriptor: to open the file only to find that it is locked by
   * this process would let others in. As the lock, this is the process's, so it is static.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel file;

  private DirectoryLock(Path directory, FileChannel file) {
    this.directory = directory;
    this.file = file;
  }

  /**
   * Takes the lock of a directory that exists.
   *
   * @throws StorageOpenException if another process has it, or another node of this one
   */
  public static DirectoryLock take(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (!OWN.add(real)) {
      throw inUse(directory, "this process");
    }
    FileChannel file = null;
    try {
      file =
          FileChannel.open(real.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (file.tryLock() != null) {
        return new DirectoryLock(real, file);
      }
    } catch (IOException | RuntimeException failure) {
      letGo(real, file);
      throw failure;
    }
    letGo(real, file);
    throw inUse(directory, "another process");
  }

  private static StorageOpenException inUse(Path directory, String by) {
    return new StorageOpenException(
        "data directory "
            + directory
            + " is in use by "
            + by
            + ". Stop that first; a second node needs a directory of its own.");
  }

  private static void letGo(Path directory, @Nullable FileChannel file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException ignored) {
      // The lock ends with the process at the latest.
    } finally {
      boolean unused = OWN.remove(directory);
    }
  }

  @Override
  public void close() {
    letGo(directory, file);
  }
}

package io.quorate.storage.rocks.files;

import io.quorate.storage.StorageOpenException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * Loads RocksDB's native library. By itself RocksDB unpacks it into the directory for temporary
 * files, where a killed process leaves it, and where other users may write.
 */
public final class NativeLibrary {
  private static final String NAME = "native";

  private NativeLibrary() {}

  /**
   * Unpacks the library into a data directory, loads it, and takes the file away again. Where that
   * file system allows no programs, or is full, the directory for temporary files is used.
   */
  public static void load(Path directory) throws IOException {
    Path place = directory.resolve(NAME);
    Permissions.createDirectory(place);
    try {
      loadFrom(place.toString());
    } catch (UnsatisfiedLinkError | IOException notHere) {
      try {
        loadFrom("");
      } catch (UnsatisfiedLinkError nowhere) {
        throw new StorageOpenException(
            ("the library of RocksDB cannot be loaded, neither from %s (%s) nor from the directory"
                    + " for temporary files (%s). One of the two must be on a file system that is"
                    + " not mounted noexec; another directory for temporary files is named by"
                    + " -Djava.io.tmpdir in QUORATE_JAVA_OPTS.")
                .formatted(place, notHere.getMessage(), nowhere.getMessage()),
            nowhere);
      }
    } finally {
      delete(place);
    }
    RocksDB.loadLibrary();
  }

  private static void loadFrom(String place) throws IOException {
    NativeLibraryLoader.getInstance().loadLibrary(place);
  }

  private static void delete(Path place) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(place);
  }
}

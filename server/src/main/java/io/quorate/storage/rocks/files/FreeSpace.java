package io.quorate.storage.rocks.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much a disk can still take. */
public interface FreeSpace {
  /** Returns how many bytes this process may still write. */
  long bytes() throws IOException;

  /** Of the file system that a directory is on. */
  static FreeSpace below(Path directory) {
    return () -> Files.getFileStore(directory).getUsableSpace();
  }
}

package io.quorate.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Room on the file system of the data directory. The kernel answers this from memory for local
 * disks, so it may be asked anywhere.
 */
record DiskSpace(Path directory) {
  /**
   * @param bytes 0: not known
   */
  record Room(long bytes, long usedBytes) {
    private static final Room UNKNOWN = new Room(0, 0);

    double usedRatio() {
      return bytes == 0 ? 0 : (double) usedBytes / bytes;
    }
  }

  Room room() {
    try {
      var store = Files.getFileStore(directory);
      // What others than the superuser can still write is what counts as free.
      long free = store.getUsableSpace();
      return new Room(store.getTotalSpace(), store.getTotalSpace() - free);
    } catch (IOException unknown) {
      return Room.UNKNOWN; // a meter without a value; a disk that fails says so when written to
    }
  }
}

package io.quorate.node;

import io.quorate.admin.ClusterAdmin.DiskUsage;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Room on the file system of the data directory. The kernel answers this from memory for local
 * disks, so it may be asked anywhere.
 */
record DiskSpace(Path directory) {
  DiskUsage usage() {
    try {
      return usageOf(Files.getFileStore(directory));
    } catch (IOException unknown) {
      // Meters are not a number then; a disk that fails says so when it is written to.
      return DiskUsage.UNKNOWN;
    }
  }

  /**
   * Returns how full a file system is. Blocks that it keeps for the superuser, or that a quota
   * withholds, count as neither used nor available: they hold no data, and a node never gets them.
   */
  static DiskUsage usageOf(FileStore store) throws IOException {
    long size = store.getTotalSpace();
    return new DiskUsage(size, size - store.getUnallocatedSpace(), store.getUsableSpace());
  }
}

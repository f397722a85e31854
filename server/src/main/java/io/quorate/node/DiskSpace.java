package io.quorate.node;

import io.quorate.admin.ClusterAdmin.DiskUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Room on the file system of the data directory. The kernel answers this from memory for local
 * disks, so it may be asked anywhere.
 */
record DiskSpace(Path directory) {
  DiskUsage usage() {
    try {
      var store = Files.getFileStore(directory);
      // What others than the superuser can still write is what counts as free.
      long free = store.getUsableSpace();
      return new DiskUsage(store.getTotalSpace(), store.getTotalSpace() - free);
    } catch (IOException unknown) {
      // A meter has no value then; a disk that fails says so when it is written to.
      return DiskUsage.UNKNOWN;
    }
  }
}

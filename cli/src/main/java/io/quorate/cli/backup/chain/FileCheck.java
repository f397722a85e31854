package io.quorate.cli.backup.chain;

import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.store.BackupStore;
import java.io.IOException;

/** Looks at a file before it is read; used by many threads. */
public interface FileCheck {
  /** Takes files as they are: their blocks have checksums. */
  FileCheck NONE = (store, file) -> {};

  /**
   * Does nothing if a file may be read.
   *
   * @throws DamagedException if it may not
   */
  void check(BackupStore store, FileEntry file) throws IOException;
}

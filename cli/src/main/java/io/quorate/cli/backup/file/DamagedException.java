package io.quorate.cli.backup.file;

import java.io.IOException;

/** A file of a backup is not what was written; the message names the file, and says how. */
public final class DamagedException extends IOException {
  private static final long serialVersionUID = 1;

  public DamagedException(String file, String how) {
    super(file + ": " + how);
  }
}

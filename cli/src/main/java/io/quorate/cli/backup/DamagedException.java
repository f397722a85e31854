package io.quorate.cli.backup;

import java.io.IOException;

/** A file of a backup is not what was written; the message names the file, and says how. */
final class DamagedException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedException(String file, String how) {
    super(file + ": " + how);
  }
}

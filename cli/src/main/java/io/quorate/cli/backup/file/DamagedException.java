package io.quorate.cli.backup.file;

import java.io.IOException;

/**
 * A file of a backup is not what was written, or cannot be read as such; the message names the
 * file, and says how.
 */
public sealed class DamagedException extends IOException permits LaterFormatException {
  private static final long serialVersionUID = 1;

  public DamagedException(String file, String how) {
    super(file + ": " + how);
  }
}

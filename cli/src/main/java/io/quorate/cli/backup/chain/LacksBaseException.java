package io.quorate.cli.backup.chain;

import java.io.IOException;

/** The backup on which another one is based is not there, or another one is in its place. */
public final class LacksBaseException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param backup that lacks its base
   */
  LacksBaseException(String backup, String how) {
    super(backup + " lacks its base: " + how);
  }
}

package io.quorate.cli.command;

import java.nio.file.Path;
import java.util.Map;

/** Finds where a user keeps files of their own. */
public final class Home {
  private Home() {}

  /** Returns what HOME of the environment says, as to other programs. */
  public static Path directory() {
    return of(System.getenv(), System.getProperty("user.home", ""));
  }

  /**
   * Returns it by the environment alone: Java goes by the file of users, and takes what 'sudo -E'
   * runs for root's.
   *
   * @param otherwise if HOME is not set
   */
  static Path of(Map<String, String> environment, String otherwise) {
    String home = environment.get("HOME");
    return Path.of(home == null || home.isBlank() ? otherwise : home);
  }
}

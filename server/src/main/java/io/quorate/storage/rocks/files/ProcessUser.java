package io.quorate.storage.rocks.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The user as which this process runs, for messages about files that it may not use. */
public final class ProcessUser {
  private ProcessUser() {}

  /** Returns the name of the user, or its number if it has no name. */
  public static String name() {
    try {
      return Files.getOwner(Path.of("/proc/self")).getName();
    } catch (IOException | UnsupportedOperationException elsewhere) {
      return ProcessHandle.current().info().user().orElse("unknown");
    }
  }
}

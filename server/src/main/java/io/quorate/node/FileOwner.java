package io.quorate.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;

/** Who owns files, and as which user this process runs, as far as the system tells. */
final class FileOwner {
  /** What belongs to the user as which this process runs. */
  private static final Path OWN = Path.of("/proc/self");

  private FileOwner() {}

  /** Returns who owns a file or directory; null if it is not known. */
  static @Nullable UserPrincipal of(Path path) {
    try {
      return Files.getOwner(path);
    } catch (IOException | UnsupportedOperationException unknown) {
      return null;
    }
  }

  /** Returns the user of this process; null if it is not known. */
  static @Nullable UserPrincipal self() {
    return of(OWN);
  }

  /**
   * Returns who owns a file, by number: to look up a name may take long.
   *
   * @throws IOException if that cannot be read
   * @throws UnsupportedOperationException where files have no such number
   * @throws IllegalArgumentException where files have no such number
   */
  static int number(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid");
  }

  /** Returns the number of the user of this process, or the other one if it is not known. */
  static int ownNumberOr(int other) throws IOException {
    return Files.exists(OWN) ? number(OWN) : other;
  }
}

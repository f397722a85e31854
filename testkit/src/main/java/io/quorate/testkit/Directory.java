package io.quorate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Where the disks of a cluster are.
 *
 * @param temporary whether it goes with the cluster
 */
record Directory(Path path, boolean temporary) {
  /**
   * Returns one that is there.
   *
   * @param given null for a temporary one
   * @throws UncheckedIOException if it cannot be created
   */
  static Directory open(@Nullable Path given) {
    try {
      if (given == null) {
        return new Directory(Files.createTempDirectory("quorate-testkit"), true);
      }
      return new Directory(Files.createDirectories(given.toAbsolutePath().normalize()), false);
    } catch (IOException failed) {
      throw new UncheckedIOException(
          "no directory for a test cluster" + (given == null ? "" : ": " + given), failed);
    }
  }

  /**
   * Deletes it if it is temporary.
   *
   * @throws UncheckedIOException if it cannot be deleted
   */
  void close() {
    if (!temporary) {
      return;
    }
    try {
      Path unused = Files.walkFileTree(path, new Deletion());
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot delete " + path, failed);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed)
        throws IOException {
      if (failed != null) {
        throw failed;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}

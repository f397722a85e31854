package io.quorate.node;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the repository, whether a test runs in its root or in a module. */
final class Repository {
  private Repository() {}

  static Path file(String name) {
    Path root = Files.exists(Path.of("config/alerts.yml")) ? Path.of(".") : Path.of("..");
    return root.resolve(name);
  }
}

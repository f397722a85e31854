package io.quorate.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts the documents of the sources into a distribution, to be read without a network, and the
 * compose file that they tell of.
 */
public final class Documents {
  /** Pages that are at the top, beside the directory {@code docs}. */
  static final List<String> PAGES = List.of("README.md", "GUARANTEES.md", "SECURITY.md");

  private static final String CHANGES = "CHANGELOG.md";

  /** At the top, where what it mounts ({@code ./config}) lies beside it as in the sources. */
  static final String COMPOSE = "docker-compose.yml";

  private Documents() {}

  /**
   * Runs it.
   *
   * @param args the directory of the sources, and that of the distribution, which has all other
   *     files
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("usage: Documents SOURCES DISTRIBUTION");
      System.exit(2);
    }
    copy(Path.of(args[0]), Path.of(args[1]));
  }

  /**
   * Copies all, and then makes words and links good: a page may link to one that is copied later.
   */
  static void copy(Path sources, Path distribution) throws IOException {
    Files.writeString(
        distribution.resolve(COMPOSE),
        ComposeFile.ofRelease(Files.readString(sources.resolve(COMPOSE))));
    List<Path> files;
    try (Stream<Path> docs = Files.walk(sources.resolve("docs"))) {
      files =
          Stream.concat(
                  Stream.concat(PAGES.stream(), Stream.of(CHANGES)).map(sources::resolve),
                  docs.filter(Files::isRegularFile))
              .map(sources::relativize)
              .toList();
    }
    for (Path each : files) {
      Path to = distribution.resolve(each);
      Files.createDirectories(to.getParent());
      Files.copy(sources.resolve(each), to);
    }
    for (Path each : files) {
      if (each.toString().endsWith(".md")) {
        Path page = distribution.resolve(each);
        Files.writeString(
            page,
            new CopiedPage(each.toString(), path -> Files.exists(distribution.resolve(path)))
                .text(DistributionWords.of(each.toString(), Files.readString(page))));
      }
    }
  }
}

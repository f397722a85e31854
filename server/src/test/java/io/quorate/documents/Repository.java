package io.quorate.documents;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The files of this repository, as they lie in the work tree; what builds leave is not among them.
 */
public final class Repository {
  /** Tests run in the directory of their module. */
  public static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private static final Set<String> SKIPPED = Set.of("target", ".git", "node_modules", "released");

  private Repository() {}

  /** Files whose names end with a suffix, sorted. */
  public static List<Path> files(String... endings) throws IOException {
    return files(name -> Set.of(endings).stream().anyMatch(name::endsWith));
  }

  private static List<Path> files(Predicate<String> byName) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        HOME,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return SKIPPED.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (byName.test(file.getFileName().toString())) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }

  /** All documents, parsed. */
  static List<Markdown> documents() throws IOException {
    List<Markdown> documents = new ArrayList<>();
    for (Path file : files(".md")) {
      documents.add(Markdown.read(file));
    }
    return documents;
  }

  /** A file's name from the top of the repository. */
  static String name(Path file) {
    return HOME.relativize(file).toString();
  }
}

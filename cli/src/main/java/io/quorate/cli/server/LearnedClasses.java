package io.quorate.cli.server;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Classes of which {@code quorate warm} has taught the JVM how they are used, but not when. It
 * compiles the code of a node soon after its start, and throws away what reaches a class that is
 * initialized only later: such as those of moves, when partitions move for the first time. So they
 * are initialized before.
 */
final class LearnedClasses {
  private static final String OURS = "io/quorate/";
  private static final String OF_COMMANDS = "io/quorate/cli/";
  private static final String SUFFIX = ".class";

  private LearnedClasses() {}

  /** Takes some tens of milliseconds. Does nothing unless they are in a jar. */
  static void initialize() {
    Path jar = jar();
    if (jar == null) {
      return;
    }
    try (JarFile classes = new JarFile(jar.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) classes.stream()::iterator) {
        String name = entry.getName();
        if (name.startsWith(OURS) && !name.startsWith(OF_COMMANDS) && name.endsWith(SUFFIX)) {
          Class.forName(name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'));
        }
      }
    } catch (IOException | ReflectiveOperationException | LinkageError unusual) {
      return; // the node will run all the same, or say better what is wrong
    }
  }

  private static @Nullable Path jar() {
    CodeSource source = LearnedClasses.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return null;
    }
    try {
      Path path = Path.of(source.getLocation().toURI());
      return Files.isRegularFile(path) ? path : null;
    } catch (URISyntaxException unusual) {
      return null;
    }
  }
}

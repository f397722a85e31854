package io.quorate.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a process of ours is started: with the same Java and the same jars as this one. */
public final class NodeJvm {
  /**
   * Of nodes, whatever QUORATE_JAVA_OPTS says (bin/quorate has the same): one that is out of memory
   * must end, for what failed to allocate may be the thread that would have answered or stopped.
   */
  static final List<String> ALWAYS =
      List.of("-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr");

  /** Of nodes, unless QUORATE_JAVA_OPTS says otherwise. */
  private static final List<String> DEFAULT_OPTIONS =
      List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");

  /** Set by the launcher to the file that 'quorate warm' has left. */
  private static final String LEARNED = "quorate.learned";

  private NodeJvm() {}

  /** Whether this process was started with it. */
  static boolean hasLearned() {
    return System.getProperty(LEARNED) != null;
  }

  /** The command that runs {@code mainClass} as a node runs. */
  public static List<String> command(Class<?> mainClass, List<String> arguments) {
    return command(mainClass, arguments, System.getenv("QUORATE_JAVA_OPTS"));
  }

  /** As above, with {@code options} in place of the environment's. */
  static List<String> command(
      Class<?> mainClass, List<String> arguments, @Nullable String options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(ALWAYS);
    command.addAll(
        options == null || options.isBlank()
            ? DEFAULT_OPTIONS
            : List.of(options.strip().split("\\s+", -1)));
    String learned = System.getProperty(LEARNED);
    if (learned != null) {
      command.addAll(List.of("-XX:AOTCache=" + learned, "-Xlog:aot=off", "-Xlog:cds=off"));
    }
    command.add("-cp");
    command.add(classPath());
    command.add(mainClass.getName());
    command.addAll(arguments);
    return command;
  }

  /** Absolute, for a child may run in another directory. */
  private static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.isEmpty()) {
        entries.add(Path.of(entry).toAbsolutePath().toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }
}

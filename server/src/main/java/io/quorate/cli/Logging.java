package io.quorate.cli;

import io.quorate.node.config.LogLevel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.logging.LogManager;

/** What libraries log is for those who run nodes; a command says what matters in its own words. */
public final class Logging {
  private static final List<String> COMMANDS_OF_NODES = List.of("server", "dev");

  private Logging() {}

  /** Silences libraries unless a node is to be run or {@code --verbose} asks for everything. */
  static void configureFor(String[] args) {
    List<String> words = Arrays.asList(args);
    boolean runsNodes = !words.isEmpty() && COMMANDS_OF_NODES.contains(words.getFirst());
    if (!runsNodes && !words.contains("--verbose")) {
      silence();
    }
  }

  /** How much the node in this process logs; to be called before anything logs. */
  static void atLevel(LogLevel level) {
    System.setProperty("quorate.log.level", level.name());
  }

  /** Lets nodes in this process log to a file; to be called before anything logs. */
  public static void toFile(Path file) {
    System.setProperty("quorate.log.file", file.toString());
    System.setProperty("logback.configurationFile", "logback-file.xml");
  }

  /** To be called before anything logs: it keeps the logging library from being set up at all. */
  public static void silence() {
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    LogManager.getLogManager().reset();
  }
}

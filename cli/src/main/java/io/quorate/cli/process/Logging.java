package io.quorate.cli.process;

import io.quorate.model.LogLevel;
import io.quorate.node.config.LogFormat;
import io.quorate.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogManager;

/** What libraries log is for those who run nodes; a command says what matters in its own words. */
public final class Logging {
  private static final List<String> COMMANDS_OF_NODES = List.of("server", "dev");

  private Logging() {}

  /** Silences libraries unless a node is to be run or {@code --verbose} asks for everything. */
  public static void configureFor(String[] args) {
    List<String> words = Arrays.asList(args);
    boolean runsNodes = !words.isEmpty() && COMMANDS_OF_NODES.contains(words.getFirst());
    if (!runsNodes && !words.contains("--verbose")) {
      silence();
    }
  }

  /**
   * How and where the node in this process logs; to be called before anything logs.
   *
   * @return why it does not log to the file that is configured, but to standard error; empty: it
   *     logs as it is to
   */
  public static Optional<String> as(NodeConfig.Logging log, NodeConfig.Audit audit) {
    Path named = log.file();
    Optional<String> unwritable =
        named == null ? Optional.empty() : whyUnwritable(named).map(why -> instead(named, why));
    Path audited = audit.file();
    if (audited != null) {
      System.setProperty("quorate.audit", "logback-audit-file.xml");
      System.setProperty("quorate.audit.file", audited.toString());
      System.setProperty("quorate.audit.file.bytes", Long.toString(audit.fileBytesMax()));
      System.setProperty("quorate.audit.files", Integer.toString(audit.filesMax()));
    }
    System.setProperty("quorate.log.level", log.level().name());
    System.setProperty("quorate.log.libraries", log.level() == LogLevel.ERROR ? "ERROR" : "WARN");
    boolean json = log.format() == LogFormat.JSON;
    Path file = unwritable.isPresent() ? null : named;
    if (file == null) {
      System.setProperty("logback.configurationFile", json ? "logback-json.xml" : "logback.xml");
    } else {
      System.setProperty("quorate.log.file.bytes", Long.toString(log.fileBytesMax()));
      System.setProperty("quorate.log.files", Integer.toString(log.filesMax()));
      toFile(file, json ? "logback-file-json.xml" : "logback-file.xml");
    }
    JavaLogging.toTheLog();
    return unwritable;
  }

  private static String instead(Path file, String why) {
    return "log.file: %s cannot be written (%s), so this log goes to standard error"
        .formatted(file, why);
  }

  /**
   * Returns why a file cannot be appended to; empty if it can be. The logging library would go on
   * without the file, and keep nothing. The file is there afterwards, and so is its directory.
   */
  public static Optional<String> whyUnwritable(Path file) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null && !Files.exists(directory)) {
        Files.createDirectories(directory); // as the library does
      }
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
      return Optional.empty();
    } catch (IOException unwritable) {
      return Optional.of(unwritable.toString());
    }
  }

  /** Lets nodes in this process log to a file; to be called before anything logs. */
  public static void toFile(Path file) {
    toFile(file, "logback-file.xml");
    JavaLogging.toTheLog();
  }

  private static void toFile(Path file, String configuration) {
    System.setProperty("quorate.log.file", file.toString());
    System.setProperty("logback.configurationFile", configuration);
  }

  /** To be called before anything logs: it keeps the logging library from being set up at all. */
  public static void silence() {
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    LogManager.getLogManager().reset();
  }
}

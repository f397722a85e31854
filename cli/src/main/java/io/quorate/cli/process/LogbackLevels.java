package io.quorate.cli.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.quorate.model.LogLevel;
import io.quorate.node.LogLevels;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Levels of the loggers of this process, as logback has them. */
public final class LogbackLevels implements LogLevels {
  private final LoggerContext loggers;

  /** Levels that loggers had before one was set; null for one that follows the logger above it. */
  private final Map<String, @Nullable Level> before = new HashMap<>();

  LogbackLevels(LoggerContext loggers) {
    this.loggers = loggers;
  }

  /** Returns those of this process; null if it logs by another library, or not at all. */
  public static @Nullable LogLevels ofThisProcess() {
    return LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers
        ? new LogbackLevels(loggers)
        : null;
  }

  @Override
  public synchronized void set(String name, @Nullable LogLevel level) {
    Logger logger = loggers.getLogger(name);
    if (!before.containsKey(name)) {
      before.put(name, logger.getLevel());
    }
    logger.setLevel(level == null ? before.get(name) : Level.toLevel(level.name()));
  }
}

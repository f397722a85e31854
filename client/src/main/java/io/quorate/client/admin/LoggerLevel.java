package io.quorate.client.admin;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How much one logger of a node logs. */
public final class LoggerLevel {
  private final String logger;
  private final LogLevel level;
  private final LogLevel configured;
  private final @Nullable Duration left;

  private LoggerLevel(String logger, LogLevel level, LogLevel configured, @Nullable Duration left) {
    this.logger = logger;
    this.level = level;
    this.configured = configured;
    this.left = left;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static LoggerLevel of(
      String logger, LogLevel level, LogLevel configured, @Nullable Duration left) {
    return new LoggerLevel(logger, level, configured, left);
  }

  /** The name of the logger, such as {@code io.quorate.node}. */
  public String logger() {
    return logger;
  }

  /** Its level now. */
  public LogLevel level() {
    return level;
  }

  /** Its level by the configuration of the node. */
  public LogLevel configured() {
    return configured;
  }

  /**
   * Returns after which time the node goes back to another level by itself; null if the level is
   * that of the configuration.
   */
  public @Nullable Duration left() {
    return left;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LoggerLevel that
        && logger.equals(that.logger)
        && level == that.level
        && configured == that.configured
        && Objects.equals(left, that.left);
  }

  @Override
  public int hashCode() {
    return Objects.hash(logger, level, configured, left);
  }

  @Override
  public String toString() {
    return "LoggerLevel[logger="
        + logger
        + ", level="
        + level
        + ", configured="
        + configured
        + ", left="
        + left
        + "]";
  }
}

package io.quorate.transport;

import io.quorate.admin.LogAdmin;
import io.quorate.model.LogLevel;
import java.util.List;

/** A log whose levels cannot be set. */
final class UnsettableLog implements LogAdmin {
  @Override
  public List<LoggerLevel> levels() {
    throw new IllegalArgumentException("no loggers");
  }

  @Override
  public void set(String logger, LogLevel level, long forMillis) {
    throw new IllegalArgumentException("no loggers");
  }

  @Override
  public void reset(String logger) {
    throw new IllegalArgumentException("no loggers");
  }
}

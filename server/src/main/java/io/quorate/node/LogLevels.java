package io.quorate.node;

import io.quorate.model.LogLevel;
import org.jspecify.annotations.Nullable;

/**
 * The logging library of this process, which nodes know by this alone. Nodes of one process share
 * its loggers.
 */
@FunctionalInterface
public interface LogLevels {
  /**
   * Has a logger, and those below it that have no level of their own, log at a level from now on.
   * Returns at once; may be called on any thread.
   *
   * @param level null for the one that it had when the process was started
   */
  void set(String logger, @Nullable LogLevel level);
}

package io.quorate.admin;

import io.quorate.model.LogLevel;
import java.util.List;

/**
 * How much a node logs, which an operator may change for a time. All calls are made on the lane.
 */
public interface LogAdmin {
  /**
   * Returns every logger whose level can be set, in the order of their names.
   *
   * @throws IllegalArgumentException the node has no say in what its process logs
   */
  List<LoggerLevel> levels();

  /**
   * Sets the level of a logger, and of those below it, at once.
   *
   * @param logger empty for all
   * @param forMillis after which the node goes back by itself; 0 for as long as is usual
   * @throws IllegalArgumentException there is no such logger, the time is too short or too long, or
   *     the node has no say in what its process logs; the message says what would do
   */
  void set(String logger, LogLevel level, long forMillis);

  /**
   * Goes back at once to what the configuration says.
   *
   * @param logger empty for all that were set
   * @throws IllegalArgumentException as above
   */
  void reset(String logger);

  /**
   * How much one logger logs.
   *
   * @param configured what the configuration says
   * @param leftMillis after which it goes back to another level by itself; 0 if it is at that of
   *     the configuration
   */
  record LoggerLevel(String logger, LogLevel level, LogLevel configured, long leftMillis) {}
}

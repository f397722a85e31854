package io.quorate.event;

/** Where events write lines for people. In a format, {@code {}} stands for the next argument. */
public interface EventLog {
  void error(String format, Object... arguments);

  void warn(String format, Object... arguments);

  void info(String format, Object... arguments);

  void debug(String format, Object argument);

  /** For an event that has no line of its own. */
  void trace(Event event);

  /**
   * Returns whether a line of this kind may be written now: one in ten seconds, for events that can
   * come many times a second. The caller writes the line if so.
   */
  boolean isDue(String kind);

  /** Returns whether a line of this kind may be written now: one in {@code everyNanos}. */
  boolean isDue(String kind, long everyNanos);

  /**
   * Returns whether a line about this state may be written: the first since the start, or since the
   * state was forgotten. For a state that lasts, and that events report again and again.
   */
  boolean isNews(String state);

  /** Lets {@code state} be news again, since it has ended. */
  void forget(String state);
}

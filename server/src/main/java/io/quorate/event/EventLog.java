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

  /** Returns whether this has not been said since the start, or since {@link #notSoAnyMore}. */
  boolean isNews(String state);

  /** Makes {@code state} news when it is said next. */
  void notSoAnyMore(String state);
}

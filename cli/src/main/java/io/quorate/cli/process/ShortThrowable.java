package io.quorate.cli.process;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;

/**
 * What was thrown, in the log: with its stack if we log it; of a library, what it says and what it
 * says of its cause, since the stack shows how that library works.
 */
public final class ShortThrowable extends ThrowableProxyConverter {
  private static final int CHARS_MAX = 300;

  @Override
  public String convert(ILoggingEvent event) {
    if (event.getLoggerName().startsWith(LibraryLines.OURS)) {
      return super.convert(event);
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown == null) {
      return "";
    }
    IThrowableProxy root = null;
    for (IThrowableProxy cause = thrown.getCause();
        cause != null && !cause.isCyclic();
        cause = cause.getCause()) {
      root = cause;
    }
    return "    "
        + words(thrown)
        + (root == null ? "" : "; caused by " + words(root))
        + System.lineSeparator();
  }

  private static String words(IThrowableProxy thrown) {
    return thrown.getClassName() + ": " + OneLine.of(thrown.getMessage(), CHARS_MAX);
  }
}

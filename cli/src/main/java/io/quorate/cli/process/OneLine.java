package io.quorate.cli.process;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.jspecify.annotations.Nullable;

/**
 * A message of a library, in the log: on one line and cut, for it may quote what a stranger sent,
 * and text with line ends would forge lines. Our own are as they are.
 */
public final class OneLine extends MessageConverter {
  private static final int CHARS_MAX = 1000;

  @Override
  public String convert(ILoggingEvent event) {
    String message = super.convert(event);
    return event.getLoggerName().startsWith(LibraryLines.OURS) ? message : of(message, CHARS_MAX);
  }

  public static String of(@Nullable String text, int charsMax) {
    if (text == null) {
      return "";
    }
    StringBuilder line = new StringBuilder(text.substring(0, Math.min(text.length(), charsMax)));
    for (int i = 0; i < line.length(); i++) {
      if (Character.isISOControl(line.charAt(i))
          || line.charAt(i) == (char) 0x2028
          || line.charAt(i) == (char) 0x2029) {
        line.setCharAt(i, ' ');
      }
    }
    if (text.length() > charsMax) {
      line.append("...");
    }
    return line.toString();
  }
}

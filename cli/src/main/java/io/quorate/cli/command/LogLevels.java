package io.quorate.cli.command;

import io.quorate.client.admin.LogLevel;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Log levels as people write them. They are completed. */
public final class LogLevels implements ITypeConverter<LogLevel>, Iterable<String> {
  @Override
  public LogLevel convert(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "error" -> LogLevel.ERROR;
      case "warn" -> LogLevel.WARN;
      case "info" -> LogLevel.INFO;
      case "debug" -> LogLevel.DEBUG;
      case "trace" -> LogLevel.TRACE;
      default ->
          throw new TypeConversionException(
              "'" + text + "' is no level: give error, warn, info, debug or trace");
    };
  }

  @Override
  public Iterator<String> iterator() {
    return List.of("error", "warn", "info", "debug", "trace").iterator();
  }
}

package io.quorate.cli.command;

import io.quorate.client.admin.LogLevel;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Log levels as people write them. */
public final class LogLevels implements ITypeConverter<LogLevel> {
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
}

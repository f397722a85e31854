package io.quorate.transport.admin;

import io.quorate.admin.LogAdmin;
import io.quorate.model.LogLevel;
import io.quorate.proto.v1.GetLogLevelsResponse;
import io.quorate.proto.v1.LoggerLevel;
import io.quorate.proto.v1.SetLogLevelResponse;
import java.util.List;

/** Levels of loggers, on the wire. */
final class LogCodec {
  private LogCodec() {}

  static GetLogLevelsResponse levels(List<LogAdmin.LoggerLevel> all) {
    return GetLogLevelsResponse.newBuilder()
        .addAllLoggers(all.stream().map(LogCodec::logger).toList())
        .build();
  }

  static SetLogLevelResponse set(List<LogAdmin.LoggerLevel> all) {
    return SetLogLevelResponse.newBuilder()
        .addAllLoggers(all.stream().map(LogCodec::logger).toList())
        .build();
  }

  private static LoggerLevel logger(LogAdmin.LoggerLevel logger) {
    return LoggerLevel.newBuilder()
        .setLogger(logger.logger())
        .setLevel(toProto(logger.level()))
        .setConfigured(toProto(logger.configured()))
        .setLeftMs(logger.leftMillis())
        .build();
  }

  private static io.quorate.proto.v1.LogLevel toProto(LogLevel level) {
    return switch (level) {
      case ERROR -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_ERROR;
      case WARN -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_WARN;
      case INFO -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_INFO;
      case DEBUG -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_DEBUG;
      case TRACE -> io.quorate.proto.v1.LogLevel.LOG_LEVEL_TRACE;
    };
  }

  /**
   * A level that is to be set.
   *
   * @throws IllegalArgumentException if it is none that this release knows
   */
  static LogLevel fromProto(io.quorate.proto.v1.LogLevel level) {
    return switch (level) {
      case LOG_LEVEL_ERROR -> LogLevel.ERROR;
      case LOG_LEVEL_WARN -> LogLevel.WARN;
      case LOG_LEVEL_INFO -> LogLevel.INFO;
      case LOG_LEVEL_DEBUG -> LogLevel.DEBUG;
      case LOG_LEVEL_TRACE -> LogLevel.TRACE;
      case LOG_LEVEL_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("this release does not know the level");
    };
  }
}

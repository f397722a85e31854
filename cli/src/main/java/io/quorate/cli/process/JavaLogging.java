package io.quorate.cli.process;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LocationAwareLogger;

/**
 * Hands on what gRPC says through java.util.logging to the log of the node: there it follows {@code
 * log.level}, has the time in UTC, goes where the log goes, and is bounded by {@link LibraryLines}.
 */
final class JavaLogging extends Handler {
  /** Held here, for java.util.logging forgets the level of a logger that is not referenced. */
  private static final Logger STREAM_ERRORS =
      Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");

  private final SimpleFormatter words = new SimpleFormatter();

  private JavaLogging() {}

  /** Takes the place of all other handlers of java.util.logging in this process. */
  static void toTheLog() {
    LogManager.getLogManager().reset();
    // It warns, with a stack trace, of each client that leaves while it is being answered.
    STREAM_ERRORS.setLevel(Level.SEVERE);
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING); // what is less is not even put into words
    root.addHandler(new JavaLogging());
  }

  @Override
  public void publish(LogRecord what) {
    String name = what.getLoggerName() == null ? "java" : what.getLoggerName();
    if (LoggerFactory.getLogger(name) instanceof LocationAwareLogger log) {
      int level =
          what.getLevel().intValue() >= Level.SEVERE.intValue()
              ? LocationAwareLogger.ERROR_INT
              : LocationAwareLogger.WARN_INT;
      log.log(
          null,
          JavaLogging.class.getName(),
          level,
          words.formatMessage(what),
          null,
          what.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}

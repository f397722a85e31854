package io.quorate.cli.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets one line a second of each logger of a library pass, and says how many it left out. Libraries
 * log each message of a stranger that they cannot read: a port scan, or one client with a bug,
 * would fill the disk, and a full disk takes no writes.
 */
public final class LibraryLines extends TurboFilter {
  static final String OURS = "io.quorate";
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanos;

  /** Of as many loggers as libraries have. */
  private final ConcurrentMap<String, Passed> byLogger = new ConcurrentHashMap<>();

  /**
   * Of one logger.
   *
   * @param leftOut lines since
   */
  private record Passed(long atNanos, long leftOut) {}

  public LibraryLines() {
    this(System::nanoTime);
  }

  LibraryLines(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] parameters,
      @Nullable Throwable thrown) {
    String name = logger.getName();
    boolean line = format != null; // without one it is asked whether a line would pass
    if (!line || name.startsWith(OURS) || !level.isGreaterOrEqual(logger.getEffectiveLevel())) {
      return FilterReply.NEUTRAL;
    }
    long now = nanos.getAsLong();
    Passed before = byLogger.get(name);
    if (before != null && now - before.atNanos() < EVERY_NANOS) {
      byLogger.computeIfPresent(
          name, (same, passed) -> new Passed(passed.atNanos(), passed.leftOut() + 1));
      return FilterReply.DENY;
    }
    byLogger.put(name, new Passed(now, 0));
    if (before != null && before.leftOut() > 0) {
      logger.callAppenders(
          new LoggingEvent(
              LibraryLines.class.getName(),
              logger,
              level,
              "{} more lines of this logger were left out: one a second is kept",
              null,
              new Object[] {before.leftOut()}));
    }
    return FilterReply.NEUTRAL;
  }
}

package io.quorate.node;

import io.quorate.admin.LogAdmin;
import io.quorate.model.DurationText;
import io.quorate.model.LogLevel;
import io.quorate.model.Quoted;
import io.quorate.node.config.Nearest;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The levels of loggers that an operator has set, each until its time is over: what is set in
 * trouble is forgotten, and a node that traces for weeks fills a disk. On the lane.
 */
final class LogSettings implements LogAdmin {
  /** Stands for all below it. The audit has a level of its own, and is always kept. */
  static final String ALL = "io.quorate";

  /** Those that docs/operations/monitor.md explains. */
  static final List<String> LOGGERS =
      List.of(ALL, "io.quorate.node", "io.quorate.slow", "io.quorate.transport");

  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  private static final long MILLIS_USUALLY = TimeUnit.HOURS.toMillis(1);
  private static final long MILLIS_MIN = TimeUnit.SECONDS.toMillis(1);
  private static final long MILLIS_MAX = TimeUnit.DAYS.toMillis(1);

  private static final int TYPO_EDITS_MAX = 3;

  /** No logger has as many, and to compare is to look at each pair of characters. */
  private static final int HINT_CHARS_MAX = 100;

  private final @Nullable LogLevels process;
  private final LogLevel configured;
  private final Lane lane;
  private final Clock clock;

  /** By logger. Not persistent: a node that is started logs as its configuration says. */
  private final Map<String, Change> changes = new TreeMap<>();

  /** What was set. */
  private record Change(LogLevel level, long untilNanos, Lane.Timer end) {}

  /**
   * @param process null if the node has no say in what its process logs
   * @param configured what the node logs when nothing is set
   */
  LogSettings(@Nullable LogLevels process, LogLevel configured, Lane lane, Clock clock) {
    this.process = process;
    this.configured = configured;
    this.lane = lane;
    this.clock = clock;
  }

  @Override
  public List<LoggerLevel> levels() {
    LogLevels unused = process();
    return LOGGERS.stream().map(this::level).toList();
  }

  private LoggerLevel level(String logger) {
    Change own = changes.get(logger);
    Change change = own == null ? changes.get(ALL) : own;
    if (change == null) {
      return new LoggerLevel(logger, configured, configured, 0);
    }
    long left = TimeUnit.NANOSECONDS.toMillis(change.untilNanos() - clock.nanos());
    return new LoggerLevel(logger, change.level(), configured, Math.max(1, left));
  }

  @Override
  public void set(String logger, LogLevel level, long forMillis) {
    LogLevels levels = process();
    String name = logger.isEmpty() ? ALL : known(logger);
    long millis = forMillis == 0 ? MILLIS_USUALLY : forMillis;
    if (millis < MILLIS_MIN || millis > MILLIS_MAX) {
      throw new IllegalArgumentException(
          "a level can be set for 1 second to 24 hours, and not for %s; for longer, set log.level in the configuration"
              .formatted(DurationText.ofMillis(millis)));
    }
    Change before = changes.remove(name);
    if (before != null) {
      before.end().cancel();
    }
    long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    Lane.Timer end = lane.schedule(nanos, () -> end(name));
    changes.put(name, new Change(level, clock.nanos() + nanos, end));
    // Before it takes effect, for it may be about to say less than this.
    log.warn(
        "logger {} logs at {} for {}, as an operator wants it",
        name,
        word(level),
        Duration.ofMillis(millis));
    levels.set(name, level);
  }

  @Override
  public void reset(String logger) {
    LogLevels unused = process();
    if (logger.isEmpty()) {
      end();
    } else {
      end(known(logger));
    }
  }

  /** Undoes all that was set, as the node ends. */
  void end() {
    LOGGERS.forEach(this::end);
  }

  private void end(String logger) {
    Change over = changes.remove(logger);
    if (over != null && process != null) {
      over.end().cancel();
      process.set(logger, null);
      log.warn("logger {} logs at {} again", logger, word(level(logger).level()));
    }
  }

  private LogLevels process() {
    if (process == null) {
      throw new IllegalArgumentException(
          "this node runs within a program that decides what its process logs: set levels there");
    }
    return process;
  }

  private static String known(String logger) {
    if (LOGGERS.contains(logger)) {
      return logger;
    }
    if (logger.equals(NodeAudit.LOGGER)) {
      throw new IllegalArgumentException(
          "the level of %s cannot be set: the audit is always kept".formatted(logger));
    }
    String nearest =
        logger.length() > HINT_CHARS_MAX ? null : Nearest.to(logger, LOGGERS, TYPO_EDITS_MAX);
    throw new IllegalArgumentException(
        "a node has no logger %s whose level can be set%s: there are %s"
            .formatted(
                Quoted.of(logger),
                nearest == null ? "" : "; did you mean '" + nearest + "'?",
                String.join(", ", LOGGERS)));
  }

  private static String word(LogLevel level) {
    return level.name().toLowerCase(Locale.ROOT);
  }
}

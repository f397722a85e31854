package io.quorate.jobs;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The times of a cron expression: all that is known of the library. */
final class CronTimes {
  private final ExecutionTime times;
  private final ZoneId zone;

  CronTimes(Schedule.Cron schedule) {
    this.times = ExecutionTime.forCron(parse(schedule.expression()));
    this.zone = schedule.zone();
  }

  /**
   * @throws IllegalArgumentException if it is no expression, or has no time that comes
   */
  static void check(String expression) {
    ExecutionTime times = ExecutionTime.forCron(parse(expression));
    if (times.nextExecution(Instant.EPOCH.atZone(ZoneOffset.UTC)).isEmpty()) {
      throw new IllegalArgumentException("'" + expression + "' has no time that ever comes");
    }
  }

  /** The first time after this one; null if none comes. */
  @Nullable Instant after(Instant time) {
    return times.nextExecution(time.atZone(zone)).map(ZonedDateTime::toInstant).orElse(null);
  }

  /**
   * Goes back from a time by {@code count} times of the expression. When clocks are put back, the
   * library may count the second of two equal wall times, which {@link #after} leaves out.
   *
   * @return null if there are no times so long ago
   */
  @Nullable Instant before(Instant time, int count) {
    ZonedDateTime at = time.atZone(zone);
    for (int i = 0; i < count; i++) {
      Optional<ZonedDateTime> last = times.lastExecution(at);
      if (last.isEmpty()) {
        return null;
      }
      at = last.get();
    }
    return at.toInstant();
  }

  private static Cron parse(String expression) {
    return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
        .parse(expression)
        .validate();
  }
}

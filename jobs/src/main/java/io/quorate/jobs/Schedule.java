package io.quorate.jobs;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;

/** When a job is due. Immutable. */
public sealed interface Schedule {
  /** The shortest time between two runs of a schedule. */
  Duration SHORTEST = Duration.ofSeconds(1);

  /** The longest time between two runs of a schedule: a hundred years. */
  Duration LONGEST = Duration.ofDays(36_500);

  /** The last time at which a job can be due: clocks and time zones count no further. */
  Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  /**
   * At the times of a cron expression, by the wall clock of a time zone. A time that a day does not
   * have, as clocks are put forward, is left out; of one that a day has twice the first counts,
   * unless the expression is about each hour.
   *
   * @param expression five fields as crontab has them: minute, hour, day of month, month, day of
   *     week. A day is meant if either of its two fields fits, where both are given
   */
  record Cron(String expression, ZoneId zone) implements Schedule {
    public Cron {
      Objects.requireNonNull(zone, "zone");
      CronTimes.check(expression);
    }
  }

  /** Every so often since 1970: at the times that are multiples of the period. */
  record Every(Duration period) implements Schedule {
    public Every {
      checkPeriod(period);
    }
  }

  /** This long after the last run has ended, and at once if there was none. */
  record After(Duration delay) implements Schedule {
    public After {
      checkPeriod(delay);
    }
  }

  /** Once. */
  record At(Instant time) implements Schedule {
    public At {
      Objects.requireNonNull(time, "time");
      if (time.isAfter(LAST)) {
        throw new IllegalArgumentException(time + ": give " + LAST + " at the latest");
      }
    }
  }

  /** Returns a {@link Cron} by UTC. */
  static Schedule cron(String expression) {
    return new Cron(expression, ZoneOffset.UTC);
  }

  /**
   * Returns a {@link Cron}.
   *
   * @throws IllegalArgumentException if the expression is none, or has no time that comes
   */
  static Schedule cron(String expression, ZoneId zone) {
    return new Cron(expression, zone);
  }

  /**
   * Returns an {@link Every}.
   *
   * @param period a second to {@link #LONGEST}, in whole milliseconds
   */
  static Schedule every(Duration period) {
    return new Every(period);
  }

  /**
   * Returns an {@link After}.
   *
   * @param delay a second to {@link #LONGEST}, in whole milliseconds
   */
  static Schedule after(Duration delay) {
    return new After(delay);
  }

  /**
   * Returns an {@link At}.
   *
   * @param time at most {@link #LAST}. One that is not after the last time of the job's schedule
   *     that was taken up is not due again: see {@link Jobs#update}
   */
  static Schedule at(Instant time) {
    return new At(time);
  }

  private static void checkPeriod(Duration period) {
    if (period.compareTo(SHORTEST) < 0
        || period.compareTo(LONGEST) > 0
        || period.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException(
          period
              + ": give a second or longer, and at most "
              + LONGEST.toDays()
              + " days, in whole milliseconds");
    }
  }
}

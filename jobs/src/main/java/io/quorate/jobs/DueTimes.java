package io.quorate.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When a schedule is due. Same schedule and same times give the same answer, in all processes. */
final class DueTimes {
  private DueTimes() {}

  /** When a job with this schedule is due for the first time, if it is created now. */
  static @Nullable Instant first(Schedule schedule, Instant now) {
    if (schedule instanceof Schedule.At once) {
      return once.time();
    }
    return schedule instanceof Schedule.After ? now : following(schedule, now);
  }

  /**
   * The first time of a schedule after this one; null if there is none, or it is not known before
   * the run has ended.
   */
  static @Nullable Instant following(Schedule schedule, Instant time) {
    if (schedule instanceof Schedule.Cron cron) {
      return new CronTimes(cron).after(time);
    }
    return schedule instanceof Schedule.Every every
        ? atMultiple(every.period(), Math.floorDiv(time.toEpochMilli(), millis(every)) + 1)
        : null;
  }

  /**
   * The times at which a job was due, in order.
   *
   * @param next the first of them
   * @param most how many of the last ones to return
   */
  static List<Instant> upTo(Schedule schedule, Instant next, Instant now, int most) {
    if (schedule instanceof Schedule.Cron cron) {
      return upTo(new CronTimes(cron), next, now, most);
    }
    if (schedule instanceof Schedule.Every every) {
      long last = Math.floorDiv(now.toEpochMilli(), millis(every));
      long first = Math.floorDiv(next.toEpochMilli(), millis(every));
      Deque<Instant> due = new ArrayDeque<>();
      for (long i = Math.max(first, last - most + 1); i <= last; i++) {
        due.add(atMultiple(every.period(), i));
      }
      return due.isEmpty() ? List.of(next) : List.copyOf(due);
    }
    return List.of(next);
  }

  private static List<Instant> upTo(CronTimes times, Instant next, Instant now, int most) {
    List<Instant> due = new ArrayList<>();
    Instant each = next;
    while (each != null && !each.isAfter(now) && due.size() <= most) {
      due.add(each);
      each = times.after(each);
    }
    if (due.size() <= most) {
      return due.isEmpty() ? List.of(next) : due; // the clock was put back meanwhile
    }
    // There may be very many: those at the end are found from there, and one more, for one of them
    // may be the second of a repeated hour, which does not count.
    Deque<Instant> last = new ArrayDeque<>();
    each = later(next, times.before(now, most + 1));
    for (; each != null && !each.isAfter(now); each = times.after(each)) {
      last.add(each);
      if (last.size() > most) {
        last.remove();
      }
    }
    return List.copyOf(last);
  }

  private static Instant later(Instant one, @Nullable Instant other) {
    return other == null || other.isBefore(one) ? one : other;
  }

  private static long millis(Schedule.Every every) {
    return every.period().toMillis();
  }

  private static Instant atMultiple(Duration period, long number) {
    return Instant.ofEpochMilli(number * period.toMillis());
  }
}

package io.quorate.model;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** Durations as messages show them, and as commands take them: {@code 250ms}, {@code 25h}. */
public final class DurationText {
  private DurationText() {}

  /**
   * Returns a duration in the largest of d, h, m, s and ms of which it is a whole number; hours up
   * to two days, and none in s.
   */
  public static String of(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    long days = duration.toDays();
    if (Math.abs(days) >= 2 && duration.equals(Duration.ofDays(days))) {
      return days + "d";
    }
    if (duration.equals(Duration.ofHours(duration.toHours()))) {
      return duration.toHours() + "h";
    }
    if (duration.equals(Duration.ofMinutes(duration.toMinutes()))) {
      return duration.toMinutes() + "m";
    }
    return duration.equals(duration.truncatedTo(ChronoUnit.SECONDS))
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  /** Returns as {@link #of} a duration that was sent, or is kept, in milliseconds. */
  public static String ofMillis(long millis) {
    return of(Duration.ofMillis(millis));
  }
}

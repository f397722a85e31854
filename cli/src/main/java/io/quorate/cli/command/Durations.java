package io.quorate.cli.command;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations as people write them: {@code 250ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 7d}.
 * But for 0 each needs its unit: of {@code 7}, one means days and another one seconds.
 */
public final class Durations implements ITypeConverter<Duration> {
  /** Beyond this, sums of moments in nanoseconds overflow. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Pattern FORM = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)?");

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration: write a number and ms, s, m, h or d, as in 5s");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    if (unit == null && number != 0) {
      throw new TypeConversionException(
          "'%s' has no unit: write ms, s, m, h or d behind it, as in 5s".formatted(text));
    }
    ChronoUnit each =
        switch (unit == null ? "s" : unit) {
          case "ms" -> ChronoUnit.MILLIS;
          case "m" -> ChronoUnit.MINUTES;
          case "h" -> ChronoUnit.HOURS;
          case "d" -> ChronoUnit.DAYS;
          default -> ChronoUnit.SECONDS;
        };
    if (number > LONGEST.dividedBy(each.getDuration())) {
      throw new TypeConversionException("'" + text + "' is longer than 36500d, a hundred years");
    }
    return Duration.of(number, each);
  }
}

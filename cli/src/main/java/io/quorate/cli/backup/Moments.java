package io.quorate.cli.backup;

import io.quorate.cli.command.Durations;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Moments that have passed, as people write them: a time with its offset from UTC, or how long ago
 * by the clock of this machine. Whether it has passed is for the cluster to say.
 */
final class Moments implements ITypeConverter<Instant> {
  private static final Pattern AGE = Pattern.compile("\\d+(ms|s|m|h|d)");

  private final InstantSource clock;

  Moments() {
    this(InstantSource.system());
  }

  Moments(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Instant convert(String text) {
    if (AGE.matcher(text).matches()) {
      return clock.instant().minus(new Durations().convert(text)).truncatedTo(ChronoUnit.MILLIS);
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException noTime) {
      throw new TypeConversionException(
          "'" + text + "' is not a moment: " + advice(text.strip().replace(' ', 'T')));
    }
  }

  private static String advice(String text) {
    try {
      String utc = LocalDateTime.parse(text).atOffset(ZoneOffset.UTC).toInstant().toString();
      return "say of which offset from UTC it is, as in %s or %s+01:00"
          .formatted(utc, utc.substring(0, utc.length() - 1));
    } catch (DateTimeException noTime) {
      return "write a time with its offset from UTC, as in 2026-11-27T22:10:00Z or"
          + " 2026-11-27T23:10:00+01:00, or how long ago, as in 5m";
    }
  }
}

package io.quorate.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MomentsTest {
  private static final Instant NOW = Instant.parse("2026-11-27T22:15:00.123456Z");

  private final Moments moments = new Moments(InstantSource.fixed(NOW));

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T22:10:00Z, 2026-11-27T22:10:00Z",
    "2026-11-27T22:10Z, 2026-11-27T22:10:00Z",
    "2026-11-27T22:10:00.250Z, 2026-11-27T22:10:00.250Z",
    "2026-11-27T23:10:00+01:00, 2026-11-27T22:10:00Z",
    "2026-11-27T17:40:00-04:30, 2026-11-27T22:10:00Z",
    "5m, 2026-11-27T22:10:00.123Z",
    "90s, 2026-11-27T22:13:30.123Z",
    "250ms, 2026-11-27T22:14:59.873Z",
    "2h, 2026-11-27T20:15:00.123Z",
    "1d, 2026-11-26T22:15:00.123Z",
    "0s, 2026-11-27T22:15:00.123Z",
  })
  void timesAndAgesAreMoments(String text, String moment) {
    assertThat(moments.convert(text)).isEqualTo(Instant.parse(moment));
  }

  /** A number alone might be meant as a year, or as seconds since 1970. */
  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "-5m", "5", "2026", "1795817400", "5 m", "2026-11-27"})
  void othersAreToldHowMomentsAreWritten(String text) {
    assertThatThrownBy(() -> moments.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "'%s' is not a moment: write a time with its offset from UTC, as in 2026-11-27T22:10:00Z or 2026-11-27T23:10:00+01:00, or how long ago, as in 5m"
                .formatted(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-27T22:10:00", "2026-11-27T22:10", "2026-11-27 22:10"})
  void timeWithoutItsOffsetIsOfNoMoment(String text) {
    assertThatThrownBy(() -> moments.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "'%s' is not a moment: say of which offset from UTC it is, as in 2026-11-27T22:10:00Z or 2026-11-27T22:10:00+01:00"
                .formatted(text));
  }

  @Test
  void ageBeyondAllClocksIsRefused() {
    assertThatThrownBy(() -> moments.convert("40000d")).hasMessageContaining("longer than 36500d");
  }
}

package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationsTest {
  private final Durations durations = new Durations();

  @Test
  void aDurationIsANumberAndItsUnit() {
    assertThat(durations.convert("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(durations.convert("5s")).isEqualTo(Duration.ofSeconds(5));
    assertThat(durations.convert("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(durations.convert("24h")).isEqualTo(Duration.ofDays(1));
    assertThat(durations.convert("7d")).isEqualTo(Duration.ofDays(7));
    assertThat(durations.convert("0")).isZero();
  }

  /** Values that are to expire after 7 days expired after 7 seconds. */
  @ParameterizedTest
  @ValueSource(strings = {"7", "24", "1"})
  void aNumberWithoutUnitIsRefused(String text) {
    assertThatThrownBy(() -> durations.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'%s' has no unit: write ms, s, m, h or d behind it, as in 5s", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "5 s", "-5s", "1.5h", "1234567890123456s"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> durations.convert(text)).isInstanceOf(TypeConversionException.class);
  }
}

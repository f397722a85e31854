package io.quorate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationTextTest {
  @Test
  void theLargestUnitIsTakenOfWhichItIsAWholeNumber() {
    assertThat(DurationText.ofMillis(5_184_000_000L)).isEqualTo("60d");
    assertThat(DurationText.ofMillis(90_000_000)).isEqualTo("25h");
    assertThat(DurationText.of(Duration.ofDays(1))).isEqualTo("24h");
    assertThat(DurationText.of(Duration.ofDays(2))).isEqualTo("2d");
    assertThat(DurationText.of(Duration.ofMinutes(90))).isEqualTo("90m");
    assertThat(DurationText.ofMillis(1_000)).isEqualTo("1s");
    assertThat(DurationText.ofMillis(61_000)).isEqualTo("61s");
    assertThat(DurationText.ofMillis(1_500)).isEqualTo("1500ms");
    assertThat(DurationText.ofMillis(0)).isEqualTo("0s");
    assertThat(DurationText.ofMillis(-1)).isEqualTo("-1ms");
    assertThat(DurationText.ofMillis(Long.MAX_VALUE)).endsWith("ms");
  }
}

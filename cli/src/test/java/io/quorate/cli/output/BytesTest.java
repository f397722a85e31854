package io.quorate.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void theUnitSuitsTheNumber() {
    assertThat(Bytes.text(0)).isEqualTo("0 B");
    assertThat(Bytes.text(999)).isEqualTo("999 B");
    assertThat(Bytes.text(1_000)).isEqualTo("1.0 kB");
    assertThat(Bytes.text(34_549)).isEqualTo("34.5 kB");
    assertThat(Bytes.text(34_500_000)).isEqualTo("34.5 MB");
    assertThat(Bytes.text(5_226_000_000L)).isEqualTo("5.2 GB");
    assertThat(Bytes.text(7_000_000_000_000L)).isEqualTo("7.0 TB");
    assertThat(Bytes.text(7_000_000_000_000_000L)).isEqualTo("7000.0 TB");
  }

  @Test
  void noneIsAThousandOfOneUnit() {
    assertThat(Bytes.text(999_949)).isEqualTo("999.9 kB");
    assertThat(Bytes.text(999_951)).isEqualTo("1.0 MB");
    assertThat(Bytes.text(999_951_000)).isEqualTo("1.0 GB");
  }
}

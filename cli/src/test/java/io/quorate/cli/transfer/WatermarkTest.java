package io.quorate.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WatermarkTest {
  @Test
  void neverPassesALineThatIsUnderWay() {
    Watermark watermark = new Watermark(4);
    Watermark.Mark five = watermark.begin(5);
    Watermark.Mark sixToEight = watermark.begin(8);
    Watermark.Mark nine = watermark.begin(9);

    watermark.done(nine);
    assertThat(watermark.line()).isEqualTo(4);
    watermark.done(five);
    assertThat(watermark.line()).isEqualTo(5);
    watermark.done(sixToEight);
    assertThat(watermark.line()).isEqualTo(9);
  }
}

package io.quorate.runtime.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Chance with and without a seed. */
final class SeededRandomnessTest {
  @Test
  void sameSeedDrawsTheSame() {
    assertThat(draw(new SeededRandomness(7))).isEqualTo(draw(new SeededRandomness(7)));
    assertThat(draw(new SeededRandomness(7))).isNotEqualTo(draw(new SeededRandomness(8)));
  }

  @Test
  void unrepeatableChanceDiffersEachTime() {
    assertThat(draw(SeededRandomness.unrepeatable()))
        .isNotEqualTo(draw(SeededRandomness.unrepeatable()));
  }

  @Test
  void numbersStayBelowTheirBound() {
    SeededRandomness chance = new SeededRandomness(1);
    assertThat(LongStream.generate(() -> chance.nextInt(3)).limit(200).distinct().sorted())
        .containsExactly(0L, 1L, 2L);
  }

  private static long[] draw(SeededRandomness chance) {
    return LongStream.generate(chance::nextLong).limit(10).toArray();
  }
}

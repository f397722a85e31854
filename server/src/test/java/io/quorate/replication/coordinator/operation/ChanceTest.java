package io.quorate.replication.coordinator.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Chance is fair for the ids that requests have. */
class ChanceTest {
  private static long drawn(LongStream ids, int percent) {
    return ids.filter(id -> Chance.of(id, percent)).count();
  }

  @Test
  void shareOfIdsIsAsAskedFor() {
    // The same slot again and again, as when requests come one by one.
    LongStream oneSlot = LongStream.range(0, 100_000).map(use -> 3L << 48 | use << 20 | 7);
    assertThat(drawn(oneSlot, 30)).isBetween(29_500L, 30_500L);
    LongStream manySlots = LongStream.range(0, 100_000).map(slot -> 3L << 48 | 1L << 20 | slot);
    assertThat(drawn(manySlots, 10)).isBetween(9_500L, 10_500L);
  }

  @Test
  void neverAndAlways() {
    assertThat(drawn(LongStream.range(0, 1_000), 0)).isZero();
    assertThat(drawn(LongStream.range(0, 1_000), 100)).isEqualTo(1_000);
  }
}

package io.quorate.replication.coordinator.track;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How often reads may ask one replica more. */
class HedgingTest {
  private static final long MILLIS = 1_000_000;

  private static Hedging hedging(double share) {
    return new Hedging(2 * MILLIS, share);
  }

  /** However slow all replicas are, hedges stay a share of reads: they make nothing slower. */
  @Test
  void hedgesAreAShareOfReads() {
    Hedging hedging = hedging(0.1);
    int hedges = 0;
    for (int i = 0; i < 100_000; i++) {
      hedges += hedging.take() ? 1 : 0;
      hedging.finished(50 * MILLIS);
    }
    assertThat(hedges).isBetween(9_900, 10_100);
  }

  /** What was saved up in quiet times is bounded. */
  @Test
  void budgetDoesNotGrowForEver() {
    Hedging hedging = hedging(0.1);
    for (int i = 0; i < 1_000_000; i++) {
      hedging.finished(MILLIS);
    }
    int hedges = 0;
    while (hedging.take()) {
      hedges++;
    }
    assertThat(hedges).isEqualTo(100);
  }

  @Test
  void budgetOfNothingMeansNone() {
    assertThat(hedging(0).take()).isFalse();
  }

  @Test
  void readIsDueOnceItIsSlowerThanMostAndNeverBeforeTheLeastDelay() {
    Hedging hedging = hedging(0.1);
    assertThat(hedging.isDue(2 * MILLIS - 1)).isFalse();
    assertThat(hedging.isDue(2 * MILLIS)).isTrue();
    for (int i = 0; i < 10_000; i++) {
      hedging.finished((i % 10 + 1) * 10L * MILLIS);
    }
    assertThat(hedging.isDue(60 * MILLIS)).isFalse();
    assertThat(hedging.isDue(140 * MILLIS)).isTrue();
  }
}

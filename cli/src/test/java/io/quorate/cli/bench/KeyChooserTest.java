package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KeyChooserTest {
  private static final int KEYS = 1000;
  private static final int DRAWS = 1_000_000;

  @Test
  void zipfianMeetsKeysAsOftenAsTheLawSays() {
    int[] counts = counts(KeyChooser.Distribution.ZIPFIAN);
    double norm = 0;
    for (int rank = 1; rank <= KEYS; rank++) {
      norm += 1 / Math.pow(rank, KeyChooser.THETA);
    }
    Arrays.sort(counts);
    for (int rank : new int[] {1, 2, 10, 100}) {
      double expected = DRAWS / Math.pow(rank, KeyChooser.THETA) / norm;
      assertThat((double) counts[KEYS - rank]).isCloseTo(expected, within(0.1 * expected));
    }
  }

  @Test
  void popularKeysAreScatteredOverTheKeySpace() {
    int[] counts = counts(KeyChooser.Distribution.ZIPFIAN);
    long inFirstTenth = Arrays.stream(counts, 0, KEYS / 10).asLongStream().sum();
    assertThat(inFirstTenth / (double) DRAWS).isLessThan(0.3);
  }

  @Test
  void uniformMeetsAllKeysAlike() {
    int[] counts = counts(KeyChooser.Distribution.UNIFORM);
    assertThat(Arrays.stream(counts).summaryStatistics().getMin()).isGreaterThan(700);
    assertThat(Arrays.stream(counts).summaryStatistics().getMax()).isLessThan(1300);
  }

  private static int[] counts(KeyChooser.Distribution distribution) {
    KeyChooser chooser = new KeyChooser(distribution, KEYS);
    SplittableRandom random = new SplittableRandom(3);
    int[] counts = new int[KEYS];
    for (int i = 0; i < DRAWS; i++) {
      counts[chooser.next(random)]++;
    }
    return counts;
  }
}

package io.quorate.cli.bench;

import io.quorate.cli.command.Choices;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which key the next operation meets: drawn beforehand into a table, so that a draw while measuring
 * costs one load. Zipfian is YCSB's scrambled one (Cooper and others, <i>Benchmarking Cloud Serving
 * Systems with YCSB</i>, 2010) with its constant 0.99.
 */
final class KeyChooser {
  static final double THETA = 0.99;

  private static final int DRAWS = 1 << 20;
  private static final long SEED = 42;

  private final int[] drawn = new int[DRAWS];

  /** How often keys are met. */
  enum Distribution {
    ZIPFIAN,
    UNIFORM;

    /** As people write them. */
    static final class Words extends Choices {
      Words() {
        super(Distribution.class);
      }
    }
  }

  /** The same keys in the same order for the same arguments, whichever store is measured. */
  KeyChooser(Distribution distribution, int keys) {
    SplittableRandom random = new SplittableRandom(SEED);
    switch (distribution) {
      case UNIFORM -> Arrays.setAll(drawn, i -> random.nextInt(keys));
      case ZIPFIAN -> drawZipfian(keys, random);
    }
  }

  private void drawZipfian(int keys, SplittableRandom random) {
    double[] cumulative = new double[keys];
    double sum = 0;
    for (int rank = 0; rank < keys; rank++) {
      sum += 1 / Math.pow(rank + 1, THETA);
      cumulative[rank] = sum;
    }
    // Ranks are scattered over the key space by a seeded permutation, as YCSB scatters by a hash.
    int[] scatter = new int[keys];
    for (int i = 0; i < keys; i++) {
      int j = random.nextInt(i + 1);
      scatter[i] = scatter[j];
      scatter[j] = i;
    }
    for (int i = 0; i < DRAWS; i++) {
      int at = Arrays.binarySearch(cumulative, random.nextDouble() * sum);
      drawn[i] = scatter[Math.min(keys - 1, at < 0 ? -at - 1 : at)];
    }
  }

  int next(SplittableRandom random) {
    return drawn[random.nextInt() & (DRAWS - 1)];
  }
}

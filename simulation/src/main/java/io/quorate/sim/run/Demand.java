package io.quorate.sim.run;

import java.util.List;

/**
 * Windows that a batch must enter that has this many seeds, or more.
 *
 * @param seedsMin 0 for every batch
 */
record Demand(long seedsMin, List<String> windows) {
  /** A batch of fewer seeds may miss some by chance. */
  static final long SEEDS_MIN = 400;

  /** Seeds from which windows are required that not every hundredth run enters. */
  static final long SEEDS_MIN_FOR_SELDOM = 3_000;

  /** Seeds from which rare windows are required. */
  static final long SEEDS_MIN_FOR_RARE = 20_000;

  Demand {
    windows = List.copyOf(windows);
  }

  /** Demands windows of every batch. */
  static Demand always(String... windows) {
    return new Demand(0, List.of(windows));
  }

  /** Demands windows of a batch of {@link #SEEDS_MIN} or more. */
  static Demand often(String... windows) {
    return new Demand(SEEDS_MIN, List.of(windows));
  }

  /** Demands windows of a batch of {@link #SEEDS_MIN_FOR_SELDOM} or more. */
  static Demand seldom(String... windows) {
    return new Demand(SEEDS_MIN_FOR_SELDOM, List.of(windows));
  }

  /** Demands windows of a batch of {@link #SEEDS_MIN_FOR_RARE} or more. */
  static Demand rarely(String... windows) {
    return new Demand(SEEDS_MIN_FOR_RARE, List.of(windows));
  }
}

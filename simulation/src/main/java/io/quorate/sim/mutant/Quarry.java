package io.quorate.sim.mutant;

import org.jspecify.annotations.Nullable;

/** A mutant and the runs that are to notice it. */
public interface Quarry {
  String mutant();

  /** What kind of run. */
  String runs();

  /** Within how many seeds, from 1, the mutant has to be caught. */
  long seedsMax();

  /** Runs one seed; returns the checker that noticed, or null. */
  @Nullable String caughtBy(long seed);
}

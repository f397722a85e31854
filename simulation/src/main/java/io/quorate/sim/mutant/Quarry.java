package io.quorate.sim.mutant;

import org.jspecify.annotations.Nullable;

/** A mutant and the runs that are to notice it. */
public interface Quarry {
  String mutant();

  /** What kind of run. */
  String runs();

  /** How many seeds CI runs of this kind, from 1: within so many it must be caught. */
  long seedsInCi();

  /** Runs one seed; who noticed, or null if nobody did. */
  @Nullable String caughtBy(long seed);
}

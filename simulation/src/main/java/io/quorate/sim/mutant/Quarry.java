package io.quorate.sim.mutant;

import org.jspecify.annotations.Nullable;

/** A mutant and the runs that are to notice it. */
public interface Quarry {
  String mutant();

  /** What kind of run. */
  String runs();

  /** How many seeds CI runs of this kind, from 1: the mutant must be caught within these. */
  long seedsInCi();

  /** Runs one seed; returns the checker that noticed, or null. */
  @Nullable String caughtBy(long seed);
}

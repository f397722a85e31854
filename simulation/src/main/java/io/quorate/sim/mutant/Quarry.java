package io.quorate.sim.mutant;

import io.quorate.sim.mutant.Evidence.Caught;
import io.quorate.sim.mutant.Evidence.Unexplained;
import org.jspecify.annotations.Nullable;

/** A mutant and the runs that are to notice it. */
public interface Quarry {
  String mutant();

  /** What kind of run. */
  String runs();

  /** Within how many seeds, from 1, the mutant has to be caught. */
  long seedsMax();

  /** Runs one seed with the mutant. */
  Evidence run(long seed);

  /** Runs one seed without the mutant; returns what is broken all the same, or null. */
  @Nullable String brokenWithout(long seed);

  /**
   * Runs one seed with the mutant, and without it if that caught it: what is broken either way is
   * no work of the mutant.
   */
  default Evidence proof(long seed) {
    Evidence seen = run(seed);
    if (!(seen instanceof Caught)) {
      return seen;
    }
    String without = brokenWithout(seed);
    return without == null
        ? seen
        : new Unexplained(
            "%s, %s, seed %d: the run is broken without the mutant, too, so it shows nothing about"
                    .formatted(mutant(), runs(), seed)
                + " it. Find that bug first: "
                + without);
  }
}

package io.quorate.sim.run;

import io.quorate.sim.cluster.Sabotage;
import java.util.function.Supplier;

/**
 * What a seed is run with; the seed decides all the rest.
 *
 * @param scope what runs on the nodes
 * @param sabotage makes what is broken on purpose, anew for each run
 */
public record RunSpec(Scope scope, Supplier<Sabotage> sabotage) {
  /** Sound nodes. */
  public static RunSpec of(Scope scope) {
    return new RunSpec(scope, () -> Sabotage.NONE);
  }

  /** The command that runs one seed again and prints all that happens in it. */
  public String replay(long seed) {
    return ".ci/simulate --seed %d --scope %s --timeline".formatted(seed, scope.word());
  }
}

package io.quorate.sim.run;

import io.quorate.sim.program.Sabotage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a seed is run with; the seed decides all the rest.
 *
 * @param scope what runs on the nodes
 * @param workload the one kind of workload that clients do; null: what the seed draws
 * @param sabotage makes what is broken on purpose, again for each run
 */
public record RunSpec(Scope scope, @Nullable String workload, Supplier<Sabotage> sabotage) {
  /** Sound nodes. */
  public static RunSpec of(Scope scope) {
    return broken(scope, () -> Sabotage.NONE);
  }

  /** Nodes that are broken on purpose. */
  public static RunSpec broken(Scope scope, Supplier<Sabotage> sabotage) {
    return new RunSpec(scope, null, sabotage);
  }

  /** Returns this with clients that do one kind of work only. */
  public RunSpec withWorkload(String only) {
    return new RunSpec(scope, only, sabotage);
  }

  /** The command that runs one seed again and prints all that happens in it. */
  public String replay(long seed) {
    return ".ci/simulate --seed %d --scope %s%s --timeline"
        .formatted(seed, scope.word(), workload == null ? "" : " --workload '" + workload + "'");
  }
}

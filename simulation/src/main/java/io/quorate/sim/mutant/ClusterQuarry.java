package io.quorate.sim.mutant;

import io.quorate.sim.run.RunResult;
import io.quorate.sim.run.RunSpec;
import io.quorate.sim.run.Scope;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mutant in a simulated cluster. */
record ClusterQuarry(Mutant broken, Scope scope) implements Quarry {
  static List<Quarry> all() {
    return Arrays.stream(Mutant.values())
        .flatMap(mutant -> mutant.scopes().stream().map(scope -> of(mutant, scope)))
        .toList();
  }

  private static Quarry of(Mutant mutant, Scope scope) {
    return new ClusterQuarry(mutant, scope);
  }

  @Override
  public String mutant() {
    return broken.name();
  }

  @Override
  public String runs() {
    return scope.word();
  }

  /** Runs of one kind of clients are brief, and CI has none of them but those that are noted. */
  @Override
  public long seedsMax() {
    return broken.workload() == null ? scope.mutantSeeds() : Scope.DATA_PLANE.mutantSeeds();
  }

  @Override
  public @Nullable String caughtBy(long seed) {
    RunSpec runs = new RunSpec(scope, broken.workload(), () -> broken);
    return RunResult.of(seed, runs).caughtBy();
  }
}

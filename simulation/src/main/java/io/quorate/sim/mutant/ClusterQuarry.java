package io.quorate.sim.mutant;

import io.quorate.sim.mutant.Evidence.Caught;
import io.quorate.sim.mutant.Evidence.Nothing;
import io.quorate.sim.mutant.Evidence.Unexplained;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.run.Finding;
import io.quorate.sim.run.RunResult;
import io.quorate.sim.run.RunSpec;
import io.quorate.sim.run.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
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
  public Evidence run(long seed) {
    return evidence(seed, RunResult.of(seed, spec(() -> broken)));
  }

  /** What a run with the mutant shows that ended so. */
  Evidence evidence(long seed, RunResult result) {
    Finding finding = result.finding();
    String checker = result.caughtBy();
    if (finding == null || checker == null) {
      return Nothing.INSTANCE;
    }
    if (broken.breaks().contains(checker)) {
      return new Caught(checker);
    }
    return new Unexplained(
        ("%s, %s, seed %d: broke '%s', which this mutant does not explain: it is declared to break"
                + " %s. If it can break that rule, too, declare it in Mutant and say how; else it"
                + " is another bug: %s. The run without the mutant: %s")
            .formatted(
                mutant(),
                runs(),
                seed,
                checker,
                broken.breaks(),
                finding.what(),
                result.spec().replay(seed)));
  }

  @Override
  public @Nullable String brokenWithout(long seed) {
    RunSpec sound = spec(() -> Sabotage.NONE);
    RunResult result = RunResult.of(seed, sound);
    Finding finding = result.finding();
    return finding == null || result.caughtBy() == null
        ? null
        : "%s: %s. %s".formatted(finding.checker(), finding.what(), sound.replay(seed));
  }

  private RunSpec spec(Supplier<Sabotage> sabotage) {
    return new RunSpec(scope, broken.workload(), sabotage);
  }
}

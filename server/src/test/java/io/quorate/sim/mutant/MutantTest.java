package io.quorate.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.run.Finding;
import io.quorate.sim.run.RunResult;
import io.quorate.sim.run.RunSpec;
import io.quorate.sim.run.Scope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checkers are not blind: each classic bug is caught within a few hundred seeds. */
class MutantTest {
  private static final int SEEDS_MAX = 500;

  @ParameterizedTest
  @EnumSource
  void isCaughtInTheDataPlane(Mutant mutant) {
    assertCaught(mutant, Scope.DATA_PLANE);
  }

  /** The doors of whole nodes are the same ones; two suffice to show that these are watched too. */
  @ParameterizedTest
  @EnumSource(names = {"FIRST_ANSWER_WINS", "ACKNOWLEDGED_BEFORE_SYNC"})
  void isCaughtInWholeNodes(Mutant mutant) {
    assertCaught(mutant, Scope.WHOLE_NODES);
  }

  private static void assertCaught(Mutant mutant, Scope scope) {
    var spec = new RunSpec(scope, () -> mutant);
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      Finding finding = RunResult.of(seed, spec).finding();
      if (finding != null) {
        System.out.printf("%-11s %-24s seed %3d: %s%n", scope, mutant, seed, finding);
        return;
      }
    }
    assertThat(mutant).as("caught by none of %d seeds", SEEDS_MAX).isNull();
  }
}

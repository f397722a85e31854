package io.quorate.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.cluster.Windows;
import io.quorate.sim.run.Scope;
import io.quorate.sim.run.Seeds;
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
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      try {
        Windows unused = Seeds.run(seed, scope, mutant);
      } catch (AssertionError caught) {
        System.out.printf("%-11s %-24s seed %3d: %s%n", scope, mutant, seed, reason(caught));
        return;
      }
    }
    assertThat(mutant).as("caught by none of %d seeds", SEEDS_MAX).isNull();
  }

  private static String reason(Throwable caught) {
    Throwable last = caught;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last.getClass().getSimpleName() + " " + last.getMessage();
  }
}

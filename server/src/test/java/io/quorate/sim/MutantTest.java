package io.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checkers are not blind: each classic bug is caught within a few hundred seeds. */
class MutantTest {
  private static final int SEEDS_MAX = 400;

  @ParameterizedTest
  @EnumSource
  void isCaughtBySomeSeed(Mutant mutant) {
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      try {
        Seeds.run(seed, mutant);
      } catch (AssertionError caught) {
        System.out.printf("%-26s seed %3d: %s%n", mutant, seed, reason(caught));
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

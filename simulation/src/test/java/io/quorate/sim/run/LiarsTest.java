package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A member whose streams lie about the future stops no other, loses nothing, and leaves a group
 * that elects. {@link SimulationTest} runs more seeds, and demands that each kind of lie has
 * arrived; these suffice to notice that a rule is missing.
 */
class LiarsTest {
  private static final RunSpec LIARS = RunSpec.of(Scope.LIARS);
  private static final int SEEDS = 7;

  @Test
  void aLiarTakesNothingWithIt() {
    BatchReport report = new Batch(List.of(LIARS), 1, SEEDS).run();

    assertThat(report.failures()).isEmpty();
  }

  @Test
  void sameSeedIsTheSameRun() {
    BatchReport report = new Batch(List.of(LIARS), 1, 3).twice().run();

    assertThat(report.failures()).isEmpty();
  }
}

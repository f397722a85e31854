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

  /** Without a bound for terms, some before it fail by what follows from that, and not by it. */
  private static final long FIRST = 30;

  private static final int SEEDS = 10;

  @Test
  void aLiarTakesNothingWithIt() {
    BatchReport report = new Batch(List.of(LIARS), FIRST, SEEDS).run();

    assertThat(report.failures()).isEmpty();
  }

  @Test
  void sameSeedIsTheSameRun() {
    BatchReport report = new Batch(List.of(LIARS), 1, 3).twice().run();

    assertThat(report.failures()).isEmpty();
  }
}

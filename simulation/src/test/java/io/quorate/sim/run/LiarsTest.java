package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A member whose streams lie about the future stops no other, loses nothing, and leaves a group
 * that elects. {@link SimulationTest} runs more seeds, and demands that each kind of lie has
 * arrived; these suffice to notice that a rule is missing.
 */
class LiarsTest {
  private static final RunSpec LIARS = RunSpec.of(Scope.LIARS);

  /**
   * The first two fail by the rule itself that is left out, each for some of the rules; others fail
   * by what follows from that.
   */
  private static final List<Long> SEEDS = List.of(30L, 40L, 31L, 32L, 33L, 34L, 35L, 36L, 37L, 38L);

  @Test
  void aLiarTakesNothingWithIt() {
    AtomicBoolean failed = new AtomicBoolean();
    BatchReport report =
        new Batch(List.of(LIARS), SEEDS)
            .telling(
                run -> {
                  if (run.caughtBy() != null) {
                    failed.set(true);
                  }
                })
            .until(failed::get) // the others would only take time
            .run();

    assertThat(report.failures()).isEmpty();
    assertThat(report.runs()).containsEntry(Scope.LIARS, (long) SEEDS.size());
  }

  @Test
  void sameSeedIsTheSameRun() {
    BatchReport report = new Batch(List.of(LIARS), 1, 3).twice().run();

    assertThat(report.failures()).isEmpty();
  }
}

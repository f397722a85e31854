package io.quorate.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.cluster.Windows;
import io.quorate.sim.mutant.Evidence.Caught;
import io.quorate.sim.mutant.Evidence.Nothing;
import io.quorate.sim.mutant.Evidence.Unexplained;
import io.quorate.sim.run.Finding;
import io.quorate.sim.run.RunResult;
import io.quorate.sim.run.RunSpec;
import io.quorate.sim.run.Scope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a run has to break for the mutant in it to be caught. */
class EvidenceTest {
  private static final ClusterQuarry QUARRY =
      new ClusterQuarry(Mutant.FENCE_LOST_IN_A_PURGE, Scope.TOPOLOGY);

  private static Evidence of(@Nullable Finding finding) {
    RunSpec spec = RunSpec.of(Scope.TOPOLOGY).withWorkload("locked");
    return QUARRY.evidence(35, new RunResult(35, spec, new Windows(), Duration.ZERO, 0, finding));
  }

  @Test
  void aRuleThatTheMutantBreaksCatchesIt() {
    assertThat(of(new Finding("token order", "3 after 4", true)))
        .isEqualTo(new Caught("token order"));
  }

  /** As when a change of the topology did not come to its end: with the mutant and without. */
  @Test
  void aRuleThatTheMutantDoesNotBreakIsAnotherBug() {
    assertThat(of(new Finding("liveness", "changes are not at their end", true)))
        .isInstanceOfSatisfying(
            Unexplained.class,
            seen ->
                assertThat(seen.what())
                    .contains(
                        "FENCE_LOST_IN_A_PURGE",
                        "'liveness', which this mutant does not explain",
                        "[token order]",
                        "changes are not at their end",
                        "--seed 35 --scope topology --workload 'locked'"));
  }

  @Test
  void aRunThatEndsWellOrBreaksByItselfShowsNothing() {
    assertThat(of(null)).isEqualTo(Nothing.INSTANCE);
    assertThat(of(new Finding("NullPointerException", "at x", false))).isEqualTo(Nothing.INSTANCE);
  }

  /** The mutant has no part in it then, whatever the rule. */
  @Test
  void aSeedThatIsBrokenWithoutTheMutantProvesNothing() {
    assertThat(new Sure(null).proof(7)).isEqualTo(new Caught("token order"));
    assertThat(new Sure("token order: 3 after 4").proof(7))
        .isInstanceOfSatisfying(
            Unexplained.class,
            seen ->
                assertThat(seen.what())
                    .contains("SURE", "seed 7", "without the mutant, too", "3 after 4"));
  }

  /** Each of its runs breaks the declared rule. */
  private record Sure(@Nullable String without) implements Quarry {
    @Override
    public String mutant() {
      return "SURE";
    }

    @Override
    public String runs() {
      return "topology";
    }

    @Override
    public long seedsMax() {
      return 10;
    }

    @Override
    public Evidence run(long seed) {
      return new Caught("token order");
    }

    @Override
    public @Nullable String brokenWithout(long seed) {
      return without;
    }
  }
}

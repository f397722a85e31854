package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clusters under faults keep their promises, seed after seed, and have been where it is dangerous.
 * {@code .ci/simulate} runs more of them, and replays one.
 */
class SimulationTest {
  @ParameterizedTest
  @EnumSource
  void clustersKeepTheirPromisesUnderFaults(Scope scope) {
    BatchReport report = new Batch(List.of(RunSpec.of(scope)), 1, scope.seedsInCi()).run();

    System.out.println(ReportText.of(report, 3));
    assertThat(report.failures()).isEmpty();
    assertThat(report.neverEntered(scope, demandedOf(scope))).as("windows never entered").isEmpty();
    assertThat(report.isGood()).isTrue();
  }

  /** These seeds of whole nodes enter what only twice as many of others are sure to. */
  private static long demandedOf(Scope scope) {
    return scope == Scope.WHOLE_NODES ? RequiredWindows.SEEDS_MIN_FOR_SELDOM : scope.seedsInCi();
  }
}

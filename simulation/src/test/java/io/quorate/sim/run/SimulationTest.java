package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clusters under faults keep their promises, seed after seed, and have been where it is dangerous.
 * {@code .ci/simulate} runs more of them, and replays one.
 */
class SimulationTest {
  /** How many seeds of a hunt are run before it is looked whether more are needed. */
  private static final long HUNTED_AT_ONCE = 50;

  private final NotedWindows noted = NotedWindows.read();

  @ParameterizedTest
  @EnumSource
  void clustersKeepTheirPromisesUnderFaults(Scope scope) {
    var entered = new SeedsByWindow();
    BatchReport report =
        new Batch(List.of(RunSpec.of(scope)), noted.seeds(scope)).telling(entered::add).run();
    List<String> lacking = report.neverEntered(scope, demandedOf(scope));
    if (report.failures().isEmpty() && !lacking.isEmpty()) {
      hunt(scope, lacking, report);
    }

    System.out.println(ReportText.of(report, 3));
    List<NotedWindows.Line> stale = noted.of(scope).filter(line -> !entered.has(line)).toList();
    print("not entered any more, in window-seeds.txt:", stale);
    assertThat(report.failures()).isEmpty();
    assertThat(report.neverEntered(scope, demandedOf(scope))).as("windows never entered").isEmpty();
    assertThat(report.isGood()).isTrue();
  }

  /**
   * A seed that is beyond the hunt, or a window that nothing demands, would be noted for nothing.
   */
  @Test
  void whatIsNotedIsDemanded() {
    assertThat(noted.lines())
        .allMatch(line -> line.seed() <= line.scope().windowSeeds())
        .allMatch(
            line ->
                RequiredWindows.of(line.scope(), demandedOf(line.scope())).contains(line.window()));
  }

  /** Goes on with further seeds until these windows are entered, or no more seeds are left. */
  private static void hunt(Scope scope, List<String> windows, BatchReport report) {
    var entered = new SeedsByWindow();
    long first = scope.seedsInCi() + 1;
    while (first <= scope.windowSeeds() && !windows.stream().allMatch(entered::has)) {
      long seeds = Math.min(HUNTED_AT_ONCE, scope.windowSeeds() - first + 1);
      report.addAll(
          new Batch(List.of(RunSpec.of(scope)), first, seeds).telling(entered::add).run());
      first += seeds;
    }
    print("hunted, for window-seeds.txt:", entered.lines(scope, windows));
  }

  private static void print(String heading, List<NotedWindows.Line> lines) {
    if (!lines.isEmpty()) {
      System.out.println(
          lines.stream()
              .map(NotedWindows.Line::toString)
              .collect(Collectors.joining("\n", heading + "\n", "\n")));
    }
  }

  /** What only the fewest seeds of whole nodes enter is noted. */
  private static long demandedOf(Scope scope) {
    return scope == Scope.WHOLE_NODES ? Demand.SEEDS_MIN_FOR_SELDOM : scope.windowSeeds();
  }
}

package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.quorate.sim.cluster.Windows;
import io.quorate.sim.program.Sabotage;
import io.quorate.storage.Storage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A batch is good only if nothing was found and it has been wherever it is dangerous. */
class BatchReportTest {
  private static final RunSpec SPEC = RunSpec.of(Scope.WHOLE_NODES);

  @Test
  void batchThatEnteredEveryWindowIsGood() {
    assertThat(batch(RequiredWindows.SEEDS_MIN, null, null).isGood()).isTrue();
  }

  @Test
  void batchThatLacksOneWindowIsNotGoodAndNamesIt() {
    for (String missing : RequiredWindows.of(Scope.WHOLE_NODES, RequiredWindows.SEEDS_MIN)) {
      BatchReport report = batch(RequiredWindows.SEEDS_MIN, missing, null);

      assertThat(report.isGood()).as("good without '%s'", missing).isFalse();
      assertThat(report.neverEntered(Scope.WHOLE_NODES)).containsExactly(missing);
      assertThat(ReportText.of(report, 1)).contains("NEVER ENTERED, whole-nodes: " + missing);
    }
  }

  /** Of some scopes fewer seeds do, and they enter all that is demanded of them. */
  @Test
  void asManySeedsAsSufficeInCiMustEnterAllThatIsDemandedOfTheirScope() {
    for (Scope scope : Scope.values()) {
      RunSpec spec = RunSpec.of(scope);
      long demandedFrom = RequiredWindows.seedsMin(scope);
      assertThat(demandedFrom).isLessThanOrEqualTo(scope.windowSeeds());
      String missing = RequiredWindows.of(scope, demandedFrom).getFirst();

      BatchReport enough = batch(spec, demandedFrom, missing, null);
      assertThat(enough.isGood()).as("%s", scope).isFalse();
      assertThat(ReportText.of(enough, 1))
          .contains("NEVER ENTERED, %s: %s".formatted(scope.word(), missing))
          .contains("That is a failure: %d seeds or more".formatted(demandedFrom));
      BatchReport few = batch(spec, demandedFrom - 1, missing, null);
      assertThat(few.isGood()).as("%s", scope).isTrue();
      assertThat(ReportText.of(few, 1)).contains("By chance, perhaps");
      assertThat(batch(spec, demandedFrom, null, null).isGood()).isTrue();
    }
  }

  /** Chance may keep a few seeds out of a window. */
  @Test
  void smallBatchOnlyTellsWhatItMissed() {
    BatchReport report = batch(1, "Restamped", null);

    assertThat(report.isGood()).isTrue();
    assertThat(ReportText.of(report, 1)).contains("NEVER ENTERED, whole-nodes: Restamped");
  }

  @Test
  void failureIsToldWithItsCheckerAndTheCommandThatReplaysIt() {
    BatchReport report = batch(1, null, new Finding("promise a", "something was lost"));

    assertThat(report.isGood()).isFalse();
    assertThat(ReportText.of(report, 1))
        .contains("promise a", "something was lost")
        .contains(".ci/simulate --seed 1 --scope whole-nodes --timeline");
    assertThat(ReportJson.of(report)).extractingByKey("failures", LIST).hasSize(1);
  }

  @Test
  void seedThatFailsDoesNotStopTheOthers() {
    RunSpec broken = RunSpec.broken(Scope.DATA_PLANE, Unstarted::new);
    BatchReport report = new Batch(List.of(broken), 1, 5).run();

    assertThat(report.runs()).containsEntry(Scope.DATA_PLANE, 5L);
    assertThat(report.failures()).hasSize(5);
  }

  private static BatchReport batch(
      long seeds, @Nullable String missing, @Nullable Finding finding) {
    return batch(SPEC, seeds, missing, finding);
  }

  private static BatchReport batch(
      RunSpec spec, long seeds, @Nullable String missing, @Nullable Finding finding) {
    var report = new BatchReport();
    var all = new Windows();
    RequiredWindows.of(spec.scope(), seeds).stream()
        .filter(window -> !window.equals(missing))
        .forEach(all::enter);
    for (long seed = 1; seed <= seeds; seed++) {
      // One seed enters them; the others enter none.
      Windows windows = seed == seeds ? all : new Windows();
      report.add(new RunResult(seed, spec, windows, Duration.ofSeconds(1), seed, finding));
    }
    return report;
  }

  /** Nodes whose disks cannot be opened. */
  private static final class Unstarted implements Sabotage {
    @Override
    public Storage storage(Storage real) {
      throw new IllegalStateException("no disk");
    }
  }
}

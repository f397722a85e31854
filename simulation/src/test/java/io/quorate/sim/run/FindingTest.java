package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Invariant.BrokenInvariant;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.check.linear.UndecidedException;
import io.quorate.sim.cluster.Windows;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What counts as caught when a mutant is hunted. */
class FindingTest {
  private static @Nullable String caughtBy(Throwable thrown) {
    return new RunResult(
            1, RunSpec.of(Scope.DATA_PLANE), new Windows(), Duration.ZERO, 0, Finding.of(thrown))
        .caughtBy();
  }

  @Test
  void whatLooksForFaultsCatches() {
    assertThat(caughtBy(new PromiseBroken("versions", "lost"))).isEqualTo("versions");
    assertThat(caughtBy(new StillWrong("rest", "not alike"))).isEqualTo("rest");
    assertThat(caughtBy(new BrokenInvariant("applied past commit"))).isEqualTo("invariant");
  }

  /** The hook of a mutant may throw by mistake, before any harm is done. */
  @Test
  void aRunThatBreaksByItselfHasCaughtNothing() {
    assertThat(caughtBy(new NullPointerException("of the hook"))).isNull();
    assertThat(Finding.of(new NullPointerException("of the hook")).checker())
        .isEqualTo("NullPointerException");
  }

  @Test
  void aSearchThatGivesUpHasCaughtNothingAndIsToldApart() {
    UndecidedException gaveUp = new UndecidedException("the search of a history gave up");
    assertThat(caughtBy(gaveUp)).isNull();
    assertThat(Finding.of(gaveUp).checker()).isEqualTo("undecided");
  }
}

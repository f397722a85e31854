package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.Seeds;
import io.quorate.sim.fault.CutRun.Ended;
import io.quorate.sim.fault.CutRun.Kind;

/**
 * A moment can be had though none of the disks is left that were there then: those that came have
 * what the others had kept (docs/design/history.md#copied).
 */
class HistoryOfNewNodesTest {
  @Seeds({1, 2, 3, 4})
  void eachNodeWasReplacedSince(long seed) {
    madeAndRight(CutRun.of(Kind.BEFORE_REPLACEMENTS, seed));
  }

  @Seeds({1, 2, 3, 4})
  void eachNodeHasLostItsDiskSince(long seed) {
    madeAndRight(CutRun.of(Kind.BEFORE_LOSSES, seed));
  }

  private static void madeAndRight(CutRun run) {
    assertThat(run.run()).isEqualTo(Ended.MADE);
    assertThat(run.count("history: taken")).isPositive();
    assertThat(run.count("history: copied")).isPositive();
    assertThat(run.count("history: kept while copying")).isPositive();
    assertThat(run.count("history: begun again")).isZero();
  }
}

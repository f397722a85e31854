package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.fault.CutRun.Ended;
import io.quorate.sim.program.LeftOut;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A cut of a moment that is over shows that moment, of a tenant with a history, whatever went on
 * and goes on (docs/design/history.md).
 */
class PastCutTest {
  private static final int SEEDS = 25;

  @Test
  void showsAMomentThatIsOver() {
    Map<Ended, Integer> ended = new TreeMap<>();
    Map<String, Long> windows = new TreeMap<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      CutRun run = CutRun.ofPast(seed);
      ended.merge(run.run(), 1, Integer::sum);
      for (String window :
          new String[] {
            "history: begun",
            "history: kept",
            "history: kept late",
            "history: asked too early",
            "image fixed"
          }) {
        windows.merge(window, run.count(window), Long::sum);
      }
    }
    assertThat(ended.getOrDefault(Ended.MADE, 0)).isGreaterThan(SEEDS / 2);
    assertThat(windows).allSatisfy((window, count) -> assertThat(count).as(window).isPositive());
  }

  @Test
  void aRunNoticesThatNothingIsKept() {
    assertThat(seedThatNotices(LeftOut.HISTORY_REPLACED, 1)).as("found at seed").isPositive();
  }

  /** Few runs ask for a moment that only some replicas know nothing of. */
  @Test
  void aRunNoticesThatReplicasAnswerOfMomentsBeforeTheirHistory() {
    assertThat(seedThatNotices(LeftOut.HISTORY_SINCE_WHEN, 120)).as("found at seed").isPositive();
  }

  /** 0 if none does. */
  private static long seedThatNotices(LeftOut rule, long from) {
    for (long seed = from; seed < from + 2 * SEEDS; seed++) {
      try {
        CutRun.ofPast(seed, rule).run();
      } catch (PromiseBroken noticed) {
        return seed;
      }
    }
    return 0;
  }
}

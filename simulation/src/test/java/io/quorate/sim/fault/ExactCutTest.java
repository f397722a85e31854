package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.fault.CutRun.Ended;
import io.quorate.sim.program.LeftOut;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A cut shows one moment, whatever goes on meanwhile: all that was acknowledged or read up to its
 * time, nothing above, and with each write all that its session had seen (docs/design/cuts.md).
 */
class ExactCutTest {
  private static final int SEEDS = 15;

  @Test
  void showsOneMoment() {
    Map<Ended, Integer> ended = new TreeMap<>();
    Map<String, Long> windows = new TreeMap<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      CutRun run = new CutRun(seed);
      ended.merge(run.run(), 1, Integer::sum);
      for (String window :
          new String[] {
            "armed too late",
            "kept for cut",
            "came late for cut",
            "image fixed",
            "refused below cut",
            "waited for seal"
          }) {
        windows.merge(window, run.count(window), Long::sum);
      }
    }
    assertThat(ended.getOrDefault(Ended.MADE, 0)).isGreaterThan(SEEDS / 2);
    assertThat(windows).allSatisfy((window, count) -> assertThat(count).as(window).isPositive());
  }

  /**
   * Of a run in which it was not so: a read brought what it showed to a replica that held something
   * later by then, and did not wait.
   */
  @Test
  void showsWhatAReadBroughtBelowSomethingLater() {
    assertThat(new CutRun(2287).run()).isEqualTo(Ended.MADE);
  }

  @Test
  void aRunNoticesThatNothingIsKept() {
    assertThat(seedThatNotices(LeftOut.CUT_KEPT)).as("found at seed").isPositive();
  }

  /**
   * Without one of the two, a cut is void that would have a hole: an image that knows of one is
   * none, and a replica that was late does not count.
   */
  @Test
  void aRunNoticesThatReplicasCountThatWereArmedTooLate() {
    assertThat(seedThatNotices(LeftOut.CUT_ARMED_IN_TIME, LeftOut.CUT_HOLES))
        .as("found at seed")
        .isPositive();
  }

  /**
   * Without these the driver goes on too early, and replicas have no image of what they were not
   * armed for: a cut is void at worst, for readers want a majority of images all the same.
   */
  @Test
  void aDriverThatIsHastyMakesNoWrongCut() {
    assertThat(
            seedThatNotices(
                LeftOut.CUT_REPORTS_OF_ITS_TIME,
                LeftOut.CUT_CLOSED_IN_TIME,
                LeftOut.CUT_ARMED_BY_ALL,
                LeftOut.CUT_ENOUGH_IMAGES))
        .as("found at seed")
        .isZero();
  }

  /** 0 if none does. */
  private static long seedThatNotices(LeftOut... rules) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        new CutRun(seed, rules).run();
      } catch (PromiseBroken noticed) {
        return seed;
      }
    }
    return 0;
  }
}

package io.quorate.cli.bench.checked;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories that keep the rule, and histories that break it in each way. */
final class SiblingRuleTest {
  private static final long ME = 77;

  private final SiblingRule rule = new SiblingRule(2, ME);

  @Test
  void concurrentPutsAreKeptUntilOneThatHasReadThemTakesTheirPlace() {
    put(1);
    put(2);
    assertThat(read(1, 2)).isEqualTo(Verdict.KEPT);
    put(3, 1, 2);
    assertThat(read(3)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void readThatMissesAnAcknowledgedPutIsStale() {
    put(1);
    put(2);
    assertThat(read(2)).isEqualTo(Verdict.STALE_READ);
  }

  @Test
  void keyThatLosesAllIsALostWrite() {
    put(1);
    assertThat(read()).isEqualTo(Verdict.LOST_WRITE);
  }

  @Test
  void readMayMissWhatWasAcknowledgedWhileItRan() {
    long began = rule.begin();
    put(1);
    assertThat(rule.onRead(0, began, List.of())).isEqualTo(Verdict.KEPT);
  }

  @Test
  void readMayMissWhatAPutThatIsUnderWayTakesThePlaceOf() {
    put(1);
    long began = rule.begin();
    rule.onPut(0, 2, List.of(mine(1)));
    assertThat(rule.onRead(0, began, List.of(mine(2)))).isEqualTo(Verdict.KEPT);
    assertThat(rule.onRead(0, began, List.of(mine(1)))).isEqualTo(Verdict.KEPT);
  }

  @Test
  void valueThatComesBackIsStale() {
    put(1);
    put(2, 1);
    assertThat(read(1, 2)).isEqualTo(Verdict.STALE_READ);
  }

  /** A put is read, replaced, and only then acknowledged: its answer came late. */
  @Test
  void putThatIsReplacedBeforeItsAnswerIsNotMissed() {
    rule.onPut(0, 1, List.of());
    put(2, 1);
    rule.onAcked(0, 1, List.of());
    assertThat(read(2)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void putWhoseOutcomeIsNotKnownMayBeThereOrNot() {
    rule.onPut(0, 1, List.of());
    rule.onFailed(0, 1, List.of(), true);
    assertThat(read()).isEqualTo(Verdict.KEPT);
    assertThat(read(1)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void valueOfAnotherKeyOrSizeIsWrong() {
    assertThat(rule.onRead(0, rule.begin(), List.of(new Origin(1, ME, 1))))
        .isEqualTo(Verdict.WRONG_VALUE);
    assertThat(rule.onRead(0, rule.begin(), Arrays.asList((Origin) null)))
        .isEqualTo(Verdict.WRONG_VALUE);
  }

  @Test
  void valuesOfOtherRunsAreNotJudged() {
    put(1);
    assertThat(rule.onRead(0, rule.begin(), List.of(mine(1), new Origin(0, ME + 1, 1))))
        .isEqualTo(Verdict.KEPT);
  }

  private void put(long write, long... replaced) {
    List<Origin> others = Arrays.stream(replaced).mapToObj(SiblingRuleTest::mine).toList();
    rule.onPut(0, write, others);
    rule.onAcked(0, write, others);
  }

  private Verdict read(long... found) {
    return rule.onRead(
        0, rule.begin(), Arrays.stream(found).mapToObj(SiblingRuleTest::mine).toList());
  }

  private static Origin mine(long write) {
    return new Origin(0, ME, write);
  }

  @Test
  void valueIsMissedAgainOnceThePutThatWasToReplaceItWasAppliedNowhere() {
    put(1);
    rule.onPut(0, 2, List.of(mine(1)));
    assertThat(read()).as("under way").isEqualTo(Verdict.KEPT);
    rule.onFailed(0, 2, List.of(mine(1)), false);

    assertThat(read()).isEqualTo(Verdict.LOST_WRITE);
    assertThat(read(1)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void valueMayBeGoneWhenThePutThatWasToReplaceItMayBeThere() {
    put(1);
    rule.onPut(0, 2, List.of(mine(1)));
    rule.onFailed(0, 2, List.of(mine(1)), true);

    assertThat(read()).isEqualTo(Verdict.KEPT);
  }
}

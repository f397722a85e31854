package io.quorate.cli.bench.checked;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.VersionRule.Verdict;
import org.junit.jupiter.api.Test;

class CounterRuleTest {
  private final CounterRule rule = new CounterRule(2);

  @Test
  void aReadHasWhatWasAcknowledgedBeforeItAndMayHaveWhatWasSent() {
    counted(3);
    rule.onSent(1);

    assertThat(read(103)).isEqualTo(Verdict.KEPT);
    assertThat(read(104)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void aCountThatFallsIsStale() {
    counted(3);
    assertThat(read(103)).isEqualTo(Verdict.KEPT);
    counted(2);

    assertThat(read(104)).isEqualTo(Verdict.STALE_READ);
    assertThat(read(105)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void whatIsCountedTwiceIsWrong() {
    counted(3);
    assertThat(read(103)).isEqualTo(Verdict.KEPT);
    counted(1);

    assertThat(read(105)).isEqualTo(Verdict.WRONG_VALUE);
  }

  @Test
  void anIncrementThatFailedMayCountOrNot() {
    counted(1);
    assertThat(read(1)).isEqualTo(Verdict.KEPT);
    rule.onSent(1);

    assertThat(read(1)).isEqualTo(Verdict.KEPT);
    assertThat(read(2)).isEqualTo(Verdict.KEPT);
    assertThat(read(3)).isEqualTo(Verdict.WRONG_VALUE);
  }

  /** It says nothing of what earlier runs have counted, and is stale all the same. */
  @Test
  void aReadThatMayMissIncrementsIsNoMeasureForLaterOnes() {
    assertThat(rule.onRead(1, rule.begin(1), 95, true)).isEqualTo(Verdict.KEPT);
    counted(3);
    assertThat(read(103)).isEqualTo(Verdict.KEPT);

    assertThat(rule.onRead(1, rule.begin(1), 101, true)).isEqualTo(Verdict.STALE_READ);
    assertThat(rule.onRead(1, rule.begin(1), 104, true)).isEqualTo(Verdict.WRONG_VALUE);
    assertThat(read(103)).isEqualTo(Verdict.KEPT);
  }

  private Verdict read(long count) {
    return rule.onRead(1, rule.begin(1), count, false);
  }

  private void counted(int times) {
    for (int i = 0; i < times; i++) {
      rule.onSent(1);
      rule.onAcked(1);
    }
  }
}

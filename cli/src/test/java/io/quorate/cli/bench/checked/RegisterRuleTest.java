package io.quorate.cli.bench.checked;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import org.junit.jupiter.api.Test;

class RegisterRuleTest {
  private static final long WRITER = 9;
  private final RegisterRule rule = new RegisterRule(2, WRITER);

  private void wrote(long write) {
    rule.onSent(1, write);
    rule.onAcked(1, write);
  }

  private Verdict read(long write) {
    return readBegunAt(rule.begin(1), write);
  }

  private Verdict readBegunAt(long began, long write) {
    return rule.onRead(1, began, new Origin(1, WRITER, write));
  }

  @Test
  void whatWasOverwrittenBeforeTheReadBeganIsStale() {
    wrote(1);
    long between = rule.begin(1);
    wrote(2);

    assertThat(read(1)).isEqualTo(Verdict.STALE_READ);
    assertThat(read(2)).isEqualTo(Verdict.KEPT);
    assertThat(readBegunAt(between, 1)).as("a read that began before").isEqualTo(Verdict.KEPT);
  }

  /** Whatever their versions say: both orders are right. */
  @Test
  void ofWritesAtTheSameTimeEitherMayStay() {
    rule.onSent(1, 1);
    rule.onSent(1, 2);
    rule.onAcked(1, 2);
    rule.onAcked(1, 1);

    assertThat(read(2)).isEqualTo(Verdict.KEPT);
    assertThat(read(1)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void aValueThatWasReadIsThereThoughItsWriteHasNotEnded() {
    wrote(1);
    rule.onSent(1, 2);
    assertThat(read(1)).isEqualTo(Verdict.KEPT);
    assertThat(read(2)).isEqualTo(Verdict.KEPT);

    assertThat(read(1)).isEqualTo(Verdict.STALE_READ);
  }

  @Test
  void whatIsForgottenWasOverwrittenLongAgo() {
    for (int i = 1; i <= 100; i++) {
      wrote(i);
      assertThat(read(i)).isEqualTo(Verdict.KEPT);
    }
    for (int i = 1; i < 100; i++) {
      assertThat(read(i)).as("write %d", i).isEqualTo(Verdict.STALE_READ);
    }
    assertThat(read(100)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void aReadThatBeganLongAgoMayFindWhatIsForgotten() {
    long began = rule.begin(1);
    for (int i = 1; i <= 100; i++) {
      wrote(i);
    }

    assertThat(readBegunAt(began, 3)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void valuesOfOthersAreWrongOrGone() {
    assertThat(rule.onRead(1, rule.begin(1), new Origin(1, 8, 3))).isEqualTo(Verdict.KEPT);
    assertThat(rule.onMissing(rule.begin(1))).isEqualTo(Verdict.KEPT);
    wrote(1);

    assertThat(rule.onRead(1, rule.begin(1), new Origin(1, 8, 3))).isEqualTo(Verdict.STALE_READ);
    assertThat(rule.onRead(1, rule.begin(1), new Origin(0, WRITER, 1)))
        .isEqualTo(Verdict.WRONG_VALUE);
    assertThat(rule.onRead(1, rule.begin(1), null)).isEqualTo(Verdict.WRONG_VALUE);
    assertThat(rule.onMissing(rule.begin(1))).isEqualTo(Verdict.LOST_WRITE);
  }

  @Test
  void whatFailedAndWasAppliedNowhereIsNotReadLater() {
    wrote(1);
    rule.onSent(1, 2);
    rule.onFailed(1, 2, false);
    wrote(3);

    assertThat(read(2)).isEqualTo(Verdict.STALE_READ);
  }

  /** In a long outage a key would gather them, and each answer goes through them all. */
  @Test
  void ofWritesThatMayBeThereTheFirstAreForgotten() {
    wrote(1);
    for (long write = 2; write < 300; write++) {
      rule.onSent(1, write);
      rule.onFailed(1, write, true);
    }
    wrote(300);

    assertThat(read(2)).as("may be there").isEqualTo(Verdict.KEPT);
    assertThat(read(999)).as("not remembered").isEqualTo(Verdict.KEPT);
    assertThat(read(299)).as("may be there").isEqualTo(Verdict.KEPT);
  }
}

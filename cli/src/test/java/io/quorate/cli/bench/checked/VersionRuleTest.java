package io.quorate.cli.bench.checked;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.client.Version;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Histories that keep the rule, and histories that break it in each way. */
final class VersionRuleTest {
  private static final long ME = 77;

  private final VersionRule rule = new VersionRule(2, ME);

  @Test
  void orderlyHistoryKeepsTheRule() {
    assertThat(ack(null, 10, 1)).isEqualTo(Verdict.KEPT);
    assertThat(read(rule.floor(0), 10, 1)).isEqualTo(Verdict.KEPT);
    assertThat(ack(rule.ackedFloor(0), 11, 2)).isEqualTo(Verdict.KEPT);
    assertThat(read(rule.floor(0), 11, 2)).isEqualTo(Verdict.KEPT);
    assertThat(rule.onMissing(rule.floor(1))).isEqualTo(Verdict.KEPT);
  }

  @Test
  void readThatMissesAnAcknowledgedWriteIsStale() {
    ack(null, 10, 1);
    ack(rule.ackedFloor(0), 11, 2);
    assertThat(read(rule.floor(0), 10, 1)).isEqualTo(Verdict.STALE_READ);
  }

  @Test
  void readOlderThanAnEarlierReadIsStaleThoughNothingWasAcknowledged() {
    read(null, 10, 1);
    read(rule.floor(0), 12, 3);
    assertThat(read(rule.floor(0), 10, 1)).isEqualTo(Verdict.STALE_READ);
  }

  @Test
  void readMayMissWhatWasAcknowledgedWhileItRan() {
    ack(null, 10, 1);
    Version floor = rule.floor(0);
    ack(rule.ackedFloor(0), 11, 2);
    assertThat(read(floor, 10, 1)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void writeThatLosesAgainstAnEarlierOneIsLost() {
    ack(null, 10, 1);
    assertThat(ack(rule.ackedFloor(0), 9, 2)).isEqualTo(Verdict.LOST_WRITE);
    assertThat(ack(rule.ackedFloor(0), 10, 3)).isEqualTo(Verdict.LOST_WRITE);
  }

  @Test
  void concurrentWritesMayBeAcknowledgedInAnyOrder() {
    Version before = rule.ackedFloor(0);
    assertThat(ack(before, 11, 2)).isEqualTo(Verdict.KEPT);
    assertThat(ack(before, 10, 1)).isEqualTo(Verdict.KEPT);
    assertThat(rule.ackedFloor(0)).isEqualTo(version(11));
  }

  @Test
  void valueThatVanishesIsALostWrite() {
    ack(null, 10, 1);
    assertThat(rule.onMissing(rule.floor(0))).isEqualTo(Verdict.LOST_WRITE);
  }

  @Test
  void valueOfAnotherWriteUnderAnAcknowledgedVersionIsWrong() {
    ack(null, 10, 1);
    assertThat(read(rule.floor(0), 10, 2)).isEqualTo(Verdict.WRONG_VALUE);
    Origin other = new Origin(0, ME + 1, 1);
    assertThat(rule.onRead(0, rule.floor(0), version(10), other)).isEqualTo(Verdict.WRONG_VALUE);
  }

  @Test
  void valueOfAnotherKeyOrSizeIsWrong() {
    assertThat(rule.onRead(0, null, version(10), new Origin(1, ME, 1)))
        .isEqualTo(Verdict.WRONG_VALUE);
    assertThat(rule.onRead(0, null, version(10), null)).isEqualTo(Verdict.WRONG_VALUE);
  }

  @Test
  void unacknowledgedWritesOfOthersMayBeSeen() {
    ack(null, 10, 1);
    Origin other = new Origin(0, ME + 1, 9);
    assertThat(rule.onRead(0, rule.floor(0), version(15), other)).isEqualTo(Verdict.KEPT);
  }

  @Test
  void writeSeenAboveItsAcknowledgedVersionWasAppliedAgain() {
    ack(null, 10, 1);
    assertThat(read(rule.floor(0), 12, 1)).isEqualTo(Verdict.REAPPLIED);
  }

  private Verdict ack(@Nullable Version before, long hlc, long sequence) {
    return rule.onAcked(0, before, version(hlc), sequence);
  }

  private Verdict read(@Nullable Version floor, long hlc, long sequence) {
    return rule.onRead(0, floor, version(hlc), new Origin(0, ME, sequence));
  }

  private static Version version(long hlc) {
    return Version.of(0, hlc, 1, 1);
  }
}

package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import org.junit.jupiter.api.Test;

class PurgeRuleTest {
  private static final long MARK = Hlc.of(1_000, 5);

  @Test
  void onlyWhatIsNoNewerAndDeadIsGone() {
    assertThat(PurgeRule.isGone(Record.tombstone(at(1_000, 5), 1), MARK)).isTrue();
    assertThat(PurgeRule.isGone(Record.tombstone(at(1_000, 6), 1), MARK)).isFalse();
    assertThat(PurgeRule.isGone(value(at(900, 0), 0), MARK)).isFalse();
    assertThat(PurgeRule.isGone(value(at(900, 0), 1_000), MARK)).isTrue();
    assertThat(PurgeRule.isGone(value(at(900, 0), 1_001), MARK)).isFalse();
    assertThat(PurgeRule.isGone(value(at(1_001, 0), 1_000), MARK)).isFalse();
  }

  @Test
  void nothingIsGoneWhereNothingWasPurged() {
    assertThat(PurgeRule.isGone(Record.tombstone(at(1, 0), 1), 0)).isFalse();
  }

  @Test
  void whatCanBeGoneOneDayIsKnownFromItsOwnTimes() {
    assertThat(PurgeRule.purgeableFromMillis(Record.tombstone(at(70, 3), 1))).isEqualTo(70);
    assertThat(PurgeRule.purgeableFromMillis(value(at(70, 0), 90))).isEqualTo(90);
    assertThat(PurgeRule.purgeableFromMillis(value(at(70, 0), 60))).isEqualTo(70);
    assertThat(PurgeRule.purgeableFromMillis(value(at(70, 0), 0))).isEqualTo(Long.MAX_VALUE);
  }

  private static Record value(Version version, long expiresAtMillis) {
    return Record.value(version, 1, expiresAtMillis, new byte[] {1});
  }

  private static Version at(long millis, int counter) {
    return new Version(0, Hlc.of(millis, counter), new NodeId(1), 1);
  }
}

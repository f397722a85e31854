package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.RequestId;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** All who make the record of one stamped write make the same one; other writes give others. */
class StampedRecordTest {
  private static final long STAMP = Hlc.of(1_000, 3);
  private static final RequestId REQUEST = new RequestId(5, 6, 7);
  private static final byte[] VALUE = {1, 2, 3};

  private static Key key(int tenant, int letter) {
    return new Key(tenant, new byte[] {(byte) letter});
  }

  @Test
  void allAttemptsAtOneWriteMakeTheSameRecord() {
    Record one = StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 9_000, VALUE);
    Record other = StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 9_000, VALUE.clone());

    assertThat(other).isEqualTo(one);
    assertThat(one.version().hlc()).isEqualTo(STAMP);
    assertThat(one.version().rank()).isZero();
    assertThat(one.epoch()).isEqualTo(4);
    assertThat(one.expiresAtMillis()).isEqualTo(9_000);
    assertThat(one.copyValue()).isEqualTo(VALUE);
  }

  @Test
  void clockThatTheSessionHadHeardIsNoPartOfTheWrite() {
    Record one = StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 0, VALUE);

    assertThat(StampedRecord.of(key(1, 1), new RequestId(99, 6, 7), STAMP, 4, 0, VALUE))
        .isEqualTo(one);
  }

  @Test
  void writesThatDifferInAnythingHaveDifferentVersions() {
    Set<Version> versions = new HashSet<>();
    versions.add(StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 0, VALUE).version());
    versions.add(StampedRecord.of(key(2, 1), REQUEST, STAMP, 4, 0, VALUE).version());
    versions.add(StampedRecord.of(key(1, 2), REQUEST, STAMP, 4, 0, VALUE).version());
    versions.add(StampedRecord.of(key(1, 1), new RequestId(5, 7, 7), STAMP, 4, 0, VALUE).version());
    versions.add(StampedRecord.of(key(1, 1), new RequestId(5, 6, 8), STAMP, 4, 0, VALUE).version());
    versions.add(StampedRecord.of(key(1, 1), REQUEST, STAMP + 1, 4, 0, VALUE).version());
    versions.add(StampedRecord.of(key(1, 1), REQUEST, STAMP, 5, 0, VALUE).version());
    versions.add(StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 1, VALUE).version());
    versions.add(StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 0, new byte[3]).version());
    versions.add(StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 0, new byte[0]).version());
    versions.add(StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 0, null).version());

    assertThat(versions).hasSize(11);
  }

  @Test
  void deletionIsATombstone() {
    assertThat(StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 0, null).isTombstone()).isTrue();
  }

  /** What was written by this release is written alike by all others. */
  @Test
  void versionIsTheSameInAllReleases() {
    assertThat(StampedRecord.of(key(1, 1), REQUEST, STAMP, 4, 9_000, VALUE).version())
        .hasToString("1000.3@e2033f7bc5656a54/1562529904");
  }
}

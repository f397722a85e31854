package io.quorate.replication.replica.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import org.junit.jupiter.api.Test;

class RecordCacheTest {
  private static final int PARTITIONS = 2;
  private static final long BYTES_MAX = 3_000;

  private final RecordCache cache = new RecordCache(PARTITIONS, BYTES_MAX);

  @Test
  void staysWithinItsBytesByLettingTheLeastRecentlyUsedGo() {
    for (int i = 0; i < 8; i++) {
      cache.put(0, key(i), record(i, 100));
      cache.get(key(0));
    }

    assertThat(cache.bytes()).isLessThanOrEqualTo(BYTES_MAX).isPositive();
    assertThat(cache.get(key(0))).as("used all the time").isNotNull();
    assertThat(cache.get(key(1))).as("longest unused").isNull();
    assertThat(cache.get(key(7))).isNotNull();
  }

  @Test
  void aRecordLargerThanTheCacheIsNotKeptNorWhatItReplaces() {
    cache.put(0, key(1), record(1, 10));
    cache.put(0, key(1), record(2, (int) BYTES_MAX));

    assertThat(cache.get(key(1))).isNull();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void countsAReplacedRecordOnce() {
    cache.put(0, key(1), record(1, 10));
    long once = cache.bytes();
    cache.put(0, key(1), record(2, 10));
    assertThat(cache.bytes()).isEqualTo(once);

    cache.remove(key(1));
    cache.remove(key(1));
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void forgetsAPartitionAndNotTheOthers() {
    cache.put(0, key(1), record(1, 10));
    cache.put(1, key(2), record(1, 10));

    cache.forget(0);

    assertThat(cache.get(key(1))).isNull();
    assertThat(cache.holds(key(1))).isFalse();
    assertThat(cache.get(key(2))).isEqualTo(record(1, 10));
  }

  @Test
  void whatIsReadAgainAfterItWasForgottenIsKeptAndCountedOnce() {
    cache.put(0, key(1), record(1, 10));
    long once = cache.bytes();
    cache.forget(0);

    cache.put(0, key(1), record(2, 10));

    assertThat(cache.get(key(1))).isEqualTo(record(2, 10));
    assertThat(cache.bytes()).isEqualTo(once);
  }

  private static Key key(int number) {
    return new Key(1, new byte[] {(byte) number});
  }

  private static Record record(long millis, int length) {
    return Record.value(
        new Version(0, Hlc.of(millis, 0), new NodeId(1), 1), 1, 0, new byte[length]);
  }
}

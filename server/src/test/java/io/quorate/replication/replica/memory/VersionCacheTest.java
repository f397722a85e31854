package io.quorate.replication.replica.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is found in the cache is what was put in last; it may find nothing. */
class VersionCacheTest {
  private static final int PARTITIONS = 3;
  private static final long BYTES_MAX = 1 << 20;

  @Test
  void findsAllPartsOfWhatWasPutIn() {
    VersionCache cache = new VersionCache(PARTITIONS, BYTES_MAX);
    Version version = new Version(7, -5, new NodeId(Long.MIN_VALUE), Integer.MAX_VALUE);
    Record value = Record.value(version, 3, 123_456, new byte[] {1, 2, 3});
    Record deleted = Record.tombstone(version, 3);
    cache.put(0, key(1), value);
    cache.put(1, key(2), deleted);

    same(cache.get(key(1)), value);
    same(cache.get(key(2)), deleted);
    assertThat(cache.get(key(3))).isNull();
  }

  private static void same(@Nullable RecordHeader found, Record expected) {
    assertThat(found)
        .isEqualTo(
            new RecordHeader.Alone(
                expected.version(),
                expected.latestTime(),
                expected.contentHash(),
                expected.expiresAtMillis(),
                expected.isTombstone()));
  }

  @Test
  void keysAreOfOneTenant() {
    VersionCache cache = new VersionCache(PARTITIONS, BYTES_MAX);
    cache.put(0, new Key(1, new byte[] {5}), record(1));
    cache.put(0, new Key(2, new byte[] {5}), record(2));

    same(cache.get(new Key(1, new byte[] {5})), record(1));
    same(cache.get(new Key(2, new byte[] {5})), record(2));
  }

  /** Both keys have the same hash, so they share a bucket and a tag. */
  @Test
  void keysOfOneHashAreToldApart() {
    Key one = new Key(1, new byte[] {1, 0});
    Key other = new Key(1, new byte[] {0, 31});
    assertThat(one).hasSameHashCodeAs(other);
    VersionCache cache = new VersionCache(PARTITIONS, BYTES_MAX);
    cache.put(0, one, record(1));
    assertThat(cache.get(other)).isNull();
    cache.put(0, other, record(2));

    same(cache.get(one), record(1));
    same(cache.get(other), record(2));
  }

  @Test
  void holdsAKeyForAboutAHundredBytes() {
    VersionCache cache = new VersionCache(PARTITIONS, BYTES_MAX);
    int keys = (int) (BYTES_MAX / 112);
    IntStream.range(0, keys).forEach(i -> cache.put(0, key(i), record(i)));

    long found = IntStream.range(0, keys).filter(i -> cache.get(key(i)) != null).count();
    assertThat(found).isGreaterThan(keys * 97L / 100);
  }

  @Test
  void whatWasPutInFirstGoesFirst() {
    VersionCache cache = new VersionCache(PARTITIONS, BYTES_MAX);
    IntStream.range(0, 100_000).forEach(i -> cache.put(0, key(i), record(i)));

    assertThat(cache.get(key(0))).isNull();
    same(cache.get(key(99_999)), record(99_999));
  }

  @Test
  void aKeyThatIsTooLongIsLeftOut() {
    VersionCache cache = new VersionCache(PARTITIONS, BYTES_MAX);
    Key key = new Key(1, new byte[1025]);
    cache.put(0, key, record(1));
    assertThat(cache.get(key)).isNull();
  }

  @Test
  void aCacheWithoutMemoryFindsNothing() {
    VersionCache cache = new VersionCache(PARTITIONS, 0);
    cache.put(0, key(1), record(1));
    cache.remove(key(1));
    assertThat(cache.get(key(1))).isNull();
  }

  @Property(tries = 200)
  void isNeverWrong(@ForAll @IntRange(min = 0, max = 3000) int bytesMax, @ForAll long seed) {
    Random random = new Random(seed);
    VersionCache cache = new VersionCache(PARTITIONS, bytesMax);
    Map<Key, Summary> put = new HashMap<>();
    for (int step = 0; step < 3_000; step++) {
      int number = random.nextInt(40);
      Key key = key(number);
      switch (random.nextInt(10)) {
        case 0 -> {
          cache.remove(key);
          put.remove(key);
        }
        case 1 -> {
          if (random.nextInt(20) == 0) {
            int partition = random.nextInt(PARTITIONS);
            cache.forget(partition);
            put.keySet().removeIf(each -> partition(each) == partition);
          }
        }
        case 2, 3, 4 -> {
          Record record = record(step);
          cache.put(partition(key), key, record);
          put.put(key, record.summary());
          if (bytesMax > 1000) {
            same(cache.get(key), record);
          }
        }
        default -> {
          RecordHeader found = cache.get(key);
          if (found != null) {
            assertThat(found.summary()).isEqualTo(put.get(key));
          }
        }
      }
    }
  }

  private static int partition(Key key) {
    return key.bytes().length % PARTITIONS;
  }

  /** Returns keys of different lengths. */
  private static Key key(int number) {
    byte[] bytes = new byte[4 + number % 20];
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[i] = (byte) (number >>> (8 * i));
    }
    return new Key(1, bytes);
  }

  private static Record record(int number) {
    return Record.value(new Version(0, number, new NodeId(1), 1), 1, 0, new byte[] {(byte) number});
  }
}

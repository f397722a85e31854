package io.quorate.storage.rocks.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.version.Version;
import java.util.Arrays;
import java.util.Comparator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

/** What lies where in family {@code history}: the bytes are compared, and cannot be mistaken. */
final class HistoryKeyTest {
  record At(int partition, Key key, Version version, long until, long bucketEnd) {
    int tenant() {
      return key.tenant();
    }

    long hlc() {
      return version.hlc();
    }

    byte[] bytes() {
      return HistoryKey.of(partition, key, version, until, bucketEnd);
    }
  }

  private static final Comparator<At> ORDER =
      Comparator.comparingInt(At::partition)
          .thenComparing((one, other) -> Integer.compareUnsigned(one.tenant(), other.tenant()))
          .thenComparingLong(At::bucketEnd)
          .thenComparing(At::key)
          .thenComparing((one, other) -> Long.compareUnsigned(one.hlc(), other.hlc()))
          .thenComparing((one, other) -> Long.compareUnsigned(one.until, other.until));

  @Provide
  Arbitrary<byte[]> keys() {
    return Arbitraries.of((byte) 0, (byte) 1, (byte) 2, (byte) 0xFE, (byte) 0xFF)
        .array(byte[].class)
        .ofMaxSize(5);
  }

  @Provide
  Arbitrary<At> places() {
    return Combinators.combine(
            Arbitraries.of(0, 1, 255, 256, 0xFFFF),
            Arbitraries.of(0, 1, 256, Integer.MAX_VALUE, -1),
            keys(),
            Arbitraries.of(0L, 1L, 255L, 256L, Long.MAX_VALUE, Long.MIN_VALUE, -1L),
            Arbitraries.of(0L, 7L, Long.MAX_VALUE, -1L),
            Arbitraries.of(1L, 255L, 256L, Long.MAX_VALUE),
            Arbitraries.of(0L, -1L),
            Arbitraries.of(0, 9))
        .as(
            (partition, tenant, key, hlc, until, bucketEnd, node, boot) ->
                new At(
                    partition,
                    new Key(tenant, key),
                    new Version(boot, hlc, new NodeId(node), boot),
                    until,
                    bucketEnd));
  }

  /** Prefixes of each other, and keys with zeros, are in order and do not interleave. */
  @Property(tries = 20_000)
  void bytesAreInTheOrderOfWhatTheySay(@ForAll("places") At one, @ForAll("places") At other) {
    int byPlace = ORDER.compare(one, other);
    int byBytes = Arrays.compareUnsigned(one.bytes(), other.bytes());
    if (byPlace != 0) {
      assertThat(Integer.signum(byBytes)).isEqualTo(Integer.signum(byPlace));
    } else {
      assertThat(byBytes == 0).isEqualTo(one.version.equals(other.version));
    }
  }

  @Property(tries = 2_000)
  void whatIsWrittenIsRead(@ForAll("places") At at) {
    byte[] bytes = at.bytes();
    assertThatCode(() -> HistoryKey.check(bytes)).doesNotThrowAnyException();
    assertThat(HistoryKey.keyOf(bytes)).isEqualTo(at.key);
    assertThat(HistoryKey.tenantOf(bytes)).isEqualTo(at.tenant());
    assertThat(HistoryKey.bucketEnd(bytes)).isEqualTo(at.bucketEnd);
    assertThat(HistoryKey.hlc(bytes)).isEqualTo(at.hlc());
    assertThat(HistoryKey.until(bytes)).isEqualTo(at.until);
    assertThat(DataKey.partitionOf(bytes)).isEqualTo(at.partition);
    assertThat(DataKey.tenantOf(bytes)).isEqualTo(at.tenant());
  }

  @Property(tries = 20_000)
  void boundsHaveWhatTheySay(@ForAll("places") At bound, @ForAll("places") At at) {
    int partition = bound.partition;
    int tenant = bound.tenant();
    boolean sameTenant = at.partition == partition && at.tenant() == tenant;
    byte[] place = HistoryKey.bucket(partition, tenant, 0);
    assertThat(isBetween(place, at, HistoryKey.past(partition, tenant))).isEqualTo(sameTenant);
    assertThat(isBetween(place, at, HistoryKey.pastBucket(partition, tenant, bound.bucketEnd)))
        .isEqualTo(sameTenant && at.bucketEnd <= bound.bucketEnd);
    boolean sameBucket = sameTenant && at.bucketEnd == bound.bucketEnd;
    byte[] bucket = HistoryKey.bucket(partition, tenant, bound.bucketEnd);
    byte[] from = HistoryKey.from(partition, tenant, bound.bucketEnd, bound.key.bytes());
    assertThat(isBetween(bucket, at, from))
        .isEqualTo(sameBucket && at.key.compareTo(bound.key) < 0);
    assertThat(isBetween(from, at, HistoryKey.pastKey(bound.bytes())))
        .isEqualTo(sameBucket && at.key.equals(bound.key));
    assertThat(HistoryKey.isOfSameKey(bound.bytes(), at.bytes()))
        .isEqualTo(sameBucket && at.key.equals(bound.key));
  }

  private static boolean isBetween(byte[] from, At at, byte[] past) {
    return Arrays.compareUnsigned(from, at.bytes()) <= 0
        && Arrays.compareUnsigned(at.bytes(), past) < 0;
  }

  /** Whatever is taken for one is what would be written for what it says. */
  @Property(tries = 20_000)
  void otherBytesAreRefused(@ForAll("places") At at, @ForAll int where, @ForAll byte change) {
    byte[] bytes = at.bytes();
    int length = bytes.length - 1 - Math.floorMod(where, 3);
    byte[] wild = Math.floorMod(where, 2) == 0 ? bytes.clone() : Arrays.copyOf(bytes, length);
    wild[Math.floorMod(where, wild.length)] ^= change;
    try {
      HistoryKey.check(wild);
    } catch (RocksDBException refused) {
      return;
    }
    byte[] from =
        HistoryKey.from(
            DataKey.partitionOf(wild),
            HistoryKey.tenantOf(wild),
            HistoryKey.bucketEnd(wild),
            HistoryKey.keyOf(wild).bytes());
    assertThat(Arrays.copyOf(wild, from.length)).isEqualTo(from);
    assertThat(wild).hasSize(from.length + 36);
  }

  @Test
  void keysThatAreTooShortOrDoNotEndAreRefused() {
    for (int length : new int[] {0, 1, 13, 14, 15, 50, 51}) {
      assertThatThrownBy(() -> HistoryKey.check(new byte[length]))
          .isInstanceOf(RocksDBException.class)
          .hasMessageContaining("a key of " + length + " bytes");
    }
  }
}

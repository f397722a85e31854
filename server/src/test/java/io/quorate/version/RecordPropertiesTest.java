package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.NodeId;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RecordPropertiesTest {
  private static final Version VERSION = new Version(0, Hlc.of(1_000, 3), new NodeId(7), 1);

  @Property
  void bytesGiveBackWhatWasPutIn(
      @ForAll("versions") Version version,
      @ForAll long epoch,
      @ForAll byte[] value,
      @ForAll("expiries") long expiresAtMillis) {
    Record read = Record.of(Record.value(version, epoch, expiresAtMillis, value).bytes());

    assertThat(read.version()).isEqualTo(version);
    assertThat(read.epoch()).isEqualTo(epoch);
    assertThat(read.expiresAtMillis()).isEqualTo(expiresAtMillis);
    assertThat(read.copyValue()).isEqualTo(value);
    assertThat(read.isTombstone()).isFalse();
  }

  @Property
  void aTombstoneIsOne(@ForAll("versions") Version version, @ForAll long epoch) {
    Record read = Record.of(Record.tombstone(version, epoch).bytes());

    assertThat(read.version()).isEqualTo(version);
    assertThat(read.isTombstone()).isTrue();
    assertThat(read.isLiveAt(0)).isFalse();
    assertThat(read.valueLength()).isZero();
  }

  @Property
  void damagedBytesAreRefusedOrReadAsSomeRecordButNeverAnythingElse(
      @ForAll("records") Record record, @ForAll int at, @ForAll byte put) {
    byte[] damaged = record.bytes().clone();
    damaged[Math.floorMod(at, damaged.length)] = put;
    byte[] cut = Arrays.copyOf(damaged, Math.floorMod(at, damaged.length));
    readsOrRefuses(damaged);
    readsOrRefuses(cut);
  }

  private static void readsOrRefuses(byte[] bytes) {
    try {
      Record read = Record.of(bytes);
      assertThat(read.valueLength()).isNotNegative();
    } catch (MalformedRecordException refused) {
      assertThat(refused).hasMessageContaining("a record ");
    }
  }

  @Test
  void versionsOfOneMomentAreOrderedByNodeAndThenByStart() {
    Version lower = new Version(0, 5, new NodeId(1), 9);
    Version higher = new Version(0, 5, new NodeId(2), 1);

    assertThat(higher.isAfter(lower)).isTrue();
    assertThat(lower.isAfter(higher)).isFalse();
    assertThat(new Version(0, 5, new NodeId(1), 10).isAfter(lower)).isTrue();
    assertThat(new Version(1, 4, new NodeId(1), 1).isAfter(higher)).isTrue();
  }

  @Test
  void aTimeThatNoClockShowsIsBelowAllOthers() {
    Version end = new Version(0, -1, new NodeId(9), 1);
    Version nearEnd = new Version(0, Hlc.END, new NodeId(9), 1);
    Version last = new Version(0, Hlc.END - 1, new NodeId(1), 1);

    assertThat(VERSION.isAfter(end)).isTrue();
    assertThat(last.isAfter(VERSION)).isTrue();
    assertThat(last.isAfter(end)).isTrue();
    assertThat(end.isAfter(nearEnd)).isTrue();
  }

  @Test
  void aValueIsLiveUntilTheMillisecondItExpires() {
    Record record = Record.value(VERSION, 1, 5_000, new byte[] {1});

    assertThat(record.isLiveAt(4_999)).isTrue();
    assertThat(record.isLiveAt(5_000)).isFalse();
  }

  @Test
  void aFormatOfTheFutureIsRefused() {
    byte[] bytes = Record.tombstone(VERSION, 1).bytes().clone();
    bytes[0] = 6;

    assertThatThrownBy(() -> Record.of(bytes))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("format 6");
  }

  @Test
  void recordsOfANewerVersionAreToldFromDamage() {
    byte[] bytes = Record.value(VERSION, 1, 5_000, new byte[] {1}).bytes();
    assertThat(Record.isOfNewerVersion(bytes)).isFalse();
    assertThat(Record.isOfNewerVersion(with(bytes, 0, 6))).isTrue();
    assertThat(Record.isOfNewerVersion(with(bytes, 0, 255))).isTrue();
    assertThat(Record.isOfNewerVersion(new byte[] {6})).isTrue();
    assertThat(Record.isOfNewerVersion(with(bytes, 1, bytes[1] | 64))).isTrue();

    assertThat(Record.isOfNewerVersion(with(bytes, 0, 0))).isFalse();
    assertThat(Record.isOfNewerVersion(new byte[0])).isFalse();
    assertThat(Record.isOfNewerVersion(Arrays.copyOf(bytes, 29))).isFalse();
    assertThat(Record.isOfNewerVersion(Arrays.copyOf(with(bytes, 1, 64), 29))).isFalse();
    assertThat(Record.isOfNewerVersion(Arrays.copyOf(with(bytes, 1, bytes[1] | 64), 37))).isFalse();
  }

  /** What is read is of this version, and what is of a newer one is not read. */
  @Property
  void noRecordIsOfThisVersionAndOfANewerOne(
      @ForAll("records") Record record, @ForAll int at, @ForAll byte put) {
    byte[] changed = with(record.bytes(), Math.floorMod(at, 3), put);
    if (Record.isOfNewerVersion(changed)) {
      assertThatThrownBy(() -> Record.of(changed)).isInstanceOf(MalformedRecordException.class);
    }
    assertThat(Record.isOfNewerVersion(record.bytes())).isFalse();
  }

  private static byte[] with(byte[] bytes, int at, int put) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) put;
    return changed;
  }

  @Provide
  Arbitrary<Version> versions() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 2),
            Arbitraries.longs(),
            Arbitraries.longs().between(1, 3),
            Arbitraries.integers().between(0, 3))
        .as((rank, hlc, node, boot) -> new Version(rank, hlc, new NodeId(node), boot));
  }

  @Provide
  Arbitrary<Long> expiries() {
    return Arbitraries.longs().between(0, Long.MAX_VALUE);
  }

  @Provide
  Arbitrary<Record> records() {
    return FewRecords.lastWriteWins();
  }
}

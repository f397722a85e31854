package io.quorate.storage.rocks.database;

import static io.quorate.storage.rocks.database.RateOfCompactions.LEAST;
import static io.quorate.storage.rocks.database.RateOfCompactions.MOST;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RateOfCompactionsTest {
  private static final long MIB = 1 << 20;

  /** Memtables of records that wait when RocksDB stops writes. */
  private static final long OF_RECORDS = 12;

  private static long bytesPerSecond(long pending, long levelZero, long immutable) {
    return RateOfCompactions.bytesPerSecond(
        pending, RateOfCompactions.late(levelZero, immutable, OF_RECORDS));
  }

  @Test
  void isTheLeastWhileNothingIsLate() {
    assertThat(bytesPerSecond(0, 0, 0)).isEqualTo(LEAST);
    assertThat(bytesPerSecond(511 * MIB, 4, 4)).isEqualTo(LEAST);
  }

  @Test
  void risesByWhatIsToBeCompacted() {
    assertThat(bytesPerSecond(512 * MIB, 0, 0)).isEqualTo(2 * LEAST);
    assertThat(bytesPerSecond(4096 * MIB, 0, 0)).isEqualTo(9 * LEAST);
  }

  @Test
  void doublesWithEachTableThatWaits() {
    assertThat(bytesPerSecond(0, 5, 0)).isEqualTo(2 * LEAST);
    assertThat(bytesPerSecond(0, 7, 0)).isEqualTo(8 * LEAST);
    assertThat(bytesPerSecond(0, 4, 6)).isEqualTo(4 * LEAST);
    assertThat(bytesPerSecond(512 * MIB, 6, 5)).isEqualTo(16 * LEAST);
  }

  /** RocksDB slows writes down at 20 tables or 12 memtables. */
  @Test
  void isNoBoundLongBeforeWritesWouldHaveToWait() {
    assertThat(bytesPerSecond(0, 12, 0)).isEqualTo(MOST);
    assertThat(bytesPerSecond(0, 8, 8)).isEqualTo(MOST);
    assertThat(bytesPerSecond(128L << 30, 0, 0)).isEqualTo(MOST);
  }

  /** Of four, one may wait: it is written out while the next one fills. */
  @Test
  void risesFasterWhereFewerMayWait() {
    assertThat(RateOfCompactions.late(0, 1, 4)).isZero();
    assertThat(RateOfCompactions.late(0, 2, 4)).isEqualTo(2);
    assertThat(RateOfCompactions.late(0, 3, 4)).isEqualTo(5);
    assertThat(RateOfCompactions.bytesPerSecond(0, RateOfCompactions.late(0, 4, 4)))
        .isEqualTo(MOST);
  }

  @Test
  void neverExceedsTheMost() {
    assertThat(bytesPerSecond(Long.MAX_VALUE, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2))
        .isEqualTo(MOST);
  }
}

package io.quorate.storage.rocks.database;

import static io.quorate.storage.rocks.database.RateOfCompactions.LEAST;
import static io.quorate.storage.rocks.database.RateOfCompactions.MOST;
import static io.quorate.storage.rocks.database.RateOfCompactions.bytesPerSecond;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RateOfCompactionsTest {
  private static final long MIB = 1 << 20;

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

  @Test
  void neverExceedsTheMost() {
    assertThat(bytesPerSecond(Long.MAX_VALUE, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2))
        .isEqualTo(MOST);
  }
}

package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HybridClockTest {
  private static final long BOUND_MILLIS = 500;

  private final HybridClock clock = new HybridClock(BOUND_MILLIS);

  @Test
  void stampsGrowWhileTheWallStandsStillOrGoesBack() {
    long first = clock.stamp(1_000);
    long second = clock.stamp(1_000);
    long third = clock.stamp(900);

    assertThat(second).isGreaterThan(first);
    assertThat(third).isGreaterThan(second);
  }

  @Test
  void aTimeHeardWithinTheBoundIsAdopted() {
    clock.observe(Hlc.of(1_400, 5), 1_000);

    assertThat(clock.stamp(1_000)).isGreaterThan(Hlc.of(1_400, 5));
  }

  @Test
  void aTimeHeardBeyondTheBoundDoesNotMoveTheClock() {
    clock.observe(Hlc.of(1_501, 0), 1_000);

    assertThat(Hlc.millis(clock.stamp(1_000))).isEqualTo(1_000);
  }

  @Test
  void aStampAboveARecordOfTheFarFutureIsAboveItAndLeavesTheClockWhereItWas() {
    long future = Hlc.of(1_000_000, 0);

    assertThat(clock.stampAbove(future, 1_000)).isGreaterThan(future);
    assertThat(Hlc.millis(clock.stamp(1_000))).isEqualTo(1_000);
  }

  @Test
  void twoStampsAboveOneRecordOfTheFarFutureDiffer() {
    long future = Hlc.of(1_000_000, 0);
    long first = clock.stampAbove(future, 1_000);

    assertThat(clock.stampAbove(future, 1_000)).isGreaterThan(first);
  }

  @Test
  void aClockThatReachesTheFutureDoesNotGiveItsStampsAgain() {
    long early = clock.stampAbove(Hlc.of(2_000, 0), 1_000);
    Set<Long> given = new HashSet<>(Set.of(early));
    for (int i = 0; i < 10; i++) {
      assertThat(given.add(clock.stamp(2_000))).isTrue();
    }
  }

  @Test
  void aFullCounterCarriesIntoTheMilliseconds() {
    clock.observe(Hlc.of(1_000, 0xFFFF), 1_000);

    assertThat(clock.stamp(1_000)).isEqualTo(Hlc.of(1_001, 0));
  }

  @Test
  void readingGivesNoStampAway() {
    long read = clock.read(1_000);

    assertThat(clock.read(1_000)).isEqualTo(read);
    assertThat(clock.latest()).isZero();
  }
}

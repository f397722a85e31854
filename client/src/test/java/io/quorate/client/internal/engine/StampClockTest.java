package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StampClockTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long TOLD = hlc(1_700_000_000_000L);

  private final StampClock clock = new StampClock();

  @Test
  void timesRiseAboveEachOtherAndAboveAllThatWasTold() {
    clock.onTold(TOLD, 0);
    long first = clock.next(0, 0);
    assertThat(first).isGreaterThan(TOLD);
    assertThat(clock.next(0, 0)).isGreaterThan(first);
    clock.onTold(TOLD + 100, 0);
    assertThat(clock.next(0, 0)).isGreaterThan(TOLD + 100);
    clock.onTold(TOLD, 0); // by a node whose clock is behind
    assertThat(clock.next(0, 0)).isGreaterThan(TOLD + 101);
    clock.onTooLow(TOLD + 5000);
    assertThat(clock.next(0, 0)).isGreaterThan(TOLD + 5000);
  }

  @Test
  void itGivesNoTimeBeforeItWasToldOne() {
    assertThat(clock.isSet()).isFalse();
    clock.onTooLow(TOLD);
    assertThat(clock.isSet()).isTrue();
    assertThat(clock.next(0, 5 * SECOND)).isEqualTo(TOLD + 1);
  }

  @Test
  void itFollowsTheClustersClockBetweenTwoAnswers() {
    clock.onTold(TOLD, 3 * SECOND);
    long afterAMinute = StampClock.millis(clock.next(0, 63 * SECOND)) - StampClock.millis(TOLD);
    assertThat(afterAMinute).isBetween(59_900L, 60_000L);
  }

  /** This machine's clock gains a second in an hour: ten times what clocks of computers do. */
  @Test
  void itStaysBehindTheClustersClockThoughThisMachinesClockIsFast() {
    clock.onTold(TOLD, 0);
    long day = TimeUnit.DAYS.toNanos(1);
    long fast = day + day / 3600;
    assertThat(StampClock.millis(clock.next(0, fast)))
        .isBetween(
            StampClock.millis(TOLD) + TimeUnit.NANOSECONDS.toMillis(day) - 100_000,
            StampClock.millis(TOLD) + TimeUnit.NANOSECONDS.toMillis(day));
  }

  /** Else the estimate would stay where the node that was furthest ahead has brought it. */
  @Test
  void estimateComesBackFromAClockThatWasAhead() {
    clock.onTold(hlc(StampClock.millis(TOLD) + 300), 0);
    for (int second = 1; second <= 600; second++) {
      clock.onTold(hlc(StampClock.millis(TOLD) + second * 1000L), second * SECOND);
    }
    assertThat(StampClock.millis(clock.next(0, 600 * SECOND)))
        .isEqualTo(StampClock.millis(TOLD) + 600_000);
  }

  /** A key's versions may be far ahead of all clocks: other keys do not follow there in time. */
  @Test
  void timeThatWasTooLowSaysNothingOfTheClock() {
    clock.onTold(TOLD, 0);
    long ahead = hlc(StampClock.millis(TOLD) + 60_000);
    clock.onTooLow(ahead);
    assertThat(clock.next(0, SECOND)).isEqualTo(ahead + 1);
    assertThat(clock.next(0, 2 * SECOND)).isEqualTo(ahead + 2);
  }

  @Test
  void distanceDoublesEachTimeThatAWriteWasTooLow() {
    long above = TOLD;
    clock.onTold(TOLD, 0);
    for (int tooLow = 1; tooLow <= 20; tooLow++) {
      clock.onTooLow(above);
      long next = clock.next(tooLow, 0);
      assertThat(next - above).isEqualTo(1L << tooLow);
      above = next;
    }
    clock.onTooLow(above);
    assertThat(clock.next(90, 0) - above).as("16 ms at most").isEqualTo(hlc(16));
  }

  private static long hlc(long millis) {
    return millis << 16;
  }
}

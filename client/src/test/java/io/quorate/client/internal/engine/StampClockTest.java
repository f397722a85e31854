package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StampClockTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long START_MILLIS = 1_700_000_000_000L;
  private static final long START = hlc(START_MILLIS);

  private final StampClock clock = new StampClock();

  @Test
  void timesRiseAndFollowTheNodesClocks() {
    assertThat(clock.next(0, 0, 0)).as("before any was told").isZero();
    clock.of("a").set(START, 0);
    long first = clock.next(0, 0, 0);
    assertThat(first).isEqualTo(START + 1);
    assertThat(clock.next(0, 0, 0)).isEqualTo(first + 1);
    assertThat(millis(clock.next(0, 0, 7 * SECOND))).isEqualTo(START_MILLIS + 7000);
    clock.of("a").set(hlc(START_MILLIS + 6950), 7 * SECOND); // the answer took longer
    assertThat(millis(clock.next(0, 0, 7 * SECOND))).isEqualTo(START_MILLIS + 7000);
  }

  /** Until other nodes notice that its clock is off, it serves reads, and tells its clock. */
  @Test
  void oneNodeWhoseClockIsWrongDoesNotMatter() {
    clock.of("a").set(START, 0);
    clock.of("b").set(hlc(START_MILLIS + HOUR_MILLIS), 0);
    clock.of("c").set(hlc(START_MILLIS - 3), 0);
    assertThat(millis(clock.next(0, 0, 0))).isEqualTo(START_MILLIS);
    clock.of("b").set(hlc(START_MILLIS - HOUR_MILLIS), 0);
    assertThat(millis(clock.next(0, 0, SECOND))).isEqualTo(START_MILLIS + 997);
    clock.of("c").set(hlc(START_MILLIS + 89_000), 90 * SECOND); // the others were not heard lately
    assertThat(millis(clock.next(0, 0, 90 * SECOND))).isEqualTo(START_MILLIS + 89_000);
  }

  /** Else each write of this client would be refused as too far ahead, until an hour has passed. */
  @Test
  void clockThatWasTakenBackIsFollowed() {
    clock.of("a").set(hlc(START_MILLIS + HOUR_MILLIS), 0);
    assertThat(millis(clock.next(0, 0, 0))).isEqualTo(START_MILLIS + HOUR_MILLIS);
    clock.of("a").set(START, SECOND);
    assertThat(millis(clock.next(0, 0, SECOND))).isEqualTo(START_MILLIS);
    assertThat(clock.next(0, 0, SECOND)).as("and they rise").isEqualTo(START + 2);
  }

  /** This machine's clock gains a second in an hour: ten times what clocks of computers do. */
  @Test
  void nodeThatWasNotHeardForLongIsNotOvertakenThoughThisMachinesClockIsFast() {
    clock.of("a").set(START, 0);
    for (int hours = 1; hours <= 48; hours++) {
      long here = hours * (HOUR + SECOND);
      assertThat(millis(clock.next(0, 0, here)))
          .isBetween(
              START_MILLIS + hours * HOUR_MILLIS - 4000L * hours,
              START_MILLIS + hours * HOUR_MILLIS);
    }
  }

  @Test
  void timeIsAboveWhatWasToldForTheWriteAndLaterOnesFollow() {
    clock.of("a").set(START, 0);
    long above = hlc(START_MILLIS + 20);
    long given = clock.next(above, 1, 0);
    assertThat(given).isEqualTo(above + 2);
    assertThat(clock.next(0, 0, 0)).isEqualTo(given + 1);
  }

  /** Else a client would assign below what it has read. */
  @Test
  void timesOfAssignmentsAreAboveAllThatWasHeard() {
    assertThat(clock.nextAbove(0, 0, 0)).as("before any was told").isZero();
    clock.of("a").set(START, 0);
    long heard = hlc(START_MILLIS + 300);
    assertThat(clock.nextAbove(0, heard, 0)).isEqualTo(heard + 1);
    assertThat(clock.nextAbove(heard + 1, heard, 0)).isEqualTo(heard + 2);
    assertThat(millis(clock.nextAbove(0, heard, 7 * SECOND))).isEqualTo(START_MILLIS + 7000);
  }

  /** What follows it would be refused, until the hour has passed. */
  @Test
  void timeOfANodeWhoseClockIsWrongIsNotFollowedByAssignments() {
    clock.of("a").set(START, 0);
    long wrong = hlc(START_MILLIS + HOUR_MILLIS);
    assertThat(clock.nextAbove(0, wrong, 0)).isEqualTo(START + 1);
    assertThat(clock.nextAbove(wrong, 0, 0)).as("asked for").isEqualTo(wrong + 1);
  }

  /** What lies under a key may be far ahead of all clocks: it moves no other key there. */
  @Test
  void timeFarAheadIsFollowedByNone() {
    clock.of("a").set(START, 0);
    long first = clock.next(0, 0, 0);
    long ahead = hlc(START_MILLIS + HOUR_MILLIS);
    assertThat(clock.next(ahead, 1, 0)).isEqualTo(ahead + 2);
    assertThat(clock.next(0, 0, 0)).isBetween(first + 1, first + 5);
  }

  @Test
  void distanceDoublesEachTimeThatAWriteWasTooLow() {
    clock.of("a").set(START, 0);
    long above = START;
    for (int tooLow = 1; tooLow <= 20; tooLow++) {
      long next = clock.next(above, tooLow, 0);
      assertThat(next - above).isEqualTo(1L << tooLow);
      above = next;
    }
    assertThat(clock.next(above, 90, 0) - above).as("16 ms at most").isEqualTo(hlc(16));
  }

  private static long millis(long hlc) {
    return StampClock.millis(hlc);
  }

  private static long hlc(long millis) {
    return millis << 16;
  }
}

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
  void aStampAheadLeavesTheClockWhereItIs() {
    long ahead = clock.stampAhead(0, 4_000, 1_000);

    assertThat(Hlc.millis(ahead)).isEqualTo(5_000);
    assertThat(Hlc.millis(clock.stamp(1_000))).isEqualTo(1_000);
  }

  @Test
  void aStampAheadIsAboveWhatIsHeldHoweverFarAheadThatIs() {
    long future = Hlc.of(1_000_000, 0);

    assertThat(clock.stampAhead(future, 4_000, 1_000)).isGreaterThan(future);
    assertThat(Hlc.millis(clock.stampAhead(0, 4_000, 1_000)))
        .as("other keys stay where they are")
        .isEqualTo(5_000);
  }

  /**
   * Whichever way a time is asked for, when the clock has come to where earlier ones were ahead.
   */
  @Test
  void noTimeIsGivenTwice() {
    Set<Long> given = new HashSet<>();
    for (long wall = 1_000; wall < 1_020; wall++) {
      for (int i = 0; i < 10; i++) {
        long ahead = clock.stampAhead(0, 10, wall);
        assertThat(given.add(ahead)).isTrue();
        assertThat(given.add(clock.stampAhead(ahead + i - 5, 10, wall))).isTrue();
        assertThat(given.add(clock.stamp(wall))).isTrue();
        assertThat(given.add(clock.stampAbove(Hlc.of(wall + 505, i), wall))).isTrue();
      }
    }
  }

  @Test
  void aVersionThatNoClockCanHaveShownTakesNoOtherKeysWithIt() {
    long days = 10 * 86_400_000L;
    long far = clock.stampAbove(Hlc.of(days, 0), 1_000);
    long near = clock.stampAbove(Hlc.of(2_000, 0), 1_000);

    assertThat(Hlc.millis(near)).isEqualTo(2_000);
    assertThat(clock.stampAbove(Hlc.of(days, 0), 1_000)).isGreaterThan(far);
    assertThat(clock.stampAbove(Hlc.of(2_000, 0), 1_000)).isGreaterThan(near);
    // Once the clock has reached these stamps, it gives none of them again.
    assertThat(clock.stampAbove(Hlc.of(days, 0), days - 10_000)).isGreaterThan(far + 2);
  }

  /** The peers whose clocks showed the skew may be down. */
  @Test
  void aStampThatIsNotCredibleAnyMoreIsNotGivenAgain() {
    long days = 3 * 86_400_000L;
    clock.othersAreAhead(days);
    long given = clock.stampAbove(Hlc.of(days + 10_000, 0), 1_000);
    clock.othersAreAhead(0);

    assertThat(clock.stampAbove(Hlc.of(days + 10_000, 0), 1_000)).isGreaterThan(given);
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
  void atTheEndOfTimeThereIsNoStampAndTheClockGoesOn() {
    assertThat(clock.stampAbove(Hlc.END - 1, 1_000)).isEqualTo(HybridClock.NO_TIME_LEFT);
    assertThat(Hlc.millis(clock.stamp(1_000))).isEqualTo(1_000);
    assertThat(Hlc.isBeyondEnd(clock.stampAbove(Hlc.END - 3, 1_000))).isFalse();
  }

  @Test
  void aboveWhatNoClockShowsAnyStampWillDo() {
    assertThat(Hlc.millis(clock.stampAbove(-1L, 1_000))).isEqualTo(1_000);
    clock.observe(-1L, Long.MAX_VALUE / 2);
    assertThat(clock.latest()).isEqualTo(clock.read(0));
    assertThat(Hlc.millis(clock.latest())).isEqualTo(1_000);
  }

  @Test
  void aStampOfADayAheadIsCredibleAndOfMoreIsNot() {
    long day = 86_400_000;
    assertThat(clock.isCredible(Hlc.of(day + 1_500, 9), 1_000)).isTrue();
    assertThat(clock.isCredible(Hlc.of(day + 1_501, 0), 1_000)).isFalse();
    assertThat(clock.isCredible(-1L, 1_000)).isFalse();
  }

  @Test
  void clockThatIsDaysBehindBelievesWhatMostOthersShow() {
    long days = 3 * 86_400_000L;
    assertThat(clock.isCredible(Hlc.of(days, 0), 1_000)).isFalse();
    clock.othersAreAhead(days);
    assertThat(clock.isCredible(Hlc.of(days, 0), 1_000)).isTrue();
    clock.othersAreAhead(-days);
    assertThat(clock.isCredible(Hlc.of(1_400, 0), 1_000)).isTrue();
  }

  @Test
  void aClockThatIsSetBackBelievesWhatItGave() {
    long days = 3 * 86_400_000L;
    long given = clock.stamp(days);
    assertThat(clock.isCredible(given, 1_000)).isTrue();
    assertThat(clock.isCredible(Hlc.of(days + 86_400_000L, 0), 1_000)).isTrue();
  }

  @Test
  void readingGivesNoStampAway() {
    long read = clock.read(1_000);

    assertThat(clock.read(1_000)).isEqualTo(read);
    assertThat(clock.latest()).isZero();
  }

  @Test
  void clientsStampMayBeAheadOfTheClockOrOfWhatItFollowsByTheBound() {
    assertThat(clock.beyondBoundMillis(Hlc.of(1_500, 9), 0, 1_000)).isZero();
    assertThat(clock.beyondBoundMillis(Hlc.of(1_501, 0), 0, 1_000)).isEqualTo(1);
    assertThat(clock.beyondBoundMillis(Hlc.of(9_500, 0), Hlc.of(9_000, 0), 1_000)).isZero();
    assertThat(clock.beyondBoundMillis(Hlc.END, Hlc.END - 1, 1_000)).isEqualTo(Long.MAX_VALUE);
  }

  /**
   * What is held stays where it is: that a stamp is close to it does not bring the clock closer.
   */
  @Test
  void clockTakesAStampOnceItHasRunForAsLongAsItSays() {
    long stamp = Hlc.of(9_501, 0);
    long beyond = clock.beyondBoundMillis(stamp, Hlc.of(9_000, 0), 1_000);
    assertThat(beyond).isEqualTo(8_001);
    assertThat(clock.beyondBoundMillis(stamp, Hlc.of(9_000, 0), 1_000 + beyond - 1)).isEqualTo(1);
    assertThat(clock.beyondBoundMillis(stamp, Hlc.of(9_000, 0), 1_000 + beyond)).isZero();
  }
}

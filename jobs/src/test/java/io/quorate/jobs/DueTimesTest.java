package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DueTimesTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static Instant following(Schedule schedule, Instant time) {
    return Objects.requireNonNull(DueTimes.following(schedule, time));
  }

  private static List<String> next(Schedule schedule, String from, int count) {
    List<String> found = new ArrayList<>();
    Instant at = Instant.parse(from);
    for (int i = 0; i < count; i++) {
      at = following(schedule, at);
      found.add(String.valueOf(at));
    }
    return found;
  }

  @Test
  void cronHasTheFieldsOfUnix() {
    assertThat(next(Schedule.cron("*/20 6 * * 1-5"), "2026-11-27T06:20:00Z", 3))
        .containsExactly("2026-11-27T06:40:00Z", "2026-11-30T06:00:00Z", "2026-11-30T06:20:00Z");
    assertThat(next(Schedule.cron("0 0 29 2 *"), "2026-01-01T00:00:00Z", 1))
        .containsExactly("2028-02-29T00:00:00Z");
    // Either of the two fields of a day: the 13th, and each Friday.
    assertThat(next(Schedule.cron("0 0 12 * fri"), "2026-11-05T00:00:00Z", 3))
        .containsExactly("2026-11-06T00:00:00Z", "2026-11-12T00:00:00Z", "2026-11-13T00:00:00Z");
    assertThat(next(Schedule.cron("0 0 * * 7"), "2026-11-25T00:00:00Z", 1))
        .containsExactly("2026-11-29T00:00:00Z");
  }

  @Test
  void cronGoesByTheWallClockOfItsZone() {
    assertThat(next(Schedule.cron("30 3 * * *", BERLIN), "2026-03-27T12:00:00Z", 3))
        .containsExactly("2026-03-28T02:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T01:30:00Z");
  }

  /** On 2026-03-29, 02:00 is followed by 03:00. */
  @Test
  void aTimeThatADayDoesNotHaveIsLeftOut() {
    assertThat(next(Schedule.cron("30 2 * * *", BERLIN), "2026-03-27T12:00:00Z", 2))
        .containsExactly("2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z");
    assertThat(next(Schedule.cron("30 * * * *", BERLIN), "2026-03-29T00:00:00Z", 2))
        .containsExactly("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z");
  }

  /** On 2026-10-25, 03:00 is followed by 02:00. */
  @Test
  void ofATimeThatADayHasTwiceTheFirstCounts() {
    assertThat(next(Schedule.cron("30 2 * * *", BERLIN), "2026-10-24T12:00:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    assertThat(next(Schedule.cron("30 * * * *", BERLIN), "2026-10-25T00:00:00Z", 3))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "* * * *",
        "* * * * * *",
        "61 * * * *",
        "0 0 L * *",
        "0 0 30 2 *",
        "*/0 * * * *"
      })
  void whatIsNoCronExpressionIsRefused(String expression) {
    assertThatThrownBy(() -> Schedule.cron(expression))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyIsAtMultiplesOfItsPeriod() {
    assertThat(next(Schedule.every(Duration.ofMinutes(5)), "2026-11-25T00:04:59.999Z", 2))
        .containsExactly("2026-11-25T00:05:00Z", "2026-11-25T00:10:00Z");
    assertThatThrownBy(() -> Schedule.every(Duration.ofMillis(999)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Found from the end, without a walk through all of them: also where a clock was put back. */
  @Test
  void theLastOfManyThatWereMissedAreThoseThatAWalkFinds() {
    Random random = new Random(7);
    List<String> expressions =
        List.of("30 2 * * *", "*/20 * * * *", "15 1,2,3 * * *", "0 0 1 * *", "*/7 2 * * 0");
    for (int i = 0; i < 200; i++) {
      Schedule schedule = Schedule.cron(expressions.get(i % expressions.size()), BERLIN);
      Instant from = Instant.parse("2026-10-20T00:00:00Z").plusSeconds(random.nextInt(500_000));
      Instant now = from.plusSeconds(random.nextInt(500_000));
      Instant first = following(schedule, from);
      List<Instant> all = new ArrayList<>();
      for (Instant at = first; !at.isAfter(now); at = following(schedule, at)) {
        all.add(at);
      }
      if (!all.isEmpty()) {
        int most = 1 + random.nextInt(5);
        assertThat(DueTimes.upTo(schedule, first, now, most))
            .as("%s from %s to %s, %s", schedule, first, now, most)
            .isEqualTo(all.subList(Math.max(0, all.size() - most), all.size()));
      }
    }
  }

  /** As between the look at a job and its claim. */
  @Test
  void aClockThatIsPutBackTakesNoDueTimeAway() {
    Instant next = Instant.parse("2026-11-25T01:00:00Z");
    for (Schedule schedule :
        List.of(
            Schedule.cron("0 * * * *"),
            Schedule.every(Duration.ofHours(1)),
            Schedule.after(Duration.ofHours(1)),
            Schedule.at(next))) {
      assertThat(DueTimes.upTo(schedule, next, next.minusSeconds(1), 3))
          .as("%s", schedule)
          .containsExactly(next);
    }
  }

  /** Longer ones would end in a time that no clock can count to. */
  @Test
  void timesThatNeverComeAreRefused() {
    Duration forever = ChronoUnit.FOREVER.getDuration().truncatedTo(ChronoUnit.MILLIS);
    for (ThrowingCallable wrong :
        List.<ThrowingCallable>of(
            () -> Schedule.every(forever),
            () -> Schedule.after(forever),
            () -> Schedule.at(Instant.MAX),
            () -> MissedRuns.skip(forever),
            () -> MissedRuns.skip(Duration.ofSeconds(-1)))) {
      assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Schedule.after(Schedule.LONGEST)).isNotNull();
    assertThat(MissedRuns.skip(Schedule.LONGEST)).isNotNull();
    Instant farthest = Schedule.LAST.plus(Schedule.LONGEST);
    assertThat(Duration.between(Instant.EPOCH, farthest).toMillis()).isPositive();
  }

  @Test
  void yearsThatWereMissedTakeNoTime() {
    Instant now = Instant.parse("2026-11-25T00:00:30Z");
    Instant longAgo = Instant.parse("1990-01-01T00:00:00Z");
    assertThat(DueTimes.upTo(Schedule.cron("* * * * *"), longAgo, now, 2))
        .containsExactly(now.minusSeconds(90), now.minusSeconds(30));
    assertThat(DueTimes.upTo(Schedule.every(Duration.ofSeconds(10)), longAgo, now, 2))
        .containsExactly(now.minusSeconds(10), now);
  }
}

package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What each step makes of a job. */
class JobStateTest {
  private static final Instant CREATED = Instant.parse("2026-11-25T00:30:00Z");
  private static final Instant ONE = Instant.parse("2026-11-25T01:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private static Job.Builder hourly() {
    return Job.named("j", "k", Schedule.cron("0 * * * *"));
  }

  private static JobState created(Job.Builder job) {
    return JobState.created(job.build(), CREATED);
  }

  private static RunState run(JobState state) {
    return Objects.requireNonNull(state.run());
  }

  private static List<String> outcomes(JobState state) {
    return state.past().stream().map(each -> each.outcome() + " " + each.id()).toList();
  }

  @Test
  void aJobIsDueByItsScheduleAndNotBefore() {
    JobState state = created(hourly());
    assertThat(state.mayBeClaimed(ONE.minusMillis(1), 0)).isFalse();
    assertThat(state.mayBeClaimed(ONE, 0)).isTrue();
    JobState claimed = state.claimed(ONE, 7, "a");
    assertThat(claimed.isClaimedUnder(7)).isTrue();
    assertThat(claimed.mayBeClaimed(ONE.plus(HOUR), 0)).isFalse();
    JobState done = claimed.done(ONE.plusSeconds(5));
    assertThat(done.nextAt()).isEqualTo(ONE.plus(HOUR));
    assertThat(outcomes(done)).containsExactly("DONE j@2026-11-25T01:00:00Z");
    assertThat(done.isEnded(run(claimed))).isTrue();
  }

  /** The locks of the cluster into which a tenant was restored count from the beginning. */
  @Test
  void anotherRunUnderATokenOfThatNumberIsNotTakenForThisOne() {
    JobState before = created(hourly()).claimed(ONE, 7, "a").done(ONE.plusSeconds(5));
    JobState claimed = before.claimed(ONE.plus(HOUR), 7, "b");
    assertThat(claimed.isEnded(run(claimed))).isFalse();
    assertThat(claimed.done(ONE.plus(HOUR)).isEnded(run(claimed))).isTrue();

    JobState orphan = created(hourly().attempts(3)).claimed(ONE, 7, "a");
    JobState taken = orphan.claimed(ONE.plusSeconds(5), 7, "b");
    assertThat(orphan.isClaimedAs(run(taken))).isFalse();
    assertThat(taken.paused().isClaimedAs(run(taken))).isTrue();
    JobState waiting = orphan.failed(ONE.plusSeconds(9), "broken");
    JobState other = created(hourly()).claimed(ONE.plus(HOUR), 7, "b");
    assertThat(waiting.isEnded(run(other))).isFalse();
  }

  @Test
  void oneRunStandsForAllThatWereMissed() {
    JobState claimed = created(hourly()).claimed(ONE.plus(HOUR.multipliedBy(5)), 7, "a");
    assertThat(run(claimed).scheduled()).isEqualTo(ONE.plus(HOUR.multipliedBy(5)));
    assertThat(claimed.nextAt()).isEqualTo(ONE.plus(HOUR.multipliedBy(6)));
    assertThat(claimed.past()).isEmpty();
  }

  @Test
  void eachRunThatWasMissedIsMadeUpForUpToABound() {
    Instant now = ONE.plus(HOUR.multipliedBy(5));
    JobState state = created(hourly().missed(MissedRuns.each(3)));
    for (int i = 0; i < 3; i++) {
      state = state.claimed(now, i + 1, "a").done(now);
    }
    assertThat(outcomes(state))
        .containsExactly(
            "SKIPPED j@2026-11-25T01:00:00Z",
            "DONE j@2026-11-25T04:00:00Z",
            "DONE j@2026-11-25T05:00:00Z",
            "DONE j@2026-11-25T06:00:00Z");
    assertThat(state.mayBeClaimed(now, 0)).isFalse();
  }

  @Test
  void aRunThatIsTooLateIsLeftOut() {
    JobState state = created(hourly().missed(MissedRuns.skip(Duration.ofMinutes(5))));
    JobState inTime = state.claimed(ONE.plusSeconds(300), 7, "a");
    assertThat(inTime.isClaimedUnder(7)).isTrue();
    JobState late = state.claimed(ONE.plusSeconds(301), 7, "a");
    assertThat(late.run()).isNull();
    assertThat(outcomes(late)).containsExactly("SKIPPED j@2026-11-25T01:00:00Z");
    assertThat(late.nextAt()).isEqualTo(ONE.plus(HOUR));
  }

  @Test
  void aJobWithADelayIsNeverStuck() {
    JobState state =
        created(Job.named("j", "k", Schedule.after(HOUR)).missed(MissedRuns.skip(Duration.ZERO)));
    JobState claimed = state.claimed(ONE, 1, "a");
    assertThat(claimed.nextAt()).isNull();
    assertThat(claimed.done(ONE.plusSeconds(7)).nextAt()).isEqualTo(ONE.plusSeconds(7).plus(HOUR));
    JobState failed = claimed.failed(ONE, "").claimed(ONE, 2, "a").failed(ONE, "");
    assertThat(failed.claimed(ONE, 3, "a").failed(ONE, "").nextAt()).isEqualTo(ONE.plus(HOUR));
  }

  @Test
  void aJobForOneTimeIsRunOnce() {
    JobState done = created(Job.named("j", "k", Schedule.at(ONE))).claimed(ONE, 1, "a").done(ONE);
    assertThat(done.dueAt()).isNull();
    assertThat(done.updated(done.job(), ONE.minus(HOUR)).dueAt()).isNull();
  }

  /** The id of a run is made of its time: what the handler wrote under it stands for the time. */
  @Test
  void aTimeThatHadItsRunIsNotGivenToAJobOnceMore() {
    JobState done = created(hourly()).claimed(ONE.plus(HOUR), 1, "a").done(ONE.plus(HOUR));
    for (Instant had : List.of(ONE, ONE.plus(HOUR))) {
      Job again = hourly().schedule(Schedule.at(had)).build();
      assertThat(done.updated(again, ONE.plus(HOUR.multipliedBy(9))).dueAt())
          .as("%s", had)
          .isNull();
    }
    Instant later = ONE.plus(HOUR).plusSeconds(1);
    Job once = hourly().schedule(Schedule.at(later)).build();
    assertThat(done.updated(once, ONE.plus(HOUR.multipliedBy(9))).dueAt()).isEqualTo(later);
    assertThat(created(hourly()).updated(once, CREATED).dueAt()).isEqualTo(later);
  }

  @Test
  void aJobWithADelayIsDueThatLongAfterItsLastRunWhateverIsChanged() {
    JobState first = created(Job.named("j", "k", Schedule.after(HOUR)));
    Job shorter = Job.named("j", "k", Schedule.after(Duration.ofMinutes(30))).build();
    assertThat(first.updated(shorter, ONE).dueAt()).as("never run").isEqualTo(ONE);

    JobState running = first.claimed(ONE, 1, "a");
    JobState updated = running.updated(shorter, ONE.plusSeconds(1));
    assertThat(updated.nextAt()).isNull();
    Instant ended = ONE.plusSeconds(7);
    assertThat(updated.done(ended).dueAt()).isEqualTo(ended.plusSeconds(1_800));
    assertThat(running.paused().resumed(ONE.plusSeconds(1)).done(ended).dueAt())
        .isEqualTo(ended.plus(HOUR));

    JobState done = running.done(ended);
    assertThat(done.updated(shorter, ONE.plusSeconds(60)).dueAt())
        .isEqualTo(ended.plusSeconds(1_800));
    assertThat(done.paused().resumed(ONE.plusSeconds(60)).dueAt()).isEqualTo(ended.plus(HOUR));
  }

  @Test
  void aJobWithADelayWhoseRunHasEndedByAClockAheadIsTold() {
    JobState running = created(Job.named("j", "k", Schedule.after(HOUR))).claimed(ONE, 1, "a");
    JobState done = running.done(ONE.plus(HOUR.multipliedBy(24)));
    assertThat(done.isTakenUpBeyond(ONE.plusSeconds(60))).isTrue();
    assertThat(done.dueAt()).isEqualTo(ONE.plus(HOUR.multipliedBy(25)));
    Instant now = ONE.plusSeconds(90);
    assertThat(done.paused().resumed(now).dueAt()).as("the way out").isEqualTo(now.plus(HOUR));
  }

  /** A clock that is wrong once, and a policy that leaves out what is late. */
  @Test
  void timesThatAClockAheadHasTakenUpAreNotDueAnyMore() {
    JobState state = created(hourly().missed(MissedRuns.skip(Duration.ofMinutes(5))));
    Instant ahead = ONE.plus(HOUR.multipliedBy(3));
    JobState claimed = state.claimed(ahead, 1, "its clock is 3 h ahead");
    assertThat(run(claimed).scheduled()).isEqualTo(ahead);
    JobState done = claimed.done(ONE);
    assertThat(done.isTakenUpBeyond(ONE.plusSeconds(60))).isTrue();
    assertThat(done.isTakenUpBeyond(ahead)).isFalse();
    assertThat(state.isTakenUpBeyond(CREATED)).isFalse();
    for (JobState each :
        List.of(
            done,
            done.paused().resumed(ONE),
            done.updated(hourly().schedule(Schedule.cron("0 * * * 0-6")).build(), ONE))) {
      assertThat(each.dueAt()).isEqualTo(ahead.plus(HOUR));
    }
    assertThat(done.asked(ONE).mayBeClaimed(ONE, 0)).as("the way out").isTrue();
  }

  @Test
  void whatFailsIsTriedAgainAsOftenAsTheJobSays() {
    JobState first = created(hourly().attempts(2)).claimed(ONE, 1, "a");
    JobState failed = first.failed(ONE.plusSeconds(1), "broken");
    assertThat(failed.dueAt()).isEqualTo(ONE.plusSeconds(11));
    assertThat(failed.isEnded(run(first))).isTrue();
    JobState second = failed.claimed(ONE.plusSeconds(11), 2, "b");
    assertThat(run(second).attempt()).isEqualTo(2);
    assertThat(run(second).id()).isEqualTo(run(first).id());
    JobState ended = second.failed(ONE.plusSeconds(12), "x".repeat(1_000));
    assertThat(outcomes(ended)).containsExactly("FAILED j@2026-11-25T01:00:00Z");
    assertThat(ended.past().get(0).message()).hasSize(500);
    assertThat(ended.past().get(0).attempts()).isEqualTo(2);
  }

  @Test
  void aClaimWhoseLockIsFreeIsTakenOverOrGivenUp() {
    JobState first = created(hourly().attempts(2)).claimed(ONE, 1, "a");
    assertThat(first.mayBeClaimed(ONE, 2)).isFalse();
    assertThat(first.mayBeClaimed(ONE, 1)).isTrue();
    JobState second = first.claimed(ONE.plusSeconds(20), 5, "b");
    assertThat(run(second).attempt()).isEqualTo(2);
    assertThat(second.isClaimedUnder(1)).isFalse();
    JobState ended = second.claimed(ONE.plusSeconds(40), 9, "c");
    assertThat(ended.run()).isNull();
    assertThat(outcomes(ended)).containsExactly("GAVE_UP j@2026-11-25T01:00:00Z");
    assertThat(ended.past().get(0).message()).startsWith("given up after 2 attempts: b ");
  }

  /** It waits for its next attempt, which an update has taken away. */
  @Test
  void aRunWithoutAttemptsLeftEndsAsWhatItIs() {
    JobState failed = created(hourly().attempts(5)).claimed(ONE, 1, "a").failed(ONE, "broken");
    JobState ended = failed.updated(hourly().attempts(1).build(), ONE).claimed(ONE, 2, "b");
    assertThat(outcomes(ended)).containsExactly("FAILED j@2026-11-25T01:00:00Z");
    assertThat(ended.past().get(0).message()).isEqualTo("broken");

    JobState orphan =
        created(hourly().attempts(2))
            .claimed(ONE, 1, "a")
            .failed(ONE, "x".repeat(1_000))
            .claimed(ONE, 2, "b")
            .claimed(ONE, 3, "c");
    assertThat(outcomes(orphan)).containsExactly("GAVE_UP j@2026-11-25T01:00:00Z");
    assertThat(orphan.past().get(0).message()).hasSize(500);
  }

  @Test
  void anAttemptThatItsInstanceBrokeOffDoesNotCount() {
    JobState state = created(hourly().attempts(1)).claimed(ONE, 1, "a").handedBack(ONE);
    assertThat(state.mayBeClaimed(ONE, 0)).isTrue();
    assertThat(run(state.claimed(ONE, 2, "b")).attempt()).isEqualTo(1);
  }

  @Test
  void aRunThatIsAskedForLeavesTheScheduleAsItIs() {
    JobState asked = created(hourly()).paused().asked(CREATED);
    assertThat(asked.asked(CREATED.plusSeconds(1))).isSameAs(asked);
    JobState claimed = asked.claimed(CREATED.plusSeconds(2), 1, "a");
    assertThat(run(claimed).id()).isEqualTo("j@2026-11-25T00:30:00Z+asked");
    JobState done = claimed.done(CREATED.plusSeconds(3));
    assertThat(done.nextAt()).isEqualTo(ONE);
    assertThat(done.dueAt()).isNull();
    assertThat(done.resumed(CREATED).dueAt()).isEqualTo(ONE);
  }

  /** The clocks of those that ask, and of instances, are ahead or behind. */
  @Test
  void noTwoRunsHaveOneIdWhateverClocksSay() {
    JobState state = created(hourly()).asked(ONE).claimed(ONE, 1, "a").done(ONE);
    JobState again = state.asked(ONE).claimed(ONE, 2, "a");
    assertThat(run(again).id()).isNotEqualTo(state.past().get(0).id());

    JobState ahead = again.done(ONE).claimed(ONE.plus(HOUR.multipliedBy(3)), 3, "a").done(ONE);
    JobState updated =
        ahead.updated(hourly().schedule(Schedule.cron("0,30 * * * *")).build(), CREATED);
    assertThat(updated.nextAt()).isEqualTo(Instant.parse("2026-11-25T04:30:00Z"));
    assertThat(ahead.paused().resumed(CREATED).nextAt())
        .isEqualTo(Instant.parse("2026-11-25T05:00:00Z"));
  }

  @Test
  void whatIsMissedWhileAJobIsPausedIsNotMadeUpFor() {
    JobState state = created(hourly().missed(MissedRuns.each(10))).paused();
    assertThat(state.mayBeClaimed(ONE, 0)).isFalse();
    assertThat(state.resumed(ONE.plusSeconds(1)).nextAt()).isEqualTo(ONE.plus(HOUR));
    JobState once = created(Job.named("j", "k", Schedule.at(ONE))).paused();
    assertThat(once.resumed(ONE.plus(HOUR)).nextAt()).isEqualTo(ONE);
  }

  @Test
  void anUpdateLeavesTheRunAndTheHistoryAlone() {
    JobState running = created(hourly()).asked(CREATED).claimed(CREATED, 1, "a").done(CREATED);
    JobState claimed = running.claimed(ONE, 2, "a");
    JobState updated = claimed.updated(hourly().payload("new").build(), ONE);
    assertThat(updated.run()).isEqualTo(claimed.run());
    assertThat(updated.past()).isEqualTo(claimed.past());
    assertThat(updated.nextAt()).isEqualTo(claimed.nextAt());
  }

  @Test
  void theHistoryIsBounded() {
    JobState state = created(hourly().history(3));
    for (int i = 0; i < 9; i++) {
      Instant at = ONE.plus(HOUR.multipliedBy(i));
      state = state.claimed(at, i + 1, "a").done(at);
    }
    assertThat(outcomes(state))
        .containsExactly(
            "DONE j@2026-11-25T07:00:00Z",
            "DONE j@2026-11-25T08:00:00Z",
            "DONE j@2026-11-25T09:00:00Z");
  }
}

package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.FailureInfo;
import io.quorate.client.FencedException;
import io.quorate.client.UnavailableException;
import io.quorate.client.WriteOptions;
import io.quorate.jobs.FakeKeys.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two instances, of which one has this or that misfortune between two steps. */
class RunnerTest {
  private static final String LOCK = "job/t/j";

  private final FakeKeys keys = new FakeKeys();
  private final FakeLocks locks = new FakeLocks();
  private final HandMovedClock clock = new HandMovedClock("2026-11-25T00:30:00Z");
  private final HandEndedPauses pauses = new HandEndedPauses();
  private final JobStore store = new JobStore(keys, "t");
  private final Jobs jobs = new Jobs(store, clock);
  private final List<String> ran = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final Deque<JobHandler> behaviour = new ArrayDeque<>();
  private final Runner a = runner("a");
  private final Runner b = runner("b");

  private Runner runner(String name) {
    return new Runner(
        store,
        locks,
        Map.of("k", run -> handle(name, run)),
        Duration.ofSeconds(15),
        name,
        new Environment(clock, new Random(1), Thread::new, pauses),
        new JobListener() {
          @Override
          public void done(JobRun run) {
            told.add(name + " done " + run.attempt());
          }

          @Override
          public void failed(JobRun run, Throwable why, boolean again) {
            told.add(name + " failed " + run.attempt() + " " + why.getMessage() + " " + again);
          }

          @Override
          public void refused(JobRun run, String why) {
            told.add(name + " refused " + run.attempt());
          }

          @Override
          public void gaveUp(PastRun run) {
            told.add(name + " gave up " + run.id());
          }
        });
  }

  private void handle(String name, JobRun run) throws Exception {
    ran.add(name + " " + run.id() + " " + run.attempt());
    JobHandler next = behaviour.poll();
    if (next != null) {
      next.run(run);
    }
  }

  private static Job.Builder hourly() {
    return Job.named("j", "k", Schedule.cron("0 * * * *"));
  }

  private void due(Job.Builder job) {
    assertThat(jobs.create(job.build())).isTrue();
    clock.set("2026-11-25T01:00:00Z");
  }

  private JobState state() {
    return store.read("j").orElseThrow().state();
  }

  private List<String> history() {
    return state().past().stream()
        .map(each -> each.outcome() + " " + each.attempts() + " by " + each.instance())
        .toList();
  }

  private long orphan() {
    return Objects.requireNonNull(state().run()).token();
  }

  private void faults(Fault... faults) {
    Deque<Fault> next = new ArrayDeque<>(List.of(faults));
    keys.fault = () -> next.isEmpty() ? Fault.NONE : next.remove();
  }

  @Test
  void aRunIsMadeByOneInstance() {
    due(hourly());
    assertThat(a.run("j", 0)).isEqualTo(Instant.parse("2026-11-25T02:00:00Z"));
    assertThat(b.run("j", 0)).isEqualTo(Instant.parse("2026-11-25T02:00:00Z"));
    assertThat(ran).containsExactly("a j@2026-11-25T01:00:00Z 1");
    assertThat(history()).containsExactly("DONE 1 by a");
    assertThat(locks.isHeld(LOCK)).isFalse();
    assertThat(locks.acquisitions).as("b saw that there is nothing to do").isEqualTo(1);
  }

  @Test
  void anotherInstanceLeavesARunAloneThatIsUnderWay() {
    due(hourly());
    behaviour.add(
        run -> {
          clock.set("2026-11-25T02:00:00Z");
          assertThat(b.run("j", 0)).isNull();
          assertThat(b.run("j", orphan())).as("its lock is held").isNull();
        });
    a.run("j", 0);
    assertThat(ran).hasSize(1);
    assertThat(history()).containsExactly("DONE 1 by a");
  }

  /** Both have read the job, and acquire the lock one after the other. */
  @Test
  void aClaimByWhatWasReadBeforeTheLastRunFails() {
    due(hourly());
    int[] reads = {0};
    // b reads, and before it claims, a makes the whole run.
    keys.fault =
        () -> {
          if (reads[0]++ == 0) {
            locks.expire(LOCK, false);
            a.run("j", 0);
          }
          return Fault.NONE;
        };
    assertThat(b.run("j", 0)).isNull();
    assertThat(ran).containsExactly("a j@2026-11-25T01:00:00Z 1");
    assertThat(history()).containsExactly("DONE 1 by a");
  }

  @Test
  void aRunWhoseInstanceIsGoneIsMadeByTheNext() {
    due(hourly());
    behaviour.add(
        run -> {
          locks.expire(LOCK, false);
          throw new Error("as if the process had ended here");
        });
    assertThatThrownBy(() -> a.run("j", 0)).isInstanceOf(Error.class);
    assertThat(b.run("j", 0)).as("not known yet").isNull();
    b.run("j", orphan());
    assertThat(ran).containsExactly("a j@2026-11-25T01:00:00Z 1", "b j@2026-11-25T01:00:00Z 2");
    assertThat(history()).containsExactly("DONE 2 by b");
  }

  @Test
  void aRunThatEndsItsInstancesIsGivenUp() {
    due(hourly().attempts(2));
    for (int i = 0; i < 2; i++) {
      behaviour.add(
          run -> {
            locks.expire(LOCK, false);
            throw new Error("the process ends");
          });
    }
    assertThatThrownBy(() -> a.run("j", 0)).isInstanceOf(Error.class);
    assertThatThrownBy(() -> a.run("j", orphan())).isInstanceOf(Error.class);
    b.run("j", orphan());
    assertThat(ran).hasSize(2);
    assertThat(history()).containsExactly("GAVE_UP 2 by a");
    assertThat(told).containsExactly("b gave up j@2026-11-25T01:00:00Z");
  }

  /** It does not know: its clock stood still, or it is in a long collection of garbage. */
  @Test
  void anInstanceThatWasPausedStoresNoResult() {
    due(hourly());
    behaviour.add(
        run -> {
          locks.expire(LOCK, false);
          b.run("j", orphan());
        });
    a.run("j", 0);
    assertThat(told).containsExactly("b done 2", "a refused 1");
    assertThat(history()).containsExactly("DONE 2 by b");
  }

  /** The next one has claimed the run, and is at work. */
  @Test
  void whatAPausedInstanceWritesUnderItsTokenIsRefused() {
    due(hourly());
    behaviour.add(
        run -> {
          locks.expire(LOCK, false);
          b.run("j", orphan());
          WriteOptions late = WriteOptions.DEFAULT.tenant("t").fencedBy(run.token());
          assertThatThrownBy(() -> keys.put("effect", "of a", late))
              .isInstanceOf(FencedException.class);
        });
    behaviour.add(
        run -> keys.put("effect", "of b", WriteOptions.DEFAULT.tenant("t").fencedBy(run.token())));
    a.run("j", 0);
    assertThat(keys.get("effect").text()).isEqualTo("of b");
  }

  /** Its result is in time: nothing of it must be done twice. */
  @Test
  void aResultIsStoredAfterTheLockIsLostIfNoOtherInstanceHasClaimedTheRun() {
    due(hourly());
    behaviour.add(run -> locks.expire(LOCK, true));
    a.run("j", 0);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(history()).containsExactly("DONE 1 by a");
  }

  @Test
  void aHandlerIsInterruptedWhenTheLockIsLostAndThatIsNoFailure() {
    due(hourly());
    behaviour.add(
        run -> {
          locks.expire(LOCK, true);
          new CountDownLatch(1).await(); // until it is interrupted
        });
    a.run("j", 0);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(told).containsExactly("a refused 1");
    assertThat(state().isClaimedUnder(1)).isTrue();
    b.run("j", 1);
    assertThat(history()).containsExactly("DONE 2 by b");
  }

  /** A pause between the lock and the claim: no other instance has seen the run yet. */
  @Test
  void aClaimThatWasMadeAfterTheLockWasLostIsHandedBack() {
    due(hourly().attempts(1));
    keys.fault =
        () -> {
          locks.expire(LOCK, true);
          return Fault.NONE;
        };
    a.run("j", 0);
    keys.fault = () -> Fault.NONE;
    assertThat(ran).isEmpty();
    assertThat(history()).isEmpty();
    b.run("j", 0);
    assertThat(ran).containsExactly("b j@2026-11-25T01:00:00Z 1");
    assertThat(history()).containsExactly("DONE 1 by b");
    assertThat(told).containsExactly("b done 1");
  }

  @Test
  void aClaimIsNotTriedAgainOnceTheLockIsLost() {
    for (Fault fault : List.of(Fault.UNKNOWN_AND_LOST, Fault.UNAVAILABLE)) {
      jobs.delete("j");
      clock.set("2026-11-25T00:30:00Z");
      due(hourly());
      int before = keys.writes;
      keys.fault =
          () -> {
            locks.expire(LOCK, true);
            return fault;
          };
      assertThat(a.run("j", 0)).as("%s", fault).isNull();
      assertThat(keys.writes).as("%s", fault).isEqualTo(before + 1);
      assertThat(state().run()).as("%s", fault).isNull();
      keys.fault = () -> Fault.NONE;
    }
    assertThat(ran).isEmpty();
  }

  @Test
  void aHandlerThatFailsIsCalledAgain() {
    due(hourly().attempts(2));
    for (int i = 0; i < 2; i++) {
      behaviour.add(
          run -> {
            throw new IllegalStateException("broken");
          });
    }
    Instant again = a.run("j", 0);
    assertThat(again).isEqualTo(Instant.parse("2026-11-25T01:00:10Z"));
    assertThat(b.run("j", 0)).as("not yet").isEqualTo(again);
    clock.advance(Duration.ofSeconds(10));
    b.run("j", 0);
    assertThat(told).containsExactly("a failed 1 broken true", "b failed 2 broken false");
    assertThat(history()).containsExactly("FAILED 2 by b");
    assertThat(state().past().get(0).message())
        .isEqualTo("java.lang.IllegalStateException: broken");
  }

  @Test
  void aClaimOfUnknownOutcomeThatWasMadeIsGoneOnWith() {
    due(hourly());
    faults(Fault.UNKNOWN_AND_APPLIED);
    a.run("j", 0);
    assertThat(history()).containsExactly("DONE 1 by a");
    assertThat(ran).hasSize(1);
  }

  @Test
  void aClaimOfUnknownOutcomeThatWasNotMadeIsMade() {
    due(hourly());
    faults(Fault.UNKNOWN_AND_LOST, Fault.UNAVAILABLE);
    a.run("j", 0);
    assertThat(pauses.passed()).as("before the third try").containsExactly(Duration.ofMillis(200));
    assertThat(history()).containsExactly("DONE 1 by a");
    assertThat(ran).hasSize(1);
  }

  /** Both tries are on their way; one of them takes effect, as both are made of one version. */
  @Test
  void aClaimThatArrivesLateChangesNothing() {
    due(hourly());
    faults(Fault.UNKNOWN_AND_LATE);
    behaviour.add(run -> keys.deliver());
    a.run("j", 0);
    assertThat(history()).containsExactly("DONE 1 by a");
    assertThat(ran).hasSize(1);
    assertThat(state().run()).isNull();
  }

  @Test
  void aResultOfUnknownOutcomeIsStoredOnce() {
    for (Fault fault :
        List.of(Fault.UNKNOWN_AND_APPLIED, Fault.UNKNOWN_AND_LOST, Fault.UNAVAILABLE)) {
      jobs.delete("j");
      clock.set("2026-11-25T00:30:00Z");
      due(hourly());
      faults(Fault.NONE, fault);
      told.clear();
      a.run("j", 0);
      assertThat(told).as("%s", fault).containsExactly("a done 1");
      assertThat(history()).as("%s", fault).containsExactly("DONE 1 by a");
    }
  }

  @Test
  void aResultThatArrivesLateChangesNothing() {
    due(hourly());
    faults(Fault.NONE, Fault.UNKNOWN_AND_LATE);
    a.run("j", 0);
    clock.set("2026-11-25T02:00:00Z");
    behaviour.add(run -> keys.deliver());
    b.run("j", 0);
    assertThat(history()).containsExactly("DONE 1 by a", "DONE 1 by b");
  }

  @Test
  void nothingComesBackOfAJobThatIsDeletedWhileItRuns() {
    due(hourly());
    behaviour.add(run -> jobs.delete("j"));
    a.run("j", 0);
    assertThat(jobs.show("j")).isEmpty();
    assertThat(told).containsExactly("a refused 1");
  }

  @Test
  void aJobThatIsCreatedAgainWhileTheOldOneRunsGetsNoResultOfThat() {
    due(hourly());
    behaviour.add(
        run -> {
          jobs.delete("j");
          assertThat(jobs.create(hourly().build())).isTrue();
        });
    a.run("j", 0);
    assertThat(history()).isEmpty();
    assertThat(told).containsExactly("a refused 1");
  }

  @Test
  void whatIsChangedWhileAJobRunsIsKeptByItsResult() {
    due(hourly());
    behaviour.add(
        run -> {
          assertThat(jobs.update(hourly().payload("new").build())).isTrue();
          assertThat(jobs.runNow("j")).isTrue();
          assertThat(jobs.pause("j")).isTrue();
        });
    assertThat(a.run("j", 0)).as("at once").isEqualTo(Instant.EPOCH);
    assertThat(state().job().payload()).isEqualTo("new");
    assertThat(state().enabled()).isFalse();
    assertThat(history()).containsExactly("DONE 1 by a");
    a.run("j", 0);
    assertThat(history()).containsExactly("DONE 1 by a", "DONE 1 by a");
    assertThat(state().dueAt()).isNull();
  }

  @Test
  void nothingIsRunWithoutAnAnswerOfTheCluster() {
    due(hourly());
    keys.beforeRead =
        () -> {
          throw new UnavailableException("as wanted", FailureInfo.NONE, null);
        };
    assertThatThrownBy(() -> a.run("j", 0)).isInstanceOf(UnavailableException.class);
    assertThat(ran).isEmpty();
    assertThat(locks.acquisitions).isZero();
  }

  @Test
  void aJobOfAnotherKindIsLeftToOthers() {
    due(Job.named("j", "other", Schedule.cron("0 * * * *")));
    @Nullable Instant again = a.run("j", 0);
    assertThat(again).isNull();
    assertThat(locks.acquisitions).isZero();
  }

  @Test
  void aClockThatIsBehindDelaysARunAndOneThatIsAheadHastensItAndNoneMakesItTwice() {
    due(hourly());
    clock.set("2026-11-25T02:59:59Z"); // a's clock is two hours ahead
    a.run("j", 0);
    clock.set("2026-11-25T01:00:00Z"); // b's is right
    assertThat(b.run("j", 0)).isEqualTo(Instant.parse("2026-11-25T03:00:00Z"));
    assertThat(ran).containsExactly("a j@2026-11-25T02:00:00Z 1");
  }
}

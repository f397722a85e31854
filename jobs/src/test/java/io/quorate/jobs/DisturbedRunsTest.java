package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.ConditionFailedException;
import io.quorate.client.QuorateException;
import io.quorate.client.WriteOptions;
import io.quorate.jobs.FakeKeys.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Three instances that come in between each other's steps, lose their locks with or without seeing
 * it, end in the middle, get no answers, and act on what they have read long before, by a seed. At
 * the end, each time of the schedule has one run, or is left out as the job says, and each run that
 * is done has one effect.
 */
class DisturbedRunsTest {
  private static final int SEEDS = 150;
  private static final int SEEDS_OF_DRAWN = 400;
  private static final int ROUNDS = 25;
  private static final int DEPTH_MAX = 3;

  /** Ends a process in the middle. */
  private static final class Ended extends Error {
    private static final long serialVersionUID = 1;

    Ended() {
      super("the process ends", null, false, false);
    }
  }

  /**
   * What differs between worlds.
   *
   * @param ahead how far the clock of each instance is
   * @param isChanged whether the job is updated, paused and asked for meanwhile
   */
  private record Plan(
      Schedule schedule, MissedRuns missed, int attempts, List<Duration> ahead, boolean isChanged) {
    private static final List<Schedule> SCHEDULES =
        List.of(
            Schedule.every(Duration.ofMinutes(1)),
            Schedule.cron("* * * * *"),
            Schedule.cron("*/2 * * * *"),
            Schedule.after(Duration.ofSeconds(40)));

    private static final List<MissedRuns> POLICIES =
        List.of(
            MissedRuns.each(1_000),
            MissedRuns.each(3),
            MissedRuns.ONCE,
            MissedRuns.skip(Duration.ofSeconds(30)));

    static final Plan PLAIN =
        new Plan(
            SCHEDULES.get(0),
            POLICIES.get(0),
            1_000,
            List.of(Duration.ZERO, Duration.ZERO, Duration.ZERO),
            false);

    static Plan drawn(Random random) {
      List<Duration> ahead = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        ahead.add(Duration.ofSeconds(random.nextInt(240) - 120));
      }
      return new Plan(
          schedule(random),
          POLICIES.get(random.nextInt(POLICIES.size())),
          List.of(1, 2, 1_000).get(random.nextInt(3)),
          ahead,
          random.nextBoolean());
    }

    static Schedule schedule(Random random) {
      return SCHEDULES.get(random.nextInt(SCHEDULES.size()));
    }

    Job job() {
      return Job.named("j", "k", schedule)
          .missed(missed)
          .attempts(attempts)
          .retryAfter(Duration.ofSeconds(1))
          .history(100)
          .build();
    }

    /** Whether each time of the schedule must have a run. */
    boolean leavesNothingOut() {
      return !isChanged && missed.equals(POLICIES.get(0)) && !(schedule instanceof Schedule.After);
    }
  }

  /** One history. */
  private static final class World {
    private final Random random;
    private final Plan plan;
    private final Jobs jobs;
    private final FakeKeys keys = new FakeKeys();
    private final FakeLocks locks = new FakeLocks();
    private final HandMovedClock clock = new HandMovedClock("2026-11-25T00:00:30Z");
    private final JobStore store = new JobStore(keys, "t");
    private final List<Runner> runners = new ArrayList<>();
    private final Map<String, Integer> handled = new HashMap<>();
    private final Map<String, Integer> results = new HashMap<>();
    private boolean quiet;
    private int depth;

    /** Claims whose locks some scan before has seen to be free. */
    private final List<Long> orphans = new ArrayList<>(List.of(0L));

    World(long seed, boolean isDrawn) {
      random = new Random(seed);
      plan = isDrawn ? Plan.drawn(random) : Plan.PLAIN;
      jobs = new Jobs(store, clock);
      assertThat(jobs.create(plan.job())).isTrue();
      for (int i = 0; i < plan.ahead().size(); i++) {
        Duration ahead = plan.ahead().get(i);
        runners.add(
            new Runner(
                store,
                locks,
                Map.of("k", this::handle),
                Duration.ofSeconds(15),
                "instance-" + i,
                new Environment(
                    () -> clock.instant().plus(ahead), random, Thread::new, new HandEndedPauses()),
                new JobListener() {
                  @Override
                  public void done(JobRun run) {
                    results.merge(run.id(), 1, Integer::sum);
                  }
                }));
      }
      keys.fault = this::disturbed;
      keys.beforeRead = this::disturb;
    }

    /** An effect that may be made twice by two attempts, and counts once. */
    private void handle(JobRun run) throws Exception {
      handled.merge(run.id(), 1, Integer::sum);
      WriteOptions once =
          WriteOptions.DEFAULT
              .tenant("t")
              .onlyIf(io.quorate.client.Condition.absent())
              .fencedBy(run.token());
      try {
        keys.put("effect/" + run.id(), "1", once);
      } catch (ConditionFailedException madeBefore) {
        // An earlier attempt has made it.
      }
      disturb();
      if (!quiet && random.nextInt(10) == 0) {
        throw new IllegalStateException("failed");
      }
    }

    private Fault disturbed() {
      disturb();
      if (quiet || random.nextInt(4) != 0) {
        return Fault.NONE;
      }
      return List.of(
              Fault.UNAVAILABLE,
              Fault.UNKNOWN_AND_APPLIED,
              Fault.UNKNOWN_AND_LOST,
              Fault.UNKNOWN_AND_LATE)
          .get(random.nextInt(4));
    }

    private void disturb() {
      if (quiet) {
        return;
      }
      switch (random.nextInt(plan.isChanged() ? 16 : 13)) {
        case 0 -> locks.expire("job/t/j", false);
        case 1 -> {
          if (depth < DEPTH_MAX) {
            look();
          }
        }
        case 2 -> {
          if (depth < DEPTH_MAX) {
            locks.expire("job/t/j", false);
            look();
          }
        }
        case 3 -> keys.deliver();
        case 4 -> {
          if (depth > 0) {
            throw new Ended();
          }
        }
        case 5 -> locks.expire("job/t/j", true);
        case 13, 14 -> quietly(this::change);
        default -> {}
      }
    }

    /** Makes a step that nothing disturbs. */
    private void quietly(Runnable step) {
      boolean wasQuiet = quiet;
      quiet = true;
      step.run();
      quiet = wasQuiet;
    }

    /** What people do to a job. */
    private void change() {
      Job.Builder job = plan.job().toBuilder();
      boolean isThere =
          switch (random.nextInt(6)) {
            case 0 -> jobs.pause("j");
            case 1, 2 -> jobs.resume("j");
            case 3 -> jobs.runNow("j");
            case 4 ->
                jobs.update(
                    job.schedule(Plan.schedule(random)).attempts(1 + random.nextInt(3)).build());
            default ->
                jobs.update(
                    job.schedule(
                            // Most of these had their run, as whole minutes do.
                            Schedule.at(
                                clock
                                    .instant()
                                    .truncatedTo(ChronoUnit.MINUTES)
                                    .minus(Duration.ofMinutes(random.nextInt(5)))))
                        .build());
          };
      assertThat(isThere).isTrue();
    }

    /** What an instance does after a scan. */
    private void look() {
      depth++;
      try {
        quietly(this::scan); // which changes nothing
        boolean isStale = !quiet && random.nextInt(4) == 0;
        long orphan = orphans.get(isStale ? random.nextInt(orphans.size()) : orphans.size() - 1);
        runners.get(random.nextInt(runners.size())).run("j", orphan);
      } catch (QuorateException | Ended left) {
        // The next look goes on. The lock of a process that ended is free after its time.
      } finally {
        depth--;
      }
    }

    private void scan() {
      RunState run = store.read("j").orElseThrow().state().run();
      boolean isFree = !locks.isHeld("job/t/j");
      orphans.add(run != null && run.isClaimed() && isFree ? run.token() : 0);
    }

    void run() {
      for (int i = 0; i < ROUNDS; i++) {
        clock.advance(Duration.ofSeconds(random.nextInt(60)));
        look();
      }
      quiet = true;
      keys.deliver();
      assertThat(jobs.resume("j")).isTrue();
      for (int i = 0; i < 100; i++) {
        locks.expire("job/t/j", false);
        clock.advance(Duration.ofSeconds(1));
        look();
      }
    }

    /** What holds for each job, whatever it says and whatever clocks say. */
    void check(String as) {
      JobState state = store.read("j").orElseThrow().state();
      assertThat(state.run()).as(as).isNull();
      Set<String> ids = new HashSet<>();
      Instant last = Instant.MIN;
      for (EndedRun each : state.past()) {
        assertThat(ids.add(each.id())).as("%s: %s has two results", as, each.id()).isTrue();
        assertThat(results.getOrDefault(each.id(), 0))
            .as("%s: %s was told of", as, each.id())
            .isLessThanOrEqualTo(1);
        if (each.outcome() == RunOutcome.DONE) {
          assertThat(keys.get("effect/" + each.id()).found()).as("%s: %s", as, each.id()).isTrue();
        }
        if (!each.asked()) {
          assertThat(each.scheduled()).as("%s: %s goes back", as, each.id()).isAfter(last);
          last = each.scheduled();
        }
      }
      assertThat(ids).as(as).containsAll(handled.keySet());
      if (plan.leavesNothingOut()) {
        for (int i = 1; i < state.past().size(); i++) {
          assertThat(state.past().get(i).scheduled())
              .as("%s: each time of the schedule, in order", as)
              .isEqualTo(DueTimes.following(plan.schedule(), state.past().get(i - 1).scheduled()));
        }
      }
    }

    /** Beyond it: each run of a plain job is done in the end. */
    void checkPlain(String as) {
      JobState state = store.read("j").orElseThrow().state();
      assertThat(state.run()).as(as).isNull();
      Set<String> ids = new HashSet<>();
      for (EndedRun each : state.past()) {
        assertThat(ids.add(each.id())).as("%s: %s has two results", as, each.id()).isTrue();
        assertThat(each.outcome()).as("%s: %s", as, each.id()).isEqualTo(RunOutcome.DONE);
        assertThat(keys.get("effect/" + each.id()).found()).as("%s: %s", as, each.id()).isTrue();
        assertThat(results.getOrDefault(each.id(), 0))
            .as("%s: %s was told of", as, each.id())
            .isLessThanOrEqualTo(1);
      }
      assertThat(ids).as(as).isEqualTo(handled.keySet());
      for (int i = 1; i < state.past().size(); i++) {
        assertThat(state.past().get(i).scheduled())
            .as("%s: each time of the schedule, in order", as)
            .isEqualTo(state.past().get(i - 1).scheduled().plusSeconds(60));
      }
    }
  }

  @Test
  void eachTimeOfTheScheduleHasOneRunWithOneResult() {
    long attempts = 0;
    long runs = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      World world = new World(seed, false);
      world.run();
      world.check("seed " + seed);
      world.checkPlain("seed " + seed);
      runs += world.handled.size();
      attempts += world.handled.values().stream().mapToInt(each -> each).sum();
    }
    // Else nothing was disturbed.
    assertThat(attempts).isGreaterThan(runs + runs / 10);
  }

  @Test
  void noTimeHasTwoRunsWhateverTheJobAndTheClocksSay() {
    Map<RunOutcome, Integer> outcomes = new EnumMap<>(RunOutcome.class);
    for (long seed = 0; seed < SEEDS_OF_DRAWN; seed++) {
      World world = new World(seed, true);
      world.run();
      world.check("seed " + seed + ", " + world.plan);
      world
          .store
          .read("j")
          .orElseThrow()
          .state()
          .past()
          .forEach(each -> outcomes.merge(each.outcome(), 1, Integer::sum));
    }
    assertThat(outcomes).as("of all kinds").containsOnlyKeys(RunOutcome.values());
  }
}

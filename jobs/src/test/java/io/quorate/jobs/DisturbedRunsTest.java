package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.ConditionFailedException;
import io.quorate.client.QuorateException;
import io.quorate.client.WriteOptions;
import io.quorate.jobs.FakeKeys.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Three instances that come in between each other's steps, lose their locks with or without seeing
 * it, end in the middle, and get no answers, by a seed. At the end, each time of the schedule has
 * one run, and each run that is done has one effect, by the attempt that the history names.
 */
class DisturbedRunsTest {
  private static final int SEEDS = 150;
  private static final int ROUNDS = 25;
  private static final int DEPTH_MAX = 3;

  /** Ends a process in the middle. */
  private static final class Ended extends Error {
    private static final long serialVersionUID = 1;

    Ended() {
      super("the process ends", null, false, false);
    }
  }

  /** One history. */
  private static final class World {
    private final Random random;
    private final FakeKeys keys = new FakeKeys();
    private final FakeLocks locks = new FakeLocks();
    private final HandMovedClock clock = new HandMovedClock("2026-11-25T00:00:30Z");
    private final JobStore store = new JobStore(keys, "t");
    private final List<Runner> runners = new ArrayList<>();
    private final Map<String, Integer> handled = new HashMap<>();
    private final Map<String, Integer> results = new HashMap<>();
    private boolean quiet;
    private int depth;

    World(long seed) {
      random = new Random(seed);
      Jobs jobs = new Jobs(store, clock);
      Job job =
          Job.named("j", "k", Schedule.every(Duration.ofMinutes(1)))
              .missed(MissedRuns.each(1_000))
              .attempts(1_000)
              .retryAfter(Duration.ofSeconds(1))
              .history(100)
              .build();
      assertThat(jobs.create(job)).isTrue();
      for (int i = 0; i < 3; i++) {
        runners.add(
            new Runner(
                store,
                locks,
                Map.of("k", this::handle),
                Duration.ofSeconds(15),
                "instance-" + i,
                new Environment(clock, random, Thread::new, new HandEndedPauses()),
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
      switch (random.nextInt(12)) {
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
        default -> {}
      }
    }

    /** What an instance does after a scan. */
    private void look() {
      depth++;
      try {
        boolean wasQuiet = quiet;
        quiet = true; // the scan itself, which changes nothing
        RunState run = store.read("j").orElseThrow().state().run();
        quiet = wasQuiet;
        boolean isFree = !locks.isHeld("job/t/j");
        long orphan = run != null && run.isClaimed() && isFree ? run.token() : 0;
        runners.get(random.nextInt(runners.size())).run("j", orphan);
      } catch (QuorateException | Ended left) {
        // The next look goes on. The lock of a process that ended is free after its time.
      } finally {
        depth--;
      }
    }

    void run() {
      for (int i = 0; i < ROUNDS; i++) {
        clock.advance(Duration.ofSeconds(random.nextInt(60)));
        look();
      }
      quiet = true;
      keys.deliver();
      for (int i = 0; i < 100; i++) {
        locks.expire("job/t/j", false);
        clock.advance(Duration.ofSeconds(1));
        look();
      }
    }

    void check(String as) {
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
      World world = new World(seed);
      world.run();
      world.check("seed " + seed);
      runs += world.handled.size();
      attempts += world.handled.values().stream().mapToInt(each -> each).sum();
    }
    // Else nothing was disturbed.
    assertThat(attempts).isGreaterThan(runs + runs / 10);
  }
}

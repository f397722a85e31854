package io.quorate.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs targets in turn, seed after seed, on several threads, and gathers what went wrong. */
public final class Campaign {
  private static final boolean ALL = "all".equals(System.getProperty("quorate.seeds"));

  private final List<FuzzTarget> targets;
  private final long from;
  private final AtomicLong next = new AtomicLong();
  private final Map<String, Tally> tallies = new LinkedHashMap<>();

  /**
   * What became of one target.
   *
   * @param findings the first failure of each kind
   */
  public record Result(
      String target, long runs, long slowestMillis, long slowestSeed, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }
  }

  /**
   * Failures that are alike: of one class, thrown at one place.
   *
   * @param seed the lowest seed that showed it
   */
  public record Finding(long seed, long times, Throwable thrown) {}

  private static final class Tally {
    long runs;
    long slowestNanos;
    long slowestSeed;
    final Map<String, Finding> findings = new LinkedHashMap<>();
  }

  public Campaign(List<FuzzTarget> targets, long from) {
    this.targets = List.copyOf(targets);
    this.from = from;
    targets.forEach(target -> tallies.put(target.name(), new Tally()));
  }

  /**
   * Runs the seeds of one target that CI runs, always the same, up to the first that fails: a third
   * of them for each change, as {@code .ci/run} runs hundreds of others beside them.
   */
  public static void inCi(FuzzTarget target) {
    int runs = ALL ? target.runsInCi() : Math.ceilDiv(target.runsInCi(), 3);
    for (long seed = 1; seed <= runs; seed++) {
      Throwable broken = thrownBy(target, seed);
      if (broken != null) {
        throw new AssertionError(
            "replay: .ci/fuzz --target " + target.name() + " --seed " + seed, broken);
      }
    }
  }

  /** Runs each target with {@code runs} seeds, or until {@code enough} is true. */
  public List<Result> run(long runs, int threads, BooleanSupplier enough) {
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      all.add(Thread.ofPlatform().start(() -> work(runs, enough)));
    }
    for (Thread each : all) {
      join(each);
    }
    return targets.stream().map(target -> result(target.name())).toList();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private void work(long runs, BooleanSupplier enough) {
    while (!enough.getAsBoolean()) {
      long number = next.getAndIncrement();
      if (number / targets.size() >= runs) {
        return;
      }
      FuzzTarget target = targets.get((int) (number % targets.size()));
      long run = number / targets.size();
      if (run % target.oneOf() == 0) {
        one(target, from + run);
      }
    }
  }

  private void one(FuzzTarget target, long seed) {
    long beganNanos = System.nanoTime();
    Throwable thrown = thrownBy(target, seed);
    record(target.name(), seed, System.nanoTime() - beganNanos, thrown);
  }

  /** Errors count like exceptions: an input that takes all memory or stack is a finding. */
  private static @Nullable Throwable thrownBy(FuzzTarget target, long seed) {
    try {
      target.run(seed);
      return null;
    } catch (Throwable broken) {
      return broken;
    }
  }

  private synchronized void record(
      String target, long seed, long nanos, @Nullable Throwable thrown) {
    Tally tally = tally(target);
    tally.runs++;
    if (nanos > tally.slowestNanos) {
      tally.slowestNanos = nanos;
      tally.slowestSeed = seed;
    }
    if (thrown != null) {
      tally.findings.merge(
          place(thrown),
          new Finding(seed, 1, thrown),
          (known, now) ->
              new Finding(
                  Math.min(known.seed(), seed),
                  known.times() + 1,
                  seed < known.seed() ? now.thrown() : known.thrown()));
    }
  }

  /** The class of the cause and where it was thrown: each mistake is reported once. */
  private static String place(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    StackTraceElement[] trace = cause.getStackTrace();
    StringBuilder place = new StringBuilder(cause.getClass().getName());
    for (int i = 0; i < Math.min(3, trace.length); i++) {
      place.append(' ').append(trace[i]);
    }
    return place.toString();
  }

  private synchronized Result result(String target) {
    Tally tally = tally(target);
    return new Result(
        target,
        tally.runs,
        tally.slowestNanos / 1_000_000,
        tally.slowestSeed,
        new ArrayList<>(tally.findings.values()));
  }

  private Tally tally(String target) {
    return Objects.requireNonNull(tallies.get(target));
  }
}

package io.quorate.sim.run;

import io.quorate.sim.cluster.Windows;
import io.quorate.sim.kernel.SimWorld;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of one run.
 *
 * @param windows what was entered, and how often
 * @param time that passed in its world
 * @param hash over every event; equal for every run of the seed
 * @param finding null if all was well
 */
public record RunResult(
    long seed, RunSpec spec, Windows windows, Duration time, long hash, @Nullable Finding finding) {

  /** Runs one seed to its end, good or bad. */
  public static RunResult of(long seed, RunSpec spec) {
    return of(SimWorld.of(seed), spec);
  }

  /** Returns the checker that found something; null also for a run that broke by itself. */
  public @Nullable String caughtBy() {
    return finding == null || !finding.isOfChecker() ? null : finding.checker();
  }

  public static RunResult of(SimWorld world, RunSpec spec) {
    var run = new SimulationRun(world, spec);
    Finding finding = null;
    try {
      run.go();
    } catch (RuntimeException | AssertionError | StackOverflowError thrown) {
      finding = Finding.of(thrown);
      Finding found = finding;
      world.note("run", () -> "BROKEN " + found.checker() + ": " + found.what());
    }
    return new RunResult(
        world.seed(),
        spec,
        run.windows(),
        Duration.ofNanos(world.nowNanos()),
        world.journal().hash(),
        finding);
  }
}

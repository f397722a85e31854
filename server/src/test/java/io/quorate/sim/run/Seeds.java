package io.quorate.sim.run;

import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.cluster.Windows;
import io.quorate.sim.kernel.SimWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs seeds, and says how to replay the one that failed. */
public final class Seeds {
  private Seeds() {}

  /** Runs one seed; what it throws names the seed and how to replay it. */
  public static Windows run(long seed, Scope scope, Sabotage sabotage) {
    return run(SimWorld.of(seed), scope, sabotage);
  }

  /** Runs one seed and writes down all that happens, whether it fails or not. */
  public static void replay(long seed, Scope scope, Sabotage sabotage) {
    SimWorld world = SimWorld.readable(seed);
    Path journal = Path.of("target", "sim-" + scope + "-" + seed + ".journal");
    try {
      Windows unused = run(world, scope, sabotage);
    } finally {
      write(journal, world.journal().text());
      System.out.println("journal of seed " + seed + ": " + journal.toAbsolutePath());
    }
  }

  private static Windows run(SimWorld world, Scope scope, Sabotage sabotage) {
    try {
      var run = new SimulationRun(world, scope, sabotage);
      run.go();
      return run.windows();
    } catch (RuntimeException | AssertionError failure) {
      long seed = world.seed();
      throw new AssertionError(
          "seed %d, %.6f s: %s%nreplay: mvn -pl server -am test -Dtest=SimulationTest"
                  .formatted(seed, world.nowNanos() / 1e9, failure)
              + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed="
              + seed,
          failure);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A seed always gives the same run, event for event and byte for byte: otherwise a failed seed
 * could not be replayed. This holds in another process too, where unordered collections have
 * another order.
 */
class DeterminismTest {
  private static final int SEEDS = 6;

  /** On several threads, too: a run that others could touch would not be the same twice. */
  @Test
  void sameSeedIsTheSameRun() {
    List<RunSpec> both = List.of(RunSpec.of(Scope.DATA_PLANE), RunSpec.of(Scope.WHOLE_NODES));
    BatchReport report = new Batch(both, 1_000_000, 3).onThreads(4).twice().run();

    assertThat(report.failures()).isEmpty();
  }

  @Test
  void sameSeedIsTheSameRunInAnotherProcess() throws IOException {
    List<Long> here = new ArrayList<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      here.add(hash(seed));
    }
    assertThat(hashesOfAnotherProcess()).isEqualTo(here);
  }

  private static long hash(long seed) {
    Scope scope = seed % 2 == 0 ? Scope.DATA_PLANE : Scope.WHOLE_NODES;
    return RunResult.of(seed, RunSpec.of(scope)).hash();
  }

  private static List<Long> hashesOfAnotherProcess() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it ends before the slower compiler has paid
                "-cp",
                System.getProperty("java.class.path"),
                AnotherProcess.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = process.inputReader()) {
      return output.lines().map(Long::valueOf).toList();
    }
  }

  /** Prints the hashes of its runs. */
  static final class AnotherProcess {
    private AnotherProcess() {}

    public static void main(String[] none) {
      for (long seed = 1; seed <= SEEDS; seed++) {
        System.out.println(hash(seed));
      }
    }
  }
}

package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Five hundred small groups under faults; every promise is checked after every step. {@code
 * -Dquorate.raft.seed=N} replays one seed, {@code -Dquorate.raft.seeds=N} runs more of them.
 */
@Tag("patient")
class RaftSimulationTest {
  /** Each window is entered at least 19 times. */
  private static final long SEEDS_IN_CI = 500;

  @Test
  void promisesHoldUnderEveryFaultAndEveryWindowIsEntered() {
    Long only = Long.getLong("quorate.raft.seed");
    long first = only == null ? 1 : only;
    long last = only == null ? Long.getLong("quorate.raft.seeds", SEEDS_IN_CI) : only;
    SimWindows windows = new SimWindows();
    long began = System.nanoTime();
    for (long seed = first; seed <= last; seed++) {
      RaftSimulation simulation = new RaftSimulation(seed, Mutant.NONE);
      try {
        simulation.run();
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("replay: -Dquorate.raft.seed=" + seed, broken);
      }
      windows.addAll(simulation.windows());
    }
    System.out.printf(
        "raft simulation: %,d seeds in %,d ms; windows entered:%n%s",
        last - first + 1, (System.nanoTime() - began) / 1_000_000, windows);
    if (only == null) {
      List<SimWindow> never = new ArrayList<>();
      for (SimWindow window : SimWindow.values()) {
        if (windows.count(window) == 0) {
          never.add(window);
        }
      }
      assertThat(never).as("windows never entered").isEmpty();
    }
  }
}

package io.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.cluster.Windows;
import org.junit.jupiter.api.Test;

/**
 * A whole data plane under faults keeps its promises, seed after seed. {@code -Dsim.seeds=N} runs
 * more of them, {@code -Dsim.first=N} others; {@code -Dsim.seed=N} replays one and leaves a
 * journal.
 */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("sim.seeds", 400);
  private static final long FIRST = Long.getLong("sim.first", 1);

  @Test
  void promisesHoldUnderFaults() {
    var windows = new Windows();
    Long one = Long.getLong("sim.seed");
    if (one != null) {
      Seeds.replay(one, Sabotage.NONE);
      return;
    }
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      windows.addAll(Seeds.run(seed, Sabotage.NONE));
    }
    System.out.println(windows);
    for (String window :
        new String[] {
          "Restamped",
          "Restamped after it was read",
          "RepairedBeforeAnswering",
          "Hedged",
          "FailedFast",
          "ClockSkewed",
          "Node not heard",
          "crash mid-operation",
          "pause mid-operation",
          "unsynced lost",
          "frame delivered twice",
          "frame scattered",
          "frame lost",
          "call of unknown outcome",
          "scan read to its end",
        }) {
      assertThat(windows.count(window)).as("window '%s' was entered", window).isPositive();
    }
  }
}

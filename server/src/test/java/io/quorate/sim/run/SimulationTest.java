package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.cluster.Windows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whole clusters under faults keep their promises, seed after seed. {@code -Dsim.seeds=N} runs more
 * of them, {@code -Dsim.first=N} others; {@code -Dsim.seed=N} with {@code -Dsim.scope=...} replays
 * one and leaves a journal.
 */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("sim.seeds", 400);
  private static final long FIRST = Long.getLong("sim.first", 1);

  private static final List<String> DATA_WINDOWS =
      List.of(
          "Restamped",
          "Restamped after it was read",
          "RepairedBeforeAnswering",
          "RepairedInBackground",
          "Hedged",
          "FailedFast",
          "ClockSkewed",
          "Node not heard",
          "crash mid-operation",
          "pause mid-operation",
          "unsynced lost",
          "restart with the clock set back",
          "disk full",
          "sync failed",
          "frame delivered twice",
          "frame scattered",
          "frame lost",
          "call of unknown outcome",
          "scan read to its end");

  private static final List<String> METADATA_WINDOWS =
      List.of("crash while a cluster forms", "raft: BecameLeader", "raft: SteppedDown");

  @Test
  void dataPlanesKeepTheirPromisesUnderFaults() {
    run(Scope.DATA_PLANE, DATA_WINDOWS);
  }

  @Test
  void wholeNodesBecomeAClusterAndKeepTheirPromisesUnderFaults() {
    List<String> all = new ArrayList<>(DATA_WINDOWS);
    all.addAll(METADATA_WINDOWS);
    run(Scope.WHOLE_NODES, all);
  }

  private static void run(Scope scope, List<String> expected) {
    Long one = Long.getLong("sim.seed");
    if (one != null) {
      assumeTrue(scope.name().equals(System.getProperty("sim.scope", scope.name())));
      Seeds.replay(one, scope, Sabotage.NONE);
      return;
    }
    var windows = new Windows();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      windows.addAll(Seeds.run(seed, scope, Sabotage.NONE));
    }
    System.out.printf("%s, %d seeds:%n%s%n", scope, SEEDS, windows);
    for (String window : expected) {
      assertThat(windows.count(window)).as("window '%s' was entered", window).isPositive();
    }
  }
}

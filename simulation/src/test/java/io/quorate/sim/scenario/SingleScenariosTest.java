package io.quorate.sim.scenario;

import io.quorate.sim.program.Sabotage;
import org.junit.jupiter.api.Test;

/**
 * Scenarios whose rules no sabotage leaves out. {@code io.quorate.sim.mutant.CodeMutantsTest} takes
 * the rules out of the compiled classes, and requires that these tests fail then.
 */
class SingleScenariosTest {
  @Test
  void farAheadToldByOne() {
    assertHolds("far-ahead-told-by-one.txt");
  }

  @Test
  void farAheadToldLate() {
    assertHolds("far-ahead-told-late.txt");
  }

  @Test
  void answerInAnothersNameTree() {
    assertHolds("answer-in-anothers-name-tree.txt");
  }

  @Test
  void answerInAnothersNameScan() {
    assertHolds("answer-in-anothers-name-scan.txt");
  }

  @Test
  void notUnderstoodHint() {
    assertHolds("not-understood-hint.txt");
  }

  @Test
  void notUnderstoodWrite() {
    assertHolds("not-understood-write.txt");
  }

  @Test
  void notUnderstoodForward() {
    assertHolds("not-understood-forward.txt");
  }

  private static void assertHolds(String name) {
    new ScenarioRun(Scenario.load(name), Sabotage.NONE).go();
  }
}

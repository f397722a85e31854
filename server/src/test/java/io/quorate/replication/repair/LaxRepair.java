package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Rules of comparing that can be left out, for tests that must notice it. */
public enum LaxRepair {
  /** A comparison is done once it has brought one record. */
  STOPS_AT_FIRST,
  /** A comparison may be done before the other replica has answered. */
  ENDS_BEFORE_THE_ANSWER;

  /** Makes what compares without these rules. */
  public static AntiEntropy create(
      Set<LaxRepair> lacks,
      NodeId self,
      Trees trees,
      Hints hints,
      Peers peers,
      Predicate<NodeId> takesWrites,
      Clock clock,
      Placements placements,
      BackgroundBudget budget,
      RepairConfig config,
      Consumer<Fact> facts) {
    return new AntiEntropy(
        self,
        trees,
        hints,
        peers,
        takesWrites,
        clock,
        placements,
        budget,
        config,
        facts,
        new Rules() {
          @Override
          boolean goesOnAfter(int differencesSoFar) {
            return !lacks.contains(STOPS_AT_FIRST) || differencesSoFar == 0;
          }

          @Override
          boolean waitsForAnswers() {
            return !lacks.contains(ENDS_BEFORE_THE_ANSWER);
          }
        });
  }
}

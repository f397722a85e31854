package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.hint.Courier;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.LaxRepair;
import io.quorate.replication.repair.Peers;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.version.HybridClock;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Coordinators that lack a rule, for tests that must notice it. */
public final class LaxCoordinator {
  private LaxCoordinator() {}

  /** Makes one; a flag that is set leaves its rule out. */
  public static Coordinator create(
      boolean stampsForEver,
      boolean countsEndedEpochs,
      boolean returnsBeforeRepair,
      boolean neverAsksByChance,
      boolean keepsHintsOfNothing,
      boolean neverRejects,
      Set<LaxRepair> repairLacks,
      NodeId self,
      int boot,
      Lane lane,
      Clock clock,
      HybridClock hybridClock,
      Network<ReplicaMessage> network,
      Replica replica,
      Liveness liveness,
      Placements placements,
      BooleanSupplier writable,
      Function<Courier, Hints> hints,
      BackgroundBudget budget,
      CoordinatorConfig config,
      Consumer<Fact> facts) {
    return new Coordinator(
        self,
        boot,
        lane,
        clock,
        hybridClock,
        network,
        replica,
        liveness,
        placements,
        writable,
        hints,
        budget,
        config,
        facts,
        new Rules() {
          @Override
          boolean mayStampAgain(boolean stampedAgainBefore) {
            return stampsForEver || super.mayStampAgain(stampedAgainBefore);
          }

          @Override
          boolean countsAnswersOfEndedEpochs() {
            return countsEndedEpochs;
          }

          @Override
          boolean mayReturnBeforeRepair() {
            return returnsBeforeRepair;
          }

          @Override
          boolean asksEveryoneByChance(long id, int percent) {
            return !neverAsksByChance && super.asksEveryoneByChance(id, percent);
          }

          @Override
          AntiEntropy antiEntropy(
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
            return LaxRepair.create(
                repairLacks,
                self,
                trees,
                hints,
                peers,
                takesWrites,
                clock,
                placements,
                budget,
                config,
                facts);
          }

          @Override
          boolean refusesWhatCannotBeHinted() {
            return !neverRejects;
          }

          @Override
          boolean givesUpHintsOfNothing() {
            return !keepsHintsOfNothing;
          }
        });
  }
}

package io.quorate.replication.move;

import io.quorate.placement.Copying;
import io.quorate.placement.Placements;
import io.quorate.placement.Quorum;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Urgency;
import io.quorate.replication.repair.Peers;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.repair.RepairContext;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Rules of copying that can be left out, for tests that must notice it. */
public enum LaxCopier {
  /** Sources have refused, and drained, what was planned before the move, when they are copied. */
  AFTER_THE_FENCE,
  /** A majority of the old set is compared with. */
  MAJORITY,
  /** Replicas that stay are brought what they lack, too. */
  STAYING,
  /** A majority of a region whose replicas change is compared with, too. */
  REGION,
  /** Registers are accepted under the epoch of the move. */
  REGISTERS;

  /** Makes a copier without these rules. */
  public static Copier create(
      Set<LaxCopier> lacks,
      RepairContext context,
      Function<Urgency, BackgroundBudget> budgets,
      RepairConfig config,
      Placements placements) {
    return new Copier(
        context,
        budgets,
        config,
        placements,
        new MoveRules() {
          @Override
          Peers asking(Peers peers) {
            return lacks.contains(AFTER_THE_FENCE)
                ? new UnfencedPeers(context.self(), peers)
                : super.asking(peers);
          }

          @Override
          Quorum needed(Copying copying) {
            if (lacks.contains(MAJORITY)) {
              return one(copying);
            }
            Quorum needed = super.needed(copying);
            return lacks.contains(REGION)
                ? new Quorum(List.of(needed.groups().getFirst()))
                : needed;
          }

          @Override
          boolean settlesRegisters() {
            return !lacks.contains(REGISTERS);
          }

          @Override
          boolean bringsTo(Copying copying) {
            return copying.arrives() || !lacks.contains(STAYING);
          }
        });
  }

  private static Quorum one(Copying copying) {
    int one = Math.min(1, copying.needed().needed());
    return new Quorum(List.of(new Quorum.Group(copying.sources(), one)));
  }
}

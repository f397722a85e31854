package io.quorate.migration;

import io.quorate.migration.MoveReport.Standing;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Drivers that lack a rule, for tests that must notice it. */
public enum LaxMoves {
  /** Takes the next step at once, though not every node has applied the last one. */
  BARRIER_NOT_AWAITED {
    @Override
    MigrationRules rules() {
      return new MigrationRules() {
        @Override
        List<NodeId> awaited(
            PartitionPlacement partition,
            Set<NodeId> applied,
            Set<NodeId> down,
            Set<Factor> factors) {
          return List.of();
        }
      };
    }
  },
  /** What only the old set has is deleted at once, though requests may still read it there. */
  BARRIER_BEFORE_CLEANUP_NOT_AWAITED {
    @Override
    MigrationRules rules() {
      return new MigrationRules() {
        @Override
        List<NodeId> awaited(
            PartitionPlacement partition,
            Set<NodeId> applied,
            Set<NodeId> down,
            Set<Factor> factors) {
          Move move = partition.move();
          return move != null && move.step() == Move.Step.CUTOVER
              ? List.of()
              : super.awaited(partition, applied, down, factors);
        }
      };
    }
  },
  /** Reads the new set before it holds everything. */
  COPY_NOT_AWAITED {
    @Override
    MigrationRules rules() {
      return new MigrationRules() {
        @Override
        boolean isComplete(Standing standing) {
          return true;
        }
      };
    }
  },
  /** A replica that leaves a partition forgets what it holds, though no other may have it. */
  HAND_OVER_NOT_AWAITED {
    @Override
    MigrationRules rules() {
      return new MigrationRules() {
        @Override
        boolean hasHandedOver(Standing standing) {
          return true;
        }
      };
    }
  };

  abstract MigrationRules rules();

  public Driver driver(MoveConfig config, Consumer<MigrationEvent> events) {
    return new Driver(config, rules(), events);
  }
}

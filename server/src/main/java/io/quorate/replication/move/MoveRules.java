package io.quorate.replication.move;

import io.quorate.placement.Copying;
import io.quorate.placement.Quorum;
import io.quorate.replication.repair.Peers;

/**
 * The decisions that ensure that the set a partition moves to holds what it must, one method each.
 * Tests override one method with a classic bug and require that the suite fails.
 */
class MoveRules {
  /**
   * Sources are asked under the epoch of the move, which they serve once they refuse what was
   * planned before and have drained it: a write that only the old set acknowledges would else come
   * after the copy (docs/design/topology-change.md#copy-from-the-fenced).
   */
  Peers asking(Peers peers) {
    return peers;
  }

  /**
   * It takes a majority of the old set: a write that it acknowledged may have missed one
   * (docs/design/topology-change.md#copy-from-a-majority); and a majority of a region whose
   * replicas change (docs/design/regions.md#r4).
   */
  Quorum needed(Copying copying) {
    return copying.needed();
  }

  /**
   * Also to those that stay: they may have missed what a majority of the old set acknowledged, and
   * be one of the new (docs/design/topology-change.md#f4).
   */
  boolean bringsTo(Copying copying) {
    return true;
  }

  /**
   * Registers are accepted under the epoch of the move before the new set is read
   * (docs/design/linearizable.md#moves).
   */
  boolean settlesRegisters() {
    return true;
  }
}

package io.quorate.replication.move;

import io.quorate.placement.Copying;
import io.quorate.replication.repair.Peers;

/**
 * Questions that it hangs on whether the set that a partition moves to holds what it must, each
 * answered in one place. Tests replace single answers by classic mistakes and demand that it is
 * noticed.
 */
class Rules {
  /**
   * Sources are asked under the epoch of the move, which they serve once they refuse what was
   * planned before and have drained it: a write that only the old set acknowledges would else come
   * after the copy.
   */
  Peers asking(Peers peers) {
    return peers;
  }

  /** It takes a majority of the old set: a write that it acknowledged may have missed one. */
  int needed(Copying copying) {
    return copying.needed();
  }

  /**
   * Also to those who stay: they may have missed what a majority of the old set acknowledged, and
   * be one of the new (docs/design/topology-change.md#f4).
   */
  boolean bringsTo(Copying copying) {
    return true;
  }
}

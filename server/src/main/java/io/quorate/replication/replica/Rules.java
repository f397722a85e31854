package io.quorate.replication.replica;

/**
 * Questions that the safety of a replica hangs on, each answered in one place. Tests replace single
 * answers by classic mistakes and demand that it is noticed.
 */
class Rules {
  /**
   * A new epoch is served only when what was begun under those before it is durable or refused: its
   * readers could miss a write that is acknowledged later (MODEL-CHECK F5).
   */
  boolean drainsBeforeServing() {
    return true;
  }
}

package io.quorate.sim.election;

/**
 * What nodes of both wrong models say to each other.
 *
 * @param slot of the decision that the sender speaks of; 0 where it speaks of none
 * @param decision in that slot
 */
record ElectionMessage(Kind kind, long slot, long decision) {
  /** What is said; the names after the first are those of Garcia-Molina's procedures. */
  enum Kind {
    ALIVE,
    ARE_YOU_THERE,
    I_AM_HERE,
    HALT,
    HALTED,
    NEW_COORDINATOR,
    ACKNOWLEDGED,
    READY,
    ARE_YOU_NORMAL,
    NORMAL,
    NOT_NORMAL,
    /** The leader decides; a follower that agrees says {@link #ACCEPTED} of the same decision. */
    DECIDE,
    ACCEPTED
  }

  static ElectionMessage of(Kind kind) {
    return new ElectionMessage(kind, 0, 0);
  }
}

package io.quorate.replication.background;

/** How much of work that no client waits for clients may feel, by what waits for it. */
public enum Urgency {
  /**
   * Replicas that differ become equal: every quorum finds what it must meanwhile. It begins with
   * little: a node that has just come back has much to do, and what it costs is not known yet.
   */
  CATCHING_UP(500, 400, 110, 150),

  /**
   * A partition moves, and has as many replicas meanwhile as ever; or someone waits for a backup,
   * or for a tenant that is restored: only its time is at stake.
   */
  COPYING(2_000, 1_000, 120, 160),

  /**
   * A replica does not count until it is full, or one is missing where a partition moves: the loss
   * of one more may end the service.
   */
  FILLING(4_000, 3_000, 130, 200);

  private final int first;
  private final int least;
  private final int toleratedPercent;
  private final int badPercent;

  Urgency(int first, int least, int toleratedPercent, int badPercent) {
    this.first = first;
    this.least = least;
    this.toleratedPercent = toleratedPercent;
    this.badPercent = badPercent;
  }

  /** Records per second to begin with, together with one other node. */
  int first() {
    return first;
  }

  /** Records per second that are never too many: nothing may stay undone for good. */
  int least() {
    return least;
  }

  /** What clients may feel, in percent of what they find without it. */
  int toleratedPercent() {
    return toleratedPercent;
  }

  /** From here on it yields twice as fast. */
  int badPercent() {
    return badPercent;
  }
}

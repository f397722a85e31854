package io.quorate.sim.backup;

/** What is asked of a node is answered once, or not in time. */
final class OneAnswer {
  private boolean came;

  /** Whether nothing has come before. */
  boolean isFirst() {
    boolean first = !came;
    came = true;
    return first;
  }
}

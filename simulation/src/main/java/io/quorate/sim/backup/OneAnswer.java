package io.quorate.sim.backup;

/** Lets only the first of an answer and its timeout through. */
final class OneAnswer {
  private boolean came;

  /** Whether nothing has come before. */
  boolean isFirst() {
    boolean first = !came;
    came = true;
    return first;
  }
}

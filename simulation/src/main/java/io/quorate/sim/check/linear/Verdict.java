package io.quorate.sim.check.linear;

import java.util.List;

/** What was found about a history. */
public sealed interface Verdict {

  /**
   * An order of the calls explains the history.
   *
   * @param steps that the search took
   */
  record Linearizable(long steps) implements Verdict {}

  /**
   * No order of its calls explains it.
   *
   * @param prefix numbers of the calls of one order that explains what happened until just before
   *     the end of {@code unplaced}, and no order explains more
   * @param unplaced number of the call that must come next at the latest, and cannot
   * @param explanation of that for people
   */
  record Illegal(List<Integer> prefix, int unplaced, String explanation) implements Verdict {
    public Illegal {
      prefix = List.copyOf(prefix);
    }
  }

  /** The search was given up after this many steps. */
  record Undecided(long steps) implements Verdict {}
}

package io.quorate.sim.mutant;

/** What one run with a mutant shows. */
public sealed interface Evidence {
  /** Nothing that is looked for is broken. */
  enum Nothing implements Evidence {
    INSTANCE
  }

  /**
   * The mutant is caught: a rule is broken that it is declared to break.
   *
   * @param checker that noticed
   */
  record Caught(String checker) implements Evidence {}

  /**
   * Something is broken, and the mutant does not explain it: another bug, which a run of sound
   * nodes may show, too. It proves nothing about the mutant, and must be looked at.
   *
   * @param what was broken, in which run, and what to do
   */
  record Unexplained(String what) implements Evidence {}
}
